// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/RequiredKeys.h"

#include "stack/ConfigUsage.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace binnacle::stack {

namespace {

using core::Json;

/// Which keys an object is known to have.
using Provided = std::map<kube::ObjectKey, std::set<std::string>>;

kube::ObjectKey configKey(const std::string &kind, const std::string &nameSpace, const std::string &name)
{
    return {{"", kind}, core::Namespace(nameSpace), name};
}

std::string text(const Json &object, const char *pointer)
{
    const Json::json_pointer path(pointer);
    return object.contains(path) && object[path].is_string() ? object[path].get<std::string>() : std::string();
}

void addObjects(Provided &provided, const std::vector<Json> &objects)
{
    for (const Json &object : objects) {
        const auto kind = text(object, "/kind");
        if (kind != "Secret" && kind != "ConfigMap")
            continue;
        auto &keys = provided[configKey(kind, text(object, "/metadata/namespace"), text(object, "/metadata/name"))];
        for (const char *field : {"data", "stringData", "binaryData"}) {
            const auto found = object.find(field);
            if (found == object.end() || !found->is_object())
                continue;
            for (const auto &[key, value] : found->items())
                keys.insert(key);
        }
    }
}

/// Every Secret and config map that anything in the object names.
void addNamed(std::set<kube::ObjectKey> &named, const Json &value, const std::string &nameSpace)
{
    if (!value.is_structured())
        return;
    for (const auto &[field, member] : value.items()) {
        const bool secret = field == "secretKeyRef" || field == "secretRef" || field == "secret";
        const bool configMap = field == "configMapKeyRef" || field == "configMapRef" || field == "configMap";
        if (value.is_object() && member.is_object() && (secret || configMap)) {
            const auto name = text(member, "/name").empty() ? text(member, "/secretName") : text(member, "/name");
            if (!name.empty())
                named.insert(configKey(secret ? "Secret" : "ConfigMap", nameSpace, name));
        }
        addNamed(named, member, nameSpace);
    }
}

bool stopsPods(const ConfigUser &user)
{
    return !user.optional &&
           (user.use == ConfigUse::Environment || user.use == ConfigUse::AllEnvironment ||
            user.use == ConfigUse::Volume || user.use == ConfigUse::FixedVolume || user.use == ConfigUse::InitVolume);
}

class Search
{
public:
    Search(const Stack &stack, const std::vector<Json> &objects, const std::optional<std::vector<Json>> &live)
        : m_stack(stack), m_objects(objects), m_asked(live.has_value())
    {
        addObjects(m_provided, objects);
        if (live)
            addObjects(m_live, *live);
        for (const auto &secret : stack.secrets)
            require(secret);
    }

    std::vector<Finding> run()
    {
        for (const auto &config : namedConfigs(m_stack, m_objects)) {
            for (const auto &user : configUsers(m_objects, config))
                check(config, user);
        }
        for (const auto &[config, key] : m_awaited) {
            for (const auto &user : configUsers(m_objects, config, key)) {
                if (stopsPods(user))
                    m_keyless[user.object].insert("key " + key + " of " + config.describe());
            }
        }
        std::stable_partition(m_findings.begin(), m_findings.end(),
                              [](const Finding &finding) { return finding.severity == Finding::Severity::Error; });
        return std::move(m_findings);
    }

    /// Of run(): who cannot start, and why.
    [[nodiscard]] KeylessWorkloads keyless() const
    {
        KeylessWorkloads workloads;
        for (const auto &[workload, lacks] : m_keyless) {
            std::string &text = workloads[workload];
            for (const auto &what : lacks)
                text += (text.empty() ? "" : ", ") + what;
            text += lacks.size() == 1 ? " is missing" : " are missing";
        }
        return workloads;
    }

private:
    [[nodiscard]] static bool has(const Provided &provided, const kube::ObjectKey &config, const std::string &key)
    {
        const auto found = provided.find(config);
        return found != provided.end() && (key.empty() || found->second.count(key) > 0);
    }

