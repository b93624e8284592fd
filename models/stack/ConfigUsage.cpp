// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/ConfigUsage.h"

#include <nlohmann/json.hpp>

namespace binnacle::stack {

namespace {

using core::Json;

/// A member, or null: manifests of others may hold anything.
const Json &at(const Json &object, const char *field)
{
    static const Json none;
    const auto found = object.is_object() ? object.find(field) : object.end();
    return found == object.end() ? none : *found;
}

const Json &at(const Json &object, std::initializer_list<const char *> path)
{
    const Json *value = &object;
    for (const char *field : path)
        value = &at(*value, field);
    return *value;
}

std::string text(const Json &value)
{
    return value.is_string() ? value.get<std::string>() : std::string();
}

const Json &podSpecOf(const Json &object)
{
    const std::string kind = text(at(object, "kind"));
    if (kind == "Pod")
        return at(object, "spec");
    if (kind == "CronJob")
        return at(object, {"spec", "jobTemplate", "spec", "template", "spec"});
    return at(object, {"spec", "template", "spec"});
}

kube::ObjectKey keyOf(const Json &object)
{
    const std::string version = text(at(object, "apiVersion"));
    const auto slash = version.find('/');
    return {{slash == std::string::npos ? "" : version.substr(0, slash), text(at(object, "kind"))},
            core::Namespace(text(at(object, {"metadata", "namespace"}))),
            text(at(object, {"metadata", "name"}))};
}

class Search
{
public:
    Search(const kube::ObjectKey &config, const std::string &key)
        : m_config(config), m_key(key), m_secret(config.kind.kind == "Secret")
    {
    }

    void look(const Json &object)
    {
        m_object = keyOf(object);
        if (m_object.nameSpace != m_config.nameSpace)
            return;
        if (m_object.kind.kind == "Ingress")
            lookAtIngress(object);
        else if (m_object.kind.kind == "ServiceAccount")
            lookAtAccount(object);
        else if (const Json &pod = podSpecOf(object); pod.is_object())
            lookAtPod(pod);
    }

    std::vector<ConfigUser> users;

private:
    void add(ConfigUse use, const std::string &container, const std::string &key, const std::string &name,
             bool optional = false)
    {
        if (m_key.empty() || key.empty() || key == m_key)
            users.push_back({m_object, container, use, key, name, optional});
    }

    void lookAtIngress(const Json &object)
    {
        for (const Json &tls : at(object, {"spec", "tls"})) {
            if (m_secret && text(at(tls, "secretName")) == m_config.name)
                add(ConfigUse::IngressTls, {}, {}, at(tls, "hosts").empty() ? "" : text(at(tls, "hosts").front()));
        }
    }

    void lookAtAccount(const Json &object)
    {
        for (const Json &reference : at(object, "imagePullSecrets")) {
            if (m_secret && text(at(reference, "name")) == m_config.name)
                add(ConfigUse::ImagePull, {}, {}, {});
        }
        for (const Json &reference : at(object, "secrets")) {
            if (m_secret && text(at(reference, "name")) == m_config.name)
                add(ConfigUse::ServiceAccount, {}, {}, {});
        }
    }

    void lookAtPod(const Json &pod)
    {
        for (const Json &reference : at(pod, "imagePullSecrets")) {
            if (m_secret && text(at(reference, "name")) == m_config.name)
                add(ConfigUse::ImagePull, {}, {}, {});
        }
        for (const char *list : {"initContainers", "containers", "ephemeralContainers"}) {
            for (const Json &container : at(pod, list)) {
                // With a restartPolicy it is a sidecar, which goes on beside the others.
                m_ends = list == std::string_view("initContainers") && text(at(container, "restartPolicy")).empty();
                lookAtContainer(container, pod);
            }
        }
    }

    void lookAtContainer(const Json &container, const Json &pod)
    {
        const std::string name = text(at(container, "name"));
        const char *const reference = m_secret ? "secretKeyRef" : "configMapKeyRef";
        for (const Json &variable : at(container, "env")) {
            const Json &from = at(variable, {"valueFrom", reference});
            if (text(at(from, "name")) == m_config.name && from.is_object())
                add(ConfigUse::Environment, name, text(at(from, "key")), text(at(variable, "name")), isOptional(from));
        }
        for (const Json &source : at(container, "envFrom")) {
            const Json &from = at(source, m_secret ? "secretRef" : "configMapRef");
            if (from.is_object() && text(at(from, "name")) == m_config.name)
                add(ConfigUse::AllEnvironment, name, {}, text(at(source, "prefix")), isOptional(from));
        }
        for (const Json &mount : at(container, "volumeMounts")) {
            for (const Json &volume : at(pod, "volumes")) {
                if (at(volume, "name") == at(mount, "name"))
                    lookAtVolume(volume, mount, name);
            }
        }
    }

    void lookAtVolume(const Json &volume, const Json &mount, const std::string &container)
    {
        const bool fixed = !text(at(mount, "subPath")).empty() || !text(at(mount, "subPathExpr")).empty();
        const ConfigUse use = fixed ? ConfigUse::FixedVolume : m_ends ? ConfigUse::InitVolume : ConfigUse::Volume;
        const std::string path = text(at(mount, "mountPath"));
        const Json &own = at(volume, m_secret ? "secret" : "configMap");
        if (own.is_object() && text(at(own, m_secret ? "secretName" : "name")) == m_config.name)
            addItems(own, use, container, path);
        for (const Json &source : at(volume, {"projected", "sources"})) {
            const Json &part = at(source, m_secret ? "secret" : "configMap");
            if (part.is_object() && text(at(part, "name")) == m_config.name)
                addItems(part, use, container, path);
        }
    }

    void addItems(const Json &source, ConfigUse use, const std::string &container, const std::string &path)
    {
        const Json &items = at(source, "items");
        if (!items.is_array() || items.empty())
            add(use, container, {}, path, isOptional(source));
        for (const Json &item : items)
            add(use, container, text(at(item, "key")), path, isOptional(source));
    }

    static bool isOptional(const Json &reference)
    {
        const Json &optional = at(reference, "optional");
        return optional.is_boolean() && optional.get<bool>();
    }

    const kube::ObjectKey &m_config;
    const std::string &m_key;
    bool m_secret;
    bool m_ends = false; ///< the container looked at
    kube::ObjectKey m_object;
};

} // namespace

std::vector<ConfigUser> configUsers(const std::vector<Json> &objects, const kube::ObjectKey &config,
                                    const std::string &key)
{
    Search search(config, key);
    for (const Json &object : objects)
        search.look(object);
    return std::move(search.users);
}

bool needsRestart(ConfigUse use)
{
    return use == ConfigUse::Environment || use == ConfigUse::AllEnvironment || use == ConfigUse::FixedVolume ||
           use == ConfigUse::InitVolume;
}

} // namespace binnacle::stack
