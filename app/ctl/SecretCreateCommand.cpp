// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretCreateCommand.h"

#include "Await.h"
#include "ChangeRun.h"
#include "operations/SecretPlans.h"
#include "operations/SecretTypes.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

std::string typeOf(const std::string &word)
{
    static const std::map<std::string, std::string> types{{"opaque", operations::opaqueType},
                                                          {"tls", operations::tlsType},
                                                          {"docker-registry", operations::dockerType},
                                                          {"basic-auth", operations::basicAuthType},
                                                          {"ssh-auth", operations::sshAuthType}};
    const auto found = types.find(word);
    return found == types.end() ? word : found->second;
}

} // namespace

CLI::App *SecretCreateCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("create", "Make a new Secret or config map");
    m_object.declare(*command);
    m_entries.declare(*command);
    command->add_option("--type", m_type, "opaque, tls, docker-registry, basic-auth, ssh-auth, or a type of your own")
        ->capture_default_str();
    command->add_option("--cert", m_certificate, "For tls: a file with the certificate and those that issued it");
    command->add_option("--private-key", m_privateKey, "For tls: a file with the key of the certificate");
    command->add_option("--registry", m_server, "For docker-registry: its address; the password is the key PASSWORD");
    command->add_option("--user", m_user, "For docker-registry: who logs in there");
    command->add_flag("--immutable", m_immutable, "No key of it can ever be changed");
    command->add_flag("--dry-run", m_dryRun, "Only show what the server would make");
    return command;
}

core::Result<std::vector<operations::KeyChange>> SecretCreateCommand::content(const Environment &environment) const
{
    auto entries = m_entries.read(environment);
    if (!entries)
        return core::fail(std::move(entries.error()));
    const auto addFile = [&](const char *key, const std::string &path) -> core::Result<void> {
        if (path.empty())
            return {};
        auto value = readSecret(path);
        if (!value)
            return core::fail(std::move(value.error()));
        entries->push_back({key, std::move(*value)});
        return {};
    };
    for (const auto &[key, path] : {std::pair{"tls.crt", m_certificate}, std::pair{"tls.key", m_privateKey}}) {
        if (auto added = addFile(key, path); !added)
            return core::fail(std::move(added.error()));
    }
    if (m_server.empty())
        return entries;
    if (entries->size() != 1 || m_user.empty())
        return core::fail(core::ErrorKind::Usage, "a registry's Secret needs a user and one value, the password",
                          "give --user NAME and PASSWORD, --stdin PASSWORD, --from-file PASSWORD=PATH or --from-env "
                          "PASSWORD=VARIABLE");
    auto config = operations::dockerConfig(m_server, m_user, *entries->front().value);
    entries->clear();
    entries->push_back({".dockerconfigjson", std::move(config)});
    return entries;
}

core::Result<void> SecretCreateCommand::run(const Environment &environment)
{
    const auto opened = m_object.open(environment);
    if (!opened)
        return core::fail(opened.error());
    const auto &session = opened->session;
    const auto &object = opened->object;
    const auto entries = content(environment);
    if (!entries)
        return core::fail(entries.error());
    return object.kind.kind == "Secret" ? createSecret(environment, session, object, *entries)
                                        : createConfigMap(environment, session, object, *entries);
}

core::Result<void> SecretCreateCommand::createSecret(const Environment &environment, const ClusterSession &session,
                                                     const kube::ObjectKey &object,
                                                     const std::vector<operations::KeyChange> &content) const
{
    const auto type = typeOf(m_type);
    operations::NewSecret secret{.object = object, .type = type, .content = {}, .immutable = m_immutable};
    for (const auto &change : content)
        secret.content.insert_or_assign(change.key, change.value->clone());
    const auto warnings = operations::secretWarnings(type, secret.content, environment.clock.now());
    operations::SecretValues values;
    auto plan = operations::secretCreatePlan(secret, values, session.target(), environment.clock, environment.random);
    if (!plan)
        return core::fail(std::move(plan.error()));
    return runChange(environment, session, std::make_shared<const runbook::Plan>(std::move(*plan)), warnings, m_dryRun,
                     values);
}

core::Result<void> SecretCreateCommand::createConfigMap(const Environment &environment, const ClusterSession &session,
                                                        const kube::ObjectKey &object,
                                                        const std::vector<operations::KeyChange> &content) const
{
    if (m_type != "opaque")
        return core::fail(core::ErrorKind::Usage, "config maps have no type", "leave --type out");
    // Applying would complete one that is there.
    if (const auto live = await(session.client->get(object, environment.interrupt.token())); live) {
        auto error = core::makeError(core::ErrorKind::AlreadyExists, "it exists already",
                                     "choose another name, or change its keys with `binnaclectl secret set`");
        error.object = object.describe();
        return core::fail(std::move(error));
    }
    auto plan = operations::configMapCreatePlan(object, content, m_immutable, session.target(), environment.clock,
                                                environment.random);
    if (!plan)
        return core::fail(std::move(plan.error()));
    return runChange(environment, session, std::make_shared<const runbook::Plan>(std::move(*plan)), {}, m_dryRun);
}

} // namespace binnacle::ctl
