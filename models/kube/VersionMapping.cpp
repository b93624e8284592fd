// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/VersionMapping.h"

#include "kube/VersionConversions.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::kube {

using core::GroupVersionKind;
using core::Json;
using core::Result;

namespace {

std::string describe(const Json &object)
{
    const auto metadata = object.value("metadata", Json::object());
    const std::string nameSpace = metadata.value("namespace", "");
    return object.value("kind", "object") + " " + (nameSpace.empty() ? "" : nameSpace + "/") +
           metadata.value("name", "");
}

std::string join(const std::vector<std::string> &parts)
{
    std::string text;
    for (const auto &part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

core::Error unsupported(const Json &object, std::string message, std::string next)
{
    auto error = core::makeError(core::ErrorKind::Unsupported, std::move(message), std::move(next));
    error.object = describe(object);
    return error;
}

} // namespace

std::vector<GroupVersionKind> equivalentVersions(const GroupVersionKind &kind)
{
    for (const auto &family : versionFamilies()) {
        if (family.kind != kind.kind)
            continue;
        std::vector<GroupVersionKind> members;
        for (const auto &member : family.members)
            members.push_back(GroupVersionKind::fromApiVersion(member.apiVersion, family.kind));
        if (std::find(members.begin(), members.end(), kind) != members.end())
            return members;
    }
    return {kind};
}

const ApiResource *newestServed(const Discovery &discovery, const core::GroupKind &kind)
{
    for (const auto &family : versionFamilies()) {
        if (family.kind != kind.kind)
            continue;
        const ApiResource *newest = nullptr;
        bool isMember = false;
        for (const auto &member : family.members) {
            const auto gvk = GroupVersionKind::fromApiVersion(member.apiVersion, family.kind);
            isMember = isMember || gvk.group == kind.group;
            if (newest == nullptr)
                newest = discovery.find(gvk);
        }
        if (isMember && newest != nullptr)
            return newest;
    }
    return discovery.find(kind);
}

Result<Json> mapToServed(Json object, const Discovery &discovery)
{
    try {
        const std::string apiVersion = object.value("apiVersion", "");
        const std::string kind = object.value("kind", "");
        if (apiVersion.empty() || kind.empty())
            return core::fail(unsupported(object, "it has no apiVersion or no kind", "add both to the manifest"));
        const auto wanted = GroupVersionKind::fromApiVersion(apiVersion, kind);
        if (discovery.find(wanted) != nullptr)
            return object;

        for (const auto &family : versionFamilies()) {
            if (family.kind != kind)
                continue;
            const auto from = std::find_if(family.members.begin(), family.members.end(),
                                           [&](const auto &member) { return member.apiVersion == apiVersion; });
            if (from == family.members.end())
                continue;
            for (const auto &to : family.members) {
                if (discovery.find(GroupVersionKind::fromApiVersion(to.apiVersion, kind)) == nullptr)
                    continue;
                // Through the newest schema, so that each version needs one conversion up and one down.
                std::string lost = from->toNewest ? from->toNewest(object) : std::string();
                if (lost.empty() && to.fromNewest)
                    lost = to.fromNewest(object, discovery.minorVersion());
                if (!lost.empty())
                    return core::fail(unsupported(object,
                                                  apiVersion + " is not served here, and " + to.apiVersion +
                                                      " cannot express it: " + lost,
                                                  "remove that field for this cluster, or upgrade the cluster"));
                object["apiVersion"] = to.apiVersion;
                return object;
            }
        }

        const auto served = discovery.servedVersions(wanted.groupKind());
        if (!served.empty())
            return core::fail(unsupported(object,
                                          "the server does not serve " + apiVersion + " " + kind + ", only version " +
                                              join(served) + " of it, and no lossless mapping is known",
                                          "write the manifest in a version that the server serves"));
        return core::fail(unsupported(object, "the server knows no kind " + kind + " in " + apiVersion,
                                      "install its CustomResourceDefinition first, or correct apiVersion and kind"));
    } catch (const Json::exception &exception) {
        return core::fail(core::ErrorKind::Invalid, std::string("the object is not well-formed: ") + exception.what());
    }
}

} // namespace binnacle::kube
