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
    return !user.optional && (user.use == ConfigUse::Environment || user.use == ConfigUse::AllEnvironment ||
                              user.use == ConfigUse::Volume || user.use == ConfigUse::FixedVolume);
}

class Search
{
public:
    Search(const Stack &stack, const std::vector<Json> &objects, const std::optional<std::vector<Json>> &live)
        : m_objects(objects), m_asked(live.has_value())
    {
        addObjects(m_provided, objects);
        if (live)
            addObjects(m_live, *live);
        for (const auto &secret : stack.secrets)
            require(secret);
    }

    std::vector<Finding> run()
    {
        std::set<kube::ObjectKey> named;
        for (const Json &object : m_objects)
            addNamed(named, object, text(object, "/metadata/namespace"));
        for (const auto &config : named) {
            if (config.name == "kube-root-ca.crt") // in every namespace, by the cluster itself
                continue;
            for (const auto &user : configUsers(m_objects, config))
                check(config, user);
        }
        std::stable_partition(m_findings.begin(), m_findings.end(),
                              [](const Finding &finding) { return finding.severity == Finding::Severity::Error; });
        return std::move(m_findings);
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
            if (asked && !has(m_live, config, key.name))
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
        add(known || m_asked ? Finding::Severity::Error : Finding::Severity::Warning, user.object,
            what + (known || m_asked ? " is missing: container " + user.container + " could not start"
                                     : " is not part of the stack: the cluster must have it"),
            "add it to the stack, or make it in the cluster first");
    }

    const std::vector<Json> &m_objects;
    bool m_asked;
    Provided m_provided;
    Provided m_live;
    std::vector<Finding> m_findings;
};

} // namespace

std::vector<Finding> missingKeys(const Stack &stack, const std::vector<Json> &objects,
                                 const std::optional<std::vector<Json>> &live)
{
    return Search(stack, objects, live).run();
}

} // namespace binnacle::stack
