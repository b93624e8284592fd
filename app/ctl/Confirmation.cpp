// SPDX-License-Identifier: GPL-3.0-or-later
#include "Confirmation.h"

namespace binnacle::ctl {

core::Result<void> confirm(const Environment &environment, const ClusterSession &session, const std::string &question,
                           const std::string &typed)
{
    if (environment.options.yes)
        return {};
    const auto &console = environment.console;
    if (!console.isInteractive())
        return core::fail(core::ErrorKind::Usage, "this changes the cluster, and nobody is there to confirm it",
                          "add --yes to go ahead without asking");
    console.message("Context " + session.context.value() + ", server " + session.server + ".");
    const std::string hint = typed.empty() ? " [y/N] " : " Type " + typed + " to confirm: ";
    const auto answer = console.ask(console.colouredMessage(question, Colour::Bold) + hint);
    if (!answer)
        return core::fail(answer.error());
    const bool isConfirmed = typed.empty() ? *answer == "y" || *answer == "Y" || *answer == "yes" : *answer == typed;
    if (isConfirmed)
        return {};
    return core::fail(core::ErrorKind::Cancelled, "not confirmed; nothing was changed");
}

} // namespace binnacle::ctl
