// SPDX-License-Identifier: GPL-3.0-or-later
#include "PlanMaking.h"

#include "operations/DeployPlan.h"

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

core::Result<DeployPlanning> makeDeployPlan(const Environment &environment, const StackArguments &arguments,
                                            const runbook::Target &target, const DeployChoices &choices)
{
    auto stack = arguments.load();
    if (!stack)
        return core::fail(std::move(stack.error()));
    const auto renderOptions = arguments.renderOptions(*stack);
    if (!renderOptions)
        return core::fail(renderOptions.error());
    auto objects = stack::render(*stack, *renderOptions);
    if (!objects)
        return core::fail(asContentError(std::move(objects.error())));
    operations::DeployOptions options;
    options.target = target;
    options.overlay = renderOptions->overlay;
    options.parameters = renderOptions->parameters;
    options.fromStep = choices.fromStep;
    options.takesOver = choices.takesOver;
    auto plan = operations::deployPlan(*stack, *objects, options, environment.clock, environment.random);
    if (!plan)
        return core::fail(asContentError(std::move(plan.error())));
    return DeployPlanning{
        std::move(*stack), std::move(*objects),
        std::make_shared<const runbook::Plan>(operations::withFitCheck(std::move(*plan), choices.fitCheck))};
}

core::Error withTakeOverAdvice(core::Error error, bool takesOver)
{
    if (error.kind == core::ErrorKind::Conflict && !error.causes.empty() && !takesOver)
        error.next =
            "put the value into the stack, or repeat with --force-conflicts, which gives these fields the stack's";
    return error;
}

std::string describePlan(const Console &console, const runbook::Plan &plan)
{
    std::string text = console.coloured(plan.title, Colour::Bold) + "\n";
    for (std::size_t number = 0; number < plan.steps.size(); ++number) {
        const auto &step = plan.steps[number];
        text += "\n" + std::to_string(number + 1) + ". " + console.coloured(step.title, Colour::Bold) + "  (" + step.id;
        if (step.gate != runbook::GateKind::None)
            text += std::string(", then waits up to ") + core::formatDuration(step.timeout) + " until " +
                    runbook::toString(step.gate) + (step.holds ? "" : "; holds nothing");
        text += ")\n";
        for (const auto &task : step.tasks) {
            if (!std::holds_alternative<runbook::CheckTask>(task.work))
                text += "   " + task.object.describe() + "\n";
        }
    }
    return text;
}

std::string stackNameOf(const StackArguments &arguments)
{
    const auto stack = arguments.load();
    return stack ? stack->name : arguments.text();
}

} // namespace binnacle::ctl