    void add(Finding::Severity severity, const kube::ObjectKey &object, std::string message, std::string next)
    {
        Finding finding{severity, object, std::move(message), std::move(next)};
        if (std::find(m_findings.begin(), m_findings.end(), finding) == m_findings.end())
            m_findings.push_back(std::move(finding));
    }

    /// What the deploy makes of the stack file's own list of secrets.
    void require(const SecretRequirement &secret)
    {
        using Source = SecretRequirement::Key::Source;
        const auto config = configKey("Secret", secret.nameSpace.value(), secret.name);
        auto &keys = m_provided[config];
        for (const auto &key : secret.keys) {
            const bool asked = key.source == Source::Prompt && key.defaultValue.empty();
            if (asked && key.optional)
                continue;
            keys.insert(key.name);
            if (!asked || has(m_live, config, key.name))
                continue;
            m_awaited.emplace_back(config, key.name);
            add(m_asked ? Finding::Severity::Error : Finding::Severity::Warning, config,
                "key " + key.name + (m_asked ? " is missing" : " is known to the operator only") +
                    (key.description.empty() ? "" : ": " + key.description),
                "give it when the deploy asks, or with `binnaclectl secret set`");
        }
    }

    void check(const kube::ObjectKey &config, const ConfigUser &user)
    {
        if (!stopsPods(user) || has(m_provided, config, user.key) || has(m_live, config, user.key))
            return;
        const bool known = m_provided.count(config) > 0;
        const auto what = user.key.empty() ? config.describe() : "key " + user.key + " of " + config.describe();
        m_keyless[user.object].insert(what);
        add(known || m_asked ? Finding::Severity::Error : Finding::Severity::Warning, user.object,
            what + (known || m_asked ? " is missing: container " + user.container + " could not start"
                                     : " is not part of the stack: the cluster must have it"),
            "add it to the stack, or make it in the cluster first");
    }

    const Stack &m_stack;
    const std::vector<Json> &m_objects;
    bool m_asked;
    Provided m_provided;
    Provided m_live;
    std::vector<Finding> m_findings;
    std::vector<std::pair<kube::ObjectKey, std::string>> m_awaited; ///< keys that only the operator can give
    std::map<kube::ObjectKey, std::set<std::string>> m_keyless;     ///< what each workload lacks
};

} // namespace

std::set<kube::ObjectKey> namedConfigs(const Stack &stack, const std::vector<Json> &objects)
{
    std::set<kube::ObjectKey> named;
    for (const auto &secret : stack.secrets)
        named.insert(configKey("Secret", secret.nameSpace.value(), secret.name));
    for (const Json &object : objects)
        addNamed(named, object, text(object, "/metadata/namespace"));
    // In every namespace, by the cluster itself.
    std::erase_if(named, [](const kube::ObjectKey &config) { return config.name == "kube-root-ca.crt"; });
    return named;
}

std::vector<Finding> missingKeys(const Stack &stack, const std::vector<Json> &objects,
                                 const std::optional<std::vector<Json>> &live)
{
    return Search(stack, objects, live).run();
}

KeylessWorkloads keylessWorkloads(const Stack &stack, const std::vector<Json> &objects, const std::vector<Json> &live)
{
    const std::optional<std::vector<Json>> asked = live;
    Search search(stack, objects, asked);
    (void)search.run();
    return search.keyless();
}

void markKeyless(Topology &topology, const KeylessWorkloads &keyless)
{
    using cluster::HealthState;
    for (ComponentState &state : topology.components) {
        const auto found = keyless.find(state.component.workload);
        if (found == keyless.end() || state.health.state != HealthState::Missing)
            continue;
        state.health = {HealthState::Degraded, found->second + ": it could not start when deployed"};
        for (NamespaceState &area : topology.nameSpaces) {
            if (area.name == state.component.workload.nameSpace)
                area.worst =
                    cluster::worse(area.worst, {state.health.state, state.component.id + ": " + state.health.reason});
        }
    }
}

} // namespace binnacle::stack
