// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/DeployPlan.h"

#include "operations/Kubectl.h"
#include "operations/ObjectText.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::operations {

namespace {

/// "*" any text, "?" one character.
bool matchesGlob(std::string_view pattern, std::string_view text)
{
    if (pattern.empty())
        return text.empty();
    if (pattern.front() == '*')
        return matchesGlob(pattern.substr(1), text) || (!text.empty() && matchesGlob(pattern, text.substr(1)));
    return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
           matchesGlob(pattern.substr(1), text.substr(1));
}

bool matches(const stack::DeployStep::Match &match, const kube::ObjectKey &object)
{
    const auto glob = [](const std::string &pattern, const std::string &text) {
        return pattern.empty() || matchesGlob(pattern, text);
    };
    return glob(match.kind, object.kind.kind) && glob(match.name, object.name) &&
           glob(match.nameSpace, object.nameSpace.value());
}

const stack::DeployStep::Match *matchIn(const stack::DeployStep &step, const kube::ObjectKey &object)
{
    const auto found = std::find_if(step.objects.begin(), step.objects.end(),
                                    [&](const auto &match) { return matches(match, object); });
    return found == step.objects.end() ? nullptr : &*found;
}

/// What others need to exist comes first: kubectl and kustomize order their output for the same reason.
int waveOf(const kube::ObjectKey &object)
{
    static const std::map<std::string, int> waves{
        {"Namespace", 0},
        {"CustomResourceDefinition", 1},
        {"StorageClass", 2},
        {"PriorityClass", 2},
        {"IngressClass", 2},
        {"ResourceQuota", 2},
        {"LimitRange", 2},
        {"ServiceAccount", 2},
        {"Role", 2},
        {"ClusterRole", 2},
        {"RoleBinding", 3},
        {"ClusterRoleBinding", 3},
        {"ConfigMap", 3},
        {"Secret", 3},
        {"NetworkPolicy", 3},
        {"PersistentVolume", 3},
        {"Service", 4},
        {"PersistentVolumeClaim", 4},
        {"MutatingWebhookConfiguration", 6},
        {"ValidatingWebhookConfiguration", 6},
    };
    const auto found = waves.find(object.kind.kind);
    return found == waves.end() ? 5 : found->second;
}

runbook::GateKind gateOf(stack::GateKind kind)
{
    switch (kind) {
    case stack::GateKind::None:
        return runbook::GateKind::None;
    case stack::GateKind::Ready:
        return runbook::GateKind::Ready;
    case stack::GateKind::Complete:
        return runbook::GateKind::Complete;
    case stack::GateKind::Established:
        return runbook::GateKind::Established;
    case stack::GateKind::Exists:
        return runbook::GateKind::Exists;
    }
    return runbook::GateKind::Ready;
}

runbook::SecretTask secretTask(const stack::SecretRequirement &requirement, const std::string &stack)
{
    using To = runbook::SecretTask::Key::Source;
    using From = stack::SecretRequirement::Key::Source;
    runbook::SecretTask task{.type = requirement.type, .labels = {{"app.kubernetes.io/part-of", stack}}, .keys = {}};
    for (const auto &key : requirement.keys) {
        const To source = key.source == From::Generate ? To::Generate
                          : key.source == From::Prompt ? To::Prompt
                                                       : To::Value;
        task.keys.push_back({key.name, source, key.length, key.defaultValue, key.optional});
    }
    return task;
}

core::Error stackError(const stack::Stack &stack, std::string message)
{
    return core::makeError(core::ErrorKind::Configuration, std::move(message),
                           "correct \"steps\" in " + (stack.directory / "stack.yaml").string());
}

core::Result<std::vector<runbook::Task>> allTasks(const stack::Stack &stack, const std::vector<core::Json> &objects,
                                                  bool takesOver)
{
    std::vector<runbook::Task> tasks;
    try {
        for (const core::Json &object : objects) {
            runbook::Task task{.object = keyOf(object),
                               .apiVersion = object.value("apiVersion", ""),
                               .work = runbook::ApplyTask{std::make_shared<const core::Json>(object), takesOver}};
            if (task.object.name.empty() || task.object.kind.kind.empty() || task.apiVersion.empty())
                return core::fail(stackError(stack, "an object without apiVersion, kind or name was rendered"));
            tasks.push_back(std::move(task));
        }
    } catch (const std::exception &error) {
        return core::fail(stackError(stack, std::string("an object was rendered that is none: ") + error.what()));
    }
    for (const stack::SecretRequirement &secret : stack.secrets)
        tasks.push_back({.object = {{"", "Secret"}, secret.nameSpace, secret.name},
                         .apiVersion = "v1",
                         .work = secretTask(secret, stack.name)});
    for (runbook::Task &task : tasks)
        task.wave = waveOf(task.object);
    return tasks;
}

core::Result<std::vector<runbook::Step>> stepsOf(const stack::Stack &stack)
{
    std::vector<runbook::Step> steps;
    for (std::size_t i = 0; i < stack.steps.size(); ++i) {
        const stack::DeployStep &from = stack.steps[i];
        runbook::Step step{.id = from.id,
                           .title = from.title,
                           .tasks = {},
                           .gate = gateOf(from.gate),
                           .timeout = from.timeout,
                           .holds = from.holds,
                           .after = {}};
        if (from.after.empty() && i > 0)
            step.after.push_back(i - 1);
        for (const std::string &id : from.after) {
            const auto before = std::find_if(stack.steps.begin(), stack.steps.end(),
                                             [&](const stack::DeployStep &other) { return other.id == id; });
            if (before == stack.steps.end())
                return core::fail(stackError(stack, "step \"" + from.id + "\" waits for unknown step \"" + id + "\""));
            step.after.push_back(static_cast<std::size_t>(before - stack.steps.begin()));
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

core::Result<void> assign(const stack::Stack &stack, std::vector<runbook::Task> tasks,
                          std::vector<runbook::Step> &steps)
{
    std::string lost;
    for (runbook::Task &task : tasks) {
        std::size_t index = 0;
        const stack::DeployStep::Match *match = nullptr;
        while (index < stack.steps.size() && (match = matchIn(stack.steps[index], task.object)) == nullptr)
            ++index;
        if (match == nullptr) {
            lost += (lost.empty() ? "" : ", ") + task.object.describe();
            continue;
        }
        if (match->gate)
            task.gate = gateOf(*match->gate);
        steps[index].tasks.push_back(std::move(task));
    }
    if (!lost.empty())
        return core::fail(stackError(stack, "no step deploys " + lost));
    for (runbook::Step &step : steps)
        std::stable_sort(step.tasks.begin(), step.tasks.end(),
                         [](const runbook::Task &a, const runbook::Task &b) { return a.wave < b.wave; });
    return {};
}

core::Result<void> dropBefore(std::vector<runbook::Step> &steps, const std::string &id)
{
    if (id.empty())
        return {};
    const auto first =
        std::find_if(steps.begin(), steps.end(), [&](const runbook::Step &step) { return step.id == id; });
    if (first == steps.end()) {
        std::string known;
        for (const runbook::Step &step : steps)
            known += (known.empty() ? "" : ", ") + step.id;
        return core::fail(core::ErrorKind::Usage, "there is no step \"" + id + "\"", "choose one of: " + known);
    }
    const auto dropped = static_cast<std::size_t>(first - steps.begin());
    steps.erase(steps.begin(), first);
    for (runbook::Step &step : steps) {
        std::vector<std::size_t> after;
        for (const std::size_t before : step.after) {
            if (before >= dropped)
                after.push_back(before - dropped);
        }
        step.after = std::move(after);
    }
    return {};
}

} // namespace

core::Result<runbook::Plan> deployPlan(const stack::Stack &stack, const std::vector<core::Json> &objects,
                                       const DeployOptions &options, const core::Clock &clock, core::Random &random)
{
    auto tasks = allTasks(stack, objects, options.takesOver);
    if (!tasks)
        return core::fail(tasks.error());
    auto steps = stepsOf(stack);
    if (!steps)
        return core::fail(steps.error());
    if (auto assigned = assign(stack, std::move(*tasks), *steps); !assigned)
        return core::fail(assigned.error());
    if (auto dropped = dropBefore(*steps, options.fromStep); !dropped)
        return core::fail(dropped.error());
    runbook::Plan plan{.id = newRunbookId(stack.name, clock, random),
                       .title = "Deploy " + (stack.title.empty() ? stack.name : stack.title),
                       .kind = runbook::PlanKind::Deploy,
                       .target = options.target,
                       .stack = stack.name,
                       .overlay = options.overlay.empty() ? stack.defaultOverlay : options.overlay,
                       .parameters = options.parameters,
                       .steps = std::move(*steps)};
    if (const auto valid = plan.validate(); !valid)
        return core::fail(valid.error());
    return plan;
}

core::Json planToJson(const runbook::Plan &plan)
{
    core::Json steps = core::Json::array();
    for (const runbook::Step &step : plan.steps) {
        core::Json objects = core::Json::array();
        for (const runbook::Task &task : step.tasks) {
            if (!std::holds_alternative<runbook::CheckTask>(task.work))
                objects.push_back({{"apiVersion", task.apiVersion},
                                   {"kind", task.object.kind.kind},
                                   {"namespace", task.object.nameSpace.value()},
                                   {"name", task.object.name}});
        }
        steps.push_back({{"id", step.id},
                         {"title", step.title},
                         {"gate", runbook::toString(step.gate)},
                         {"objects", std::move(objects)}});
    }
    return {{"stack", plan.stack}, {"overlay", plan.overlay}, {"steps", std::move(steps)}};
}

std::vector<std::pair<std::string, std::vector<std::string>>> kubectlEquivalents(const runbook::Plan &plan)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> result;
    for (const runbook::Step &step : plan.steps) {
        std::vector<std::string> commands;
        for (const runbook::Task &task : step.tasks)
            commands.push_back(kubectlFor(plan, task));
        result.emplace_back(step.id, std::move(commands));
    }
    return result;
}

std::string newRunbookId(const std::string &stack, const core::Clock &clock, core::Random &random)
{
    std::string digits;
    for (const char c : core::formatTime(clock.now())) {
        if (c == 'T')
            digits += '-';
        else if (c >= '0' && c <= '9')
            digits += c;
    }
    return stack + "-" + digits + "-" + random.text(4, "bcdfghjkmnpqrstvwxz23456789");
}

} // namespace binnacle::operations
