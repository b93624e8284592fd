// SPDX-License-Identifier: GPL-3.0-or-later
// Wording as in apimachinery's pkg/api/errors, because people and programs search for these sentences.
#include "simulator/ApiError.h"

#include "simulator/ResourceTable.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

core::Json ApiError::toStatus() const
{
    core::Json status = {{"kind", "Status"},    {"apiVersion", "v1"}, {"metadata", core::Json::object()},
                         {"status", "Failure"}, {"message", message}, {"reason", reason},
                         {"code", code}};
    core::Json details = core::Json::object();
    if (!name.empty())
        details["name"] = name;
    if (!group.empty())
        details["group"] = group;
    if (!kind.empty())
        details["kind"] = kind;
    for (const ApiCause &cause : causes)
        details["causes"].push_back({{"reason", cause.reason}, {"message", cause.message}, {"field", cause.field}});
    if (retryAfterSeconds > 0)
        details["retryAfterSeconds"] = retryAfterSeconds;
    if (!details.empty())
        status["details"] = std::move(details);
    return status;
}

tl::unexpected<ApiError> refuse(ApiError error)
{
    return tl::unexpected<ApiError>(std::move(error));
}

ApiError badRequest(const std::string &message)
{
    return {400, "BadRequest", message};
}

ApiError notFound(const Resource &resource, const std::string &name)
{
    return {404, "NotFound", resource.qualified() + " \"" + name + "\" not found", resource.group, resource.plural,
            name};
}

ApiError alreadyExists(const Resource &resource, const std::string &name)
{
    return {409,
            "AlreadyExists",
            resource.qualified() + " \"" + name + "\" already exists",
            resource.group,
            resource.plural,
            name};
}

ApiError conflict(const Resource &resource, const std::string &name, const std::string &why)
{
    return {409,
            "Conflict",
            "Operation cannot be fulfilled on " + resource.qualified() + " \"" + name + "\": " + why,
            resource.group,
            resource.plural,
            name};
}

ApiError forbidden(const Resource &resource, const std::string &name, const std::string &why)
{
    const std::string object = name.empty() ? resource.qualified() : resource.qualified() + " \"" + name + "\"";
    return {403, "Forbidden", object + " is forbidden: " + why, resource.group, resource.plural, name};
}

ApiError invalid(const Resource &resource, const std::string &name, std::vector<ApiCause> causes)
{
    std::vector<std::string> sentences;
    for (const ApiCause &cause : causes)
        sentences.push_back(cause.field + ": " + cause.message);
    const std::string all = sentences.size() == 1 ? sentences[0] : "[" + join(sentences, ", ") + "]";
    const std::string kind = resource.group.empty() ? resource.kind : resource.kind + "." + resource.group;
    return {422,  "Invalid",        kind + " \"" + name + "\" is invalid: " + all, resource.group, resource.kind,
            name, std::move(causes)};
}

ApiError expired(const std::string &message)
{
    return {410, "Expired", message};
}

} // namespace binnacle::simulator
