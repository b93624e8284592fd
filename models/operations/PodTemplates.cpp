// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/PodTemplates.h"

#include "core/FieldPath.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace binnacle::operations {

namespace {

using core::Json;

std::set<std::string> resourcesOf(const Json &container)
{
    std::set<std::string> names{"cpu", "memory"};
    const Json resources = container.value("resources", Json::object());
    for (const char *part : {"requests", "limits"}) {
        const Json given = resources.value(part, Json::object());
        for (const auto &[name, amount] : given.items())
            names.insert(name);
    }
    return names;
}

ContainerFields fieldsOf(const Json &container, const std::string &list, bool init)
{
    ContainerFields fields;
    fields.name = container.value("name", "");
    fields.init = init;
    const std::string path = list + "/[name=" + core::pointerSegment(fields.name) + "]";
    fields.image = path + "/image";
    for (const auto &name : resourcesOf(container)) {
        const auto segment = core::pointerSegment(name);
        fields.resources.push_back(
            {name, path + "/resources/requests/" + segment, path + "/resources/limits/" + segment, amountOf(name)});
    }
    return fields;
}

} // namespace

std::string podSpecPath(const core::GroupKind &kind)
{
    static const std::map<core::GroupKind, std::string> paths{
        {{"apps", "Deployment"}, "/spec/template/spec"},
        {{"apps", "StatefulSet"}, "/spec/template/spec"},
        {{"apps", "DaemonSet"}, "/spec/template/spec"},
        {{"batch", "CronJob"}, "/spec/jobTemplate/spec/template/spec"}};
    const auto found = paths.find(kind);
    return found == paths.end() ? std::string() : found->second;
}

core::Amount amountOf(const std::string &resource)
{
    if (resource == "cpu")
        return core::Amount::Cores;
    const bool bytes = resource == "memory" || resource.ends_with("storage") || resource.starts_with("hugepages-");
    return bytes ? core::Amount::Bytes : core::Amount::Count;
}

std::vector<ContainerFields> containersOf(const core::GroupKind &kind, const Json &workload)
{
    std::vector<ContainerFields> all;
    const auto path = podSpecPath(kind);
    if (path.empty())
        return all;
    const Json spec = workload.value(Json::json_pointer(path), Json::object());
    for (const auto &[field, init] : {std::pair{"containers", false}, std::pair{"initContainers", true}}) {
        const Json containers = spec.value(field, Json::array());
        for (const Json &container : containers)
            all.push_back(fieldsOf(container, path + "/" + field, init));
    }
    return all;
}

} // namespace binnacle::operations
