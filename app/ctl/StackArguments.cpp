// SPDX-License-Identifier: GPL-3.0-or-later
#include "StackArguments.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace binnacle::ctl {

void StackArguments::declare(CLI::App &command, bool required)
{
    command.add_option("STACK", m_stack, "Name of a built-in stack, a stack.yaml, or its folder")->required(required);
    command.add_option("--overlay", m_overlay, "Overlay of the stack; else its default");
    command.add_option("--set", m_settings, "Parameter as key=value; may be repeated")->expected(1)->take_all();
}

core::Result<stack::Stack> StackArguments::load() const
{
    auto stack = stack::loadStack(m_stack);
    if (!stack)
        return core::fail(asContentError(std::move(stack.error())));
    return stack;
}

core::Result<stack::RenderOptions> StackArguments::renderOptions(const stack::Stack &stack) const
{
    stack::RenderOptions options;
    options.overlay = m_overlay;
    if (!m_overlay.empty() &&
        std::find(stack.overlays.begin(), stack.overlays.end(), m_overlay) == stack.overlays.end()) {
        std::string names;
        for (const auto &name : stack.overlays)
            names += (names.empty() ? "" : ", ") + name;
        return core::fail(core::ErrorKind::Usage, "stack " + stack.name + " has no overlay \"" + m_overlay + "\"",
                          "use one of " + names);
    }
    for (const auto &setting : m_settings) {
        const auto equals = setting.find('=');
        if (equals == 0 || equals == std::string::npos)
            return core::fail(core::ErrorKind::Usage, "--set " + setting + " is not of the form key=value",
                              "write for example --set registry=registry.example.com");
        options.parameters.insert_or_assign(setting.substr(0, equals), setting.substr(equals + 1));
    }
    return options;
}

core::Error asContentError(core::Error error)
{
    if (error.kind == core::ErrorKind::Configuration)
        error.kind = core::ErrorKind::Invalid;
    return error;
}

} // namespace binnacle::ctl
