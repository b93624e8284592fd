// SPDX-License-Identifier: GPL-3.0-or-later
#include "QuotaCommand.h"

#include "Await.h"
#include "ChangeRun.h"
#include "QuotaTables.h"
#include "operations/FieldEdits.h"
#include "operations/ObjectPlans.h"
#include "operations/QuotaFacts.h"
#include "stack/QuotaImpact.h"

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

core::GroupKind kindOf(bool limits)
{
    return {"", limits ? "LimitRange" : "ResourceQuota"};
}

core::Error noChange(bool limits)
{
    return core::makeError(core::ErrorKind::Usage, "no change is given",
                           limits ? "write such as container.max.cpu=2, or container.min.memory- to remove it"
                                  : "write such as requests.cpu=10, or pods- to remove it");
}

} // namespace

QuotaCommand::Request QuotaCommand::declareRequest(CLI::App &list, bool limits)
{
    const std::string kind = limits ? "limit range" : "quota";
    list.add_option("NAME", m_name, "One " + kind + "; else all of the namespace");
    list.add_flag("-A,--all-namespaces", m_allNamespaces, "Of all namespaces");
    Request request{.limits = limits, .list = &list};
    request.set = list.add_subcommand("set", "Change values of a " + kind + ", and no others");
    request.create = list.add_subcommand("create", "Make a " + kind + " in a namespace that has none of that name");
    for (auto *const change : {request.set, request.create}) {
        change->add_option("NAME", m_name, "Of the " + kind)->required();
        change->add_option("CHANGES", m_changes,
                           limits ? "container.max.cpu=2, pod.min.memory=64Mi, pvc.max.storage=20Gi; NAME- removes"
                                  : "requests.cpu=10, limits.memory=1.5Gi, count/jobs.batch=20; NAME- removes");
        change->add_flag("--dry-run", m_dryRun, "Only show what the server would change");
    }
    if (!limits)
        request.create->add_option("--scope", m_scopes,
                                   "Count only pods of this scope: BestEffort, NotTerminating ...");
    return request;
}

CLI::App *QuotaCommand::declare(CLI::App &program)
{
    auto *const command =
        program.add_subcommand("quota", "Show quotas and limit ranges, hard against used, and change them");
    m_quotas = declareRequest(*command, false);
    m_limits = declareRequest(*command->add_subcommand("limits", "Show limit ranges, and change them"), true);
    command->footer("Amounts as people write them: 10, 10 cores, 500m, 20Gi, 1.5 GiB. Values below what is used are "
                    "allowed; what stops working then is said. `binnaclectl undo RUNBOOK` takes a change back.");
    return command;
}

core::Result<void> QuotaCommand::run(const Environment &environment)
{
    if (auto allowed = checkOutput(environment.options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    const auto &request = m_limits.list->parsed() ? m_limits : m_quotas;
    const bool changes = request.set->parsed() || request.create->parsed();
    if (changes && m_allNamespaces)
        return core::fail(core::ErrorKind::Usage, "a change is made in one namespace", "name it with -n");
    if (changes && m_changes.empty())
        return core::fail(noChange(request.limits));
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    if (const auto discovery = await(session->client->discover()); !discovery)
        return core::fail(discovery.error());
    return changes ? change(environment, *session, request) : show(environment, *session, request.limits);
}

core::Result<std::vector<core::Json>> QuotaCommand::objects(const ClusterSession &session, bool limits,
                                                            const core::CancellationToken &token) const
{
    if (!m_name.empty() && !m_allNamespaces) {
        auto one = await(session.client->get({kindOf(limits), session.nameSpace, m_name}, token));
        if (!one)
            return core::fail(std::move(one.error()));
        return std::vector<core::Json>{std::move(*one)};
    }
    const auto all =
        await(session.client->list(kindOf(limits), m_allNamespaces ? core::Namespace() : session.nameSpace, {}, token));
    if (!all)
        return core::fail(all.error());
    std::vector<core::Json> named;
    for (const auto &item : all->value("items", core::Json::array())) {
        if (m_name.empty() || item.value("/metadata/name"_json_pointer, "") == m_name)
            named.push_back(item);
    }
    return named;
}

core::Result<void> QuotaCommand::show(const Environment &environment, const ClusterSession &session, bool limits) const
{
    const auto found = objects(session, limits, environment.interrupt.token());
    if (!found)
        return core::fail(found.error());
    const auto json = limits ? limitRangesToJson(*found) : quotasToJson(*found);
    if (printStructured(environment, json))
        return {};
    if (found->empty()) {
        const std::string where = m_allNamespaces ? "any namespace" : "namespace " + session.nameSpace.value();
        environment.console.message((limits ? "No limit ranges in " : "No quotas in ") + where +
                                    ": nothing is limited by one.");
        return {};
    }
    environment.console.print(limits ? limitRangeTable(environment.console, *found, m_allNamespaces)
                                     : quotaTable(environment.console, *found, m_allNamespaces));
    return {};
}

core::Result<void> QuotaCommand::change(const Environment &environment, const ClusterSession &session,
                                        const Request &request) const
{
    const kube::ObjectKey key{kindOf(request.limits), session.nameSpace, m_name};
    const auto token = environment.interrupt.token();
    const bool creates = request.create->parsed();
    core::Json live;
    if (creates) {
        live = request.limits ? operations::newLimitRange(key) : operations::newQuota(key);
        if (!m_scopes.empty())
            live["spec"]["scopes"] = m_scopes;
    } else {
        auto present = await(session.client->get(key, token));
        if (!present)
            return core::fail(std::move(present.error()));
        live = std::move(*present);
    }
    auto changed =
        request.limits ? operations::changedLimits(live, m_changes) : operations::changedQuota(live, m_changes);
    if (!changed) {
        changed.error().object = key.describe();
        return core::fail(std::move(changed.error()));
    }
    const auto title = (creates ? "Create " : "Change ") + key.describe() + ": " + changed->summary;
    if (!creates && changed->edit.fields.empty()) {
        reportUnchanged(environment, title + ": the cluster is like that already");
        return {};
    }
    const auto facts = await(operations::quotaFacts(session.client, key.nameSpace, token));
    if (!facts)
        return core::fail(facts.error());
    auto warnings = request.limits ? stack::limitRangeImpact(changed->object, facts->objects)
                                   : stack::quotaImpact(creates ? core::Json() : live, changed->object, facts->objects);
    for (const auto &kind : facts->unread)
        warnings.push_back(kind + " objects may not be listed here: what the change does to them is not known");
    auto plan = operations::editPlan(title, key, creates ? operations::creationOf(changed->object) : changed->edit,
                                     runbook::GateKind::None, session.target(), environment.clock, environment.random);
    if (!plan)
        return core::fail(std::move(plan.error()));
    return runChange(environment, session, std::make_shared<const runbook::Plan>(std::move(*plan)), warnings, m_dryRun);
}

} // namespace binnacle::ctl
