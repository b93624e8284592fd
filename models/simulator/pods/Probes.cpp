// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/pods/Probes.h"

#include "simulator/Text.h"
#include "simulator/shell/Process.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

namespace {

/// A probe's command runs between two events of the cluster: it waits for nothing.
class ProbeMachine final : public Machine
{
public:
    explicit ProbeMachine(ClusterState &state) : m_state(state) {}
    void inCluster(const std::function<void(ClusterState &)> &task) override { task(m_state); }
    void sleep(std::chrono::milliseconds /*time*/) override {}

private:
    ClusterState &m_state;
};

/// The first of these variables that is set, by the names that images give them.
std::string firstOf(const Variables &variables, std::initializer_list<const char *> names)
{
    for (const char *name : names)
        if (const auto found = variables.find(name); found != variables.end() && !found->second.empty())
            return found->second;
    return {};
}

void probeCommand(ClusterState &state, const Container &container, const Json &probe, ProbeFinding &finding)
{
    constexpr int notFound = 127;
    ProbeMachine machine(state);
    const auto said = std::make_shared<TextOutput>();
    Process process{at(probe, {"exec", "command"}).get<std::vector<std::string>>(),
                    container.environment,
                    {std::make_shared<TextInput>(), said, said},
                    machine,
                    container};
    const auto status = runProgram(process);
    if (!status || *status == notFound)
        return; // a program that the demo cluster does not have
    finding.changes = true;
    if (*status != 0)
        finding.problem = said->text.empty() ? "exit status " + std::to_string(*status) : said->text;
}

void probeDatabase(const ClusterState &state, const Container &container, ProbeFinding &finding)
{
    const Variables &variables = container.environment;
    const std::string host = firstOf(variables, {"PGHOST", "POSTGRES_HOST", "DATABASE_HOST", "DB_HOST"});
    const std::string text =
        firstOf(variables, {"PGPASSWORD", "POSTGRES_PASSWORD", "DATABASE_PASSWORD", "DB_PASSWORD"});
    if (host.empty() || text.empty())
        return;
    finding.changes = true;
    std::string role = firstOf(variables, {"PGUSER", "POSTGRES_USER", "DATABASE_USER", "DB_USER"});
    std::string name = firstOf(variables, {"PGDATABASE", "POSTGRES_DB", "DATABASE_NAME", "DB_NAME"});
    if (role.empty())
        role = "postgres";
    if (name.empty())
        name = role;
    const core::SecretString password(text);
    const auto server = state.containers.serverAt(container, host);
    if (server && !server->refusal(role, name, false, &password).empty())
        finding.problem = "HTTP probe failed with statuscode: 503";
}

} // namespace

ProbeFinding probeReadiness(ClusterState &state, const Json &pod)
{
    ProbeFinding finding;
    for (const Json &spec : at(pod, {"spec", "containers"})) {
        const Json &probe = at(spec, {"readinessProbe"});
        const auto container = state.containers.find(pod, textAt(spec, {"name"}));
        if (!container || !probe.is_object() || !finding.problem.empty())
            continue;
        finding.period = std::chrono::seconds(std::max(1LL, numberAt(probe, {"periodSeconds"}, 10)));
        finding.threshold = static_cast<int>(numberAt(probe, {"failureThreshold"}, 3));
        if (at(probe, {"exec"}).is_object())
            probeCommand(state, *container, probe, finding);
        else
            probeDatabase(state, *container, finding);
    }
    return finding;
}

} // namespace binnacle::simulator
