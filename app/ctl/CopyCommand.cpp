// SPDX-License-Identifier: GPL-3.0-or-later
#include "CopyCommand.h"

#include "Await.h"
#include "ClusterSession.h"
#include "files/FileCopy.h"
#include "files/RemoteNames.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>

namespace binnacle::ctl {

namespace {

void tell(const files::CopyProgress &now)
{
    const auto part = now.ofFile == 0 ? 100 : now.doneOfFile * 100 / now.ofFile;
    std::fprintf(stderr, "\r\x1b[K%llu %%  %llu kB  %s", static_cast<unsigned long long>(part),
                 static_cast<unsigned long long>(now.bytes / 1000), now.name.substr(0, 60).c_str());
}

core::Json jsonOf(const files::CopyOutcome &outcome)
{
    return {{"files", outcome.files},
            {"bytes", outcome.bytes},
            {"verified", outcome.isVerified},
            {"leftOut", outcome.leftOut}};
}

} // namespace

CLI::App *CopyCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("cp", "Copy a file or folder into a container or out of it: cp FROM POD:PATH");
    command->add_option("FROM", m_from, "A local path, or POD:PATH, or NAMESPACE/POD:PATH")->required();
    command->add_option("TO", m_to, "The same; one of the two is in a pod")->required();
    command->add_option("-c,--container", m_container, "The container; else the pod's default one");
    command->footer(
        "Needs a shell in the container, but no tar. Files are compared by SHA-256 on both sides before they\n"
        "get their names. Folders are copied with all that is in them, but for links.");
    return command;
}

core::Result<void> CopyCommand::run(const Environment &environment)
{
    if (auto checked = checkOutput(environment.options, {"json", "yaml"}); !checked)
        return checked;
    const auto from = files::parseCopyPlace(m_from);
    const auto to = files::parseCopyPlace(m_to);
    if (from.isRemote == to.isRemote)
        return core::fail(core::ErrorKind::Usage, "one of the two paths must be in a pod: POD:PATH",
                          "a local path with a colon in its name is written with ./ before it");
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto &place = from.isRemote ? from : to;
    files::CopyRequest request;
    request.nameSpace = place.nameSpace.empty() ? session->nameSpace : core::Namespace(place.nameSpace);
    request.pod = place.pod;
    request.container = m_container;
    request.up = to.isRemote;
    request.local = request.up ? from.path : to.path;
    request.remote = place.path;
    request.unique = environment.random.text(8, "abcdefghijklmnopqrstuvwxyz0123456789");
    core::CancellationSource cancel;
    QObject::connect(&environment.interrupt, &Interrupt::interrupted, &environment.interrupt,
                     [&cancel] { cancel.cancel(); });
    const bool shows = environment.console.isInteractive();
    const auto client = session->client;
    const auto outcome =
        await(files::copyFiles({client, &client->transport()}, request,
                               shows ? tell : std::function<void(const files::CopyProgress &)>(), cancel.token()));
    if (shows)
        std::fputs("\r\x1b[K", stderr);
    if (!outcome)
        return core::fail(outcome.error());
    for (const auto &path : outcome->leftOut)
        environment.console.message("left out, as it is no file: " + path);
    if (!printStructured(environment, jsonOf(*outcome)))
        environment.console.message("copied " + files::describe(*outcome));
    return {};
}

} // namespace binnacle::ctl
