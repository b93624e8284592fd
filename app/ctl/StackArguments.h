// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "stack/Stack.h"

#include <string>
#include <vector>

namespace binnacle::ctl {

/// STACK [--overlay NAME] [--set key=value]: what every command about a stack takes.
class StackArguments
{
public:
    void declare(CLI::App &command, bool required = true);

    [[nodiscard]] bool isGiven() const { return !m_stack.empty(); }
    [[nodiscard]] const std::string &text() const { return m_stack; }
    [[nodiscard]] const std::string &overlay() const { return m_overlay; }
    [[nodiscard]] core::Result<stack::Stack> load() const;
    [[nodiscard]] core::Result<stack::RenderOptions> renderOptions(const stack::Stack &stack) const;

private:
    std::string m_stack;
    std::string m_overlay;
    std::vector<std::string> m_settings;
};

/// A mistake in a stack's files is not one of the connection: it gets the exit status of a failed operation.
[[nodiscard]] core::Error asContentError(core::Error error);

} // namespace binnacle::ctl
