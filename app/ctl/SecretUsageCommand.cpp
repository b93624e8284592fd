// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretUsageCommand.h"

#include "Await.h"
#include "TextTable.h"
#include "core/Clock.h"
#include "operations/ConfigReaders.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

const char *wordOf(stack::ConfigUse use)
{
    switch (use) {
    case stack::ConfigUse::Environment:
        return "env";
    case stack::ConfigUse::AllEnvironment:
        return "envFrom";
    case stack::ConfigUse::Volume:
        return "volume";
    case stack::ConfigUse::FixedVolume:
        return "subPath";
    case stack::ConfigUse::InitVolume:
        return "initVolume";
    case stack::ConfigUse::ImagePull:
        return "imagePull";
    case stack::ConfigUse::IngressTls:
        return "ingressTls";
    case stack::ConfigUse::ServiceAccount:
        return "serviceAccount";
    }
    return "";
}

core::Json jsonOf(const kube::ObjectKey &object, const operations::ConfigReaders &readers)
{
    core::Json answer{{"kind", object.kind.kind},     {"namespace", object.nameSpace.value()},
                      {"name", object.name},          {"users", core::Json::array()},
                      {"stale", core::Json::array()}, {"unread", readers.unread}};
    for (const auto &user : readers.users)
        answer["users"].push_back({{"kind", user.object.kind.kind},
                                   {"name", user.object.name},
                                   {"container", user.container},
                                   {"use", wordOf(user.use)},
                                   {"key", user.key},
                                   {"as", user.name},
                                   {"optional", user.optional},
                                   {"needsRestart", stack::needsRestart(user.use)}});
    for (const auto &container : readers.stale)
        answer["stale"].push_back(
            {{"pod", container.pod.name},
             {"container", container.container},
             {"use", wordOf(container.use)},
             {"key", container.key},
             {"started", core::formatTime(container.started)},
             {"workload", container.workload ? core::Json(container.workload->describe()) : core::Json()}});
    return answer;
}

} // namespace

CLI::App *SecretUsageCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("usage", "Show where the keys are used, and which pods still have an old value");
    m_object.declare(*command);
    command->add_option("--key", m_key, "Only this key");
    return command;
}

core::Result<void> SecretUsageCommand::run(const Environment &environment)
{
    const auto opened = m_object.open(environment);
    if (!opened)
        return core::fail(opened.error());
    const auto &object = opened->object;
    const auto readers = readersOf(environment, *opened, m_key);
    if (!readers)
        return core::fail(readers.error());
    for (const auto &kind : readers->unread)
        environment.console.message("warning: not known, as this user may not list them: " + kind);
    if (printStructured(environment, jsonOf(object, *readers)))
        return {};
    TextTable users({"KEY", "USED BY", "AS"});
    for (const auto &user : readers->users)
        users.add({user.key.empty() ? "(all)" : user.key, user.object.describe(),
                   operations::describe(user) + (user.optional ? "; optional" : "")});
    environment.console.print(users.isEmpty() ? object.describe() + " is used by nothing in its namespace.\n"
                                              : users.text(environment.console));
    TextTable stale({"POD WITH THE OLD VALUE", "CONTAINER", "KEY", "RUNS SINCE", "WORKLOAD"});
    for (const auto &container : readers->stale)
        stale.add({{container.pod.name, Colour::Yellow},
                   container.container,
                   container.key.empty() ? "(all)" : container.key,
                   core::formatTime(container.started),
                   container.workload ? container.workload->describe() : "none: replace the pod by hand"});
    if (!stale.isEmpty())
        environment.console.print("\n" + stale.text(environment.console));
    return {};
}

} // namespace binnacle::ctl
