// SPDX-License-Identifier: GPL-3.0-or-later
#include "SecretChange.h"

#include "Await.h"
#include "ChangeRun.h"
#include "SecretObject.h"
#include "operations/ConfigData.h"
#include "operations/ConfigReaders.h"
#include "operations/FieldEdits.h"
#include "operations/SecretPlans.h"
#include "operations/SecretTypes.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

using core::Json;

struct SecretChange::Prepared
{
    kube::ObjectKey object;
    Json live;
    runbook::EditTask fields;
    std::vector<std::string> keys;
    std::string title;
    std::vector<std::string> warnings;
    std::vector<kube::ObjectKey> restarts;
};

void SecretChange::declare(CLI::App &command)
{
    command.add_flag("--restart", m_restart, "Then restart the workloads that read the keys only when they start");
    command.add_flag("--no-undo", m_noUndo,
                     "Keep no copy of the former values: the change of a Secret cannot be taken back");
    command.add_flag("--dry-run", m_dryRun, "Only show what the server would change");
}

core::Result<SecretChange::Prepared> SecretChange::prepare(const Environment &environment,
                                                           const ClusterSession &session, const kube::ObjectKey &object,
                                                           const std::vector<operations::KeyChange> &changes) const
{
    auto live = readConfig(environment, session, object);
    if (!live)
        return core::fail(std::move(live.error()));
    Prepared prepared{.object = object,
                      .live = std::move(*live),
                      .fields = {},
                      .keys = {},
                      .title = {},
                      .warnings = {},
                      .restarts = {}};
    auto fields = operations::configEdits(prepared.live, changes);
    if (!fields)
        return core::fail(std::move(fields.error()));
    prepared.fields = std::move(*fields);
    for (const auto &change : changes) {
        prepared.keys.push_back(change.key);
        prepared.title += (prepared.title.empty() ? "Change " : ", ") + change.key;
    }
    prepared.title += " of " + object.describe();
    const auto changed = operations::withEdits(prepared.live, prepared.fields);
    if (!changed)
        return core::fail(changed.error());
    if (auto allowed = operations::checkConfigObject(prepared.live, *changed); !allowed)
        return core::fail(std::move(allowed.error()));
    if (object.kind.kind == "Secret") {
        const auto type = prepared.live.value("type", "");
        const auto content = operations::contentOf(*changed);
        if (auto valid = operations::checkSecretContent(type, content); !valid) {
            valid.error().object = object.describe();
            return core::fail(std::move(valid.error()));
        }
        prepared.warnings = operations::secretWarnings(type, content, environment.clock.now());
    }
    return prepared;
}

core::Result<void> SecretChange::run(const Environment &environment, const ClusterSession &session,
                                     const kube::ObjectKey &object,
                                     const std::vector<operations::KeyChange> &changes) const
{
    auto prepared = prepare(environment, session, object, changes);
    if (!prepared)
        return core::fail(std::move(prepared.error()));
    if (prepared->fields.fields.empty()) {
        reportUnchanged(environment, prepared->title + ": the cluster is like that already");
        return {};
    }
    if (auto asked = askReaders(environment, session, *prepared); !asked)
        return asked;
    return object.kind.kind == "Secret" ? changeSecret(environment, session, std::move(*prepared))
                                        : changeConfigMap(environment, session, std::move(*prepared));
}

core::Result<void> SecretChange::askReaders(const Environment &environment, const ClusterSession &session,
                                            Prepared &prepared) const
{
    const auto readers =
        await(operations::configReaders(session.client, prepared.object, {}, {}, environment.interrupt.token()));
    if (!readers)
        return core::fail(readers.error());
    for (const auto &kind : readers->unread)
        prepared.warnings.push_back(kind + " objects may not be listed here: whether one uses the keys is not known");
    const auto workloads = readers->toRestart(prepared.keys);
    if (m_restart)
        prepared.restarts = workloads;
    else
        for (const auto &workload : workloads)
            prepared.warnings.push_back(workload.describe() +
                                        " keeps the old value until it is restarted: give --restart, or use "
                                        "`binnaclectl secret restart` afterwards");
    return {};
}

core::Result<void> SecretChange::changeSecret(const Environment &environment, const ClusterSession &session,
                                              Prepared prepared) const
{
    operations::SecretEdit edit;
    operations::SecretValues values;
    operations::takeApart(prepared.object, prepared.fields, edit, values);
    edit.restarts = std::move(prepared.restarts);
    edit.keepsFormer = !m_noUndo;
    if (!m_noUndo) {
        const auto back = await(
            operations::wayBackOf(session.client, prepared.live, session.target(), environment.interrupt.token()));
        if (!back)
            return core::fail(back.error());
        edit.keepsFormer = back->isOpen;
        edit.outdated = back->outdated;
        if (!back->isOpen)
            prepared.warnings.push_back("there will be no way back: " + back->whyNot);
    }
    auto plan =
        operations::secretEditPlan(prepared.title, edit, session.target(), environment.clock, environment.random);
    if (!plan)
        return core::fail(std::move(plan.error()));
    return runChange(environment, session, std::make_shared<const runbook::Plan>(std::move(*plan)), prepared.warnings,
                     m_dryRun, values);
}

core::Result<void> SecretChange::changeConfigMap(const Environment &environment, const ClusterSession &session,
                                                 Prepared prepared) const
{
    auto plan = operations::editPlan(prepared.title, prepared.object, std::move(prepared.fields),
                                     runbook::GateKind::None, session.target(), environment.clock, environment.random);
    if (!plan)
        return core::fail(std::move(plan.error()));
    operations::appendRestart(*plan, prepared.restarts, environment.clock);
    return runChange(environment, session, std::make_shared<const runbook::Plan>(std::move(*plan)), prepared.warnings,
                     m_dryRun);
}

} // namespace binnacle::ctl
