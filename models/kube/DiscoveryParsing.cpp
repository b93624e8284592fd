// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/DiscoveryParsing.h"

#include <nlohmann/json.hpp>

#include <cctype>

namespace binnacle::kube {

using core::Json;
using core::Result;

const char *const aggregatedDiscoveryAccept =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json";

namespace {

std::vector<std::string> strings(const Json &object, const char *key)
{
    std::vector<std::string> result;
    for (const auto &item : object.value(key, Json::array())) {
        if (item.is_string())
            result.push_back(item.get<std::string>());
    }
    return result;
}

core::Error malformed(const char *what, const std::string &why)
{
    return core::makeError(core::ErrorKind::Protocol, std::string("the server's ") + what + " cannot be read: " + why,
                           "check that the address is a Kubernetes API server");
}

ApiResource resourceOfAggregated(const Json &item, const std::string &group, const std::string &version)
{
    ApiResource resource;
    const Json kind = item.value("responseKind", Json::object());
    resource.gvr = {group, version, item.value("resource", "")};
    resource.kind = kind.value("kind", "");
    resource.singular = item.value("singularResource", "");
    resource.namespaced = item.value("scope", "") == "Namespaced";
    resource.verbs = strings(item, "verbs");
    resource.shortNames = strings(item, "shortNames");
    resource.categories = strings(item, "categories");
    for (const auto &sub : item.value("subresources", Json::array()))
        resource.subresources.push_back(sub.value("subresource", ""));
    return resource;
}

void readAggregated(const Json &answer, DiscoveryRoot &root)
{
    for (const auto &group : answer.value("items", Json::array())) {
        const std::string name = group.value("metadata", Json::object()).value("name", "");
        for (const auto &served : group.value("versions", Json::array())) {
            const std::string version = served.value("version", "");
            if (served.value("freshness", "Current") == "Stale")
                root.failedGroups.emplace_back(name + "/" + version, "its API server does not answer");
            for (const auto &item : served.value("resources", Json::array())) {
                auto resource = resourceOfAggregated(item, name, version);
                // A resource without a kind of its own exists only for its sub-resources.
                if (!resource.kind.empty())
                    root.resources.push_back(std::move(resource));
            }
        }
    }
}

void readGroup(const Json &group, DiscoveryRoot &root)
{
    const std::string name = group.value("name", "");
    const std::string preferred = group.value("preferredVersion", Json::object()).value("version", "");
    if (!preferred.empty())
        root.groupVersions.emplace_back(name, preferred);
    for (const auto &item : group.value("versions", Json::array())) {
        if (const std::string version = item.value("version", ""); version != preferred)
            root.groupVersions.emplace_back(name, version);
    }
}

} // namespace

Result<DiscoveryRoot> parseDiscoveryRoot(const Json &answer)
{
    try {
        DiscoveryRoot root;
        const std::string kind = answer.value("kind", "");
        if (kind == "APIGroupDiscoveryList") {
            readAggregated(answer, root);
        } else if (kind == "APIVersions") {
            for (const auto &version : strings(answer, "versions"))
                root.groupVersions.emplace_back("", version);
        } else if (kind == "APIGroupList") {
            for (const auto &group : answer.value("groups", Json::array()))
                readGroup(group, root);
        } else {
            return core::fail(malformed("list of APIs", "its kind is '" + kind + "'"));
        }
        return root;
    } catch (const Json::exception &exception) {
        return core::fail(malformed("list of APIs", exception.what()));
    }
}

Result<std::vector<ApiResource>> parseResourceList(const Json &answer)
{
    try {
        const auto listed = core::GroupVersionKind::fromApiVersion(answer.value("groupVersion", ""), "");
        std::vector<ApiResource> resources;
        std::vector<std::pair<std::string, std::string>> subresources;
        for (const auto &item : answer.value("resources", Json::array())) {
            const std::string name = item.value("name", "");
            if (const auto slash = name.find('/'); slash != std::string::npos) {
                subresources.emplace_back(name.substr(0, slash), name.substr(slash + 1));
                continue;
            }
            ApiResource resource;
            resource.gvr = {listed.group, listed.version, name};
            resource.kind = item.value("kind", "");
            resource.singular = item.value("singularName", "");
            resource.namespaced = item.value("namespaced", false);
            resource.verbs = strings(item, "verbs");
            resource.shortNames = strings(item, "shortNames");
            resource.categories = strings(item, "categories");
            resources.push_back(std::move(resource));
        }
        for (const auto &[name, subresource] : subresources) {
            for (auto &resource : resources) {
                if (resource.gvr.resource == name)
                    resource.subresources.push_back(subresource);
            }
        }
        return resources;
    } catch (const Json::exception &exception) {
        return core::fail(malformed("list of resources", exception.what()));
    }
}

int parseMinorVersion(const Json &version)
{
    if (!version.is_object() || !version.contains("minor") || !version["minor"].is_string())
        return 0;
    int minor = 0;
    for (const char c : version["minor"].get<std::string>()) {
        if (std::isdigit(static_cast<unsigned char>(c)) == 0 || minor > 1000)
            break;
        minor = minor * 10 + (c - '0');
    }
    return minor;
}

} // namespace binnacle::kube
