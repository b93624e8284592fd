// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "StackArguments.h"

namespace binnacle::ctl {

/// The objects of a stack or of a kustomize directory, as they would be applied.
class RenderCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<std::vector<core::Json>> objects() const;

    StackArguments m_stack;
};

} // namespace binnacle::ctl
