// SPDX-License-Identifier: GPL-3.0-or-later
#include "RenderCommand.h"

#include "core/YamlWriter.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>

namespace binnacle::ctl {

namespace {

/// A folder with one of kustomize's file names and no stack file.
[[nodiscard]] bool isKustomizeDirectory(const std::filesystem::path &path)
{
    static constexpr std::array<const char *, 3> names = {"kustomization.yaml", "kustomization.yml", "Kustomization"};
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored) && !std::filesystem::exists(path / "stack.yaml", ignored) &&
           std::any_of(names.begin(), names.end(),
                       [&](const char *name) { return std::filesystem::exists(path / name, ignored); });
}

} // namespace

CLI::App *RenderCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("render", "Print the objects of a stack or of a kustomize directory, changing nothing");
    m_stack.declare(*command);
    return command;
}

core::Result<std::vector<core::Json>> RenderCommand::objects() const
{
    if (isKustomizeDirectory(m_stack.text()))
        return stack::renderDirectory(m_stack.text());
    const auto stack = m_stack.load();
    if (!stack)
        return core::fail(stack.error());
    const auto options = m_stack.renderOptions(*stack);
    if (!options)
        return core::fail(options.error());
    return stack::render(*stack, *options);
}

core::Result<void> RenderCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"yaml", "json"}); !allowed)
        return allowed;
    auto rendered = objects();
    if (!rendered)
        return core::fail(asContentError(std::move(rendered.error())));
    if (environment.options.wantsJson())
        environment.console.printJson({{"apiVersion", "v1"}, {"kind", "List"}, {"items", *rendered}});
    else
        environment.console.print(core::toYamlStream(*rendered));
    return {};
}

} // namespace binnacle::ctl
