// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Registry.h"

#include "simulator/Admission.h"
#include "simulator/Defaults.h"
#include "simulator/ManagedFields.h"
#include "simulator/Patches.h"
#include "simulator/Preparation.h"
#include "simulator/SchemaCheck.h"
#include "simulator/Text.h"
#include "simulator/Validation.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

const SchemaType &Registry::typeOf(const Resource &resource)
{
    return m_state.schema.structType(resource.schema);
}

const Resource &Registry::storedResource(const Resource &resource) const
{
    const Resource *const stored = m_state.resources.stored(resource.collection());
    return stored == nullptr || resource.custom ? resource : *stored;
}

Json Registry::present(const Resource &resource, const Json &stored) const
{
    Json object = convertToVersion(resource, stored);
    if (resource.custom)
        object["apiVersion"] = resource.apiVersion();
    return object;
}

ApiResult<Json> Registry::get(const Resource &resource, const ObjectName &name) const
{
    const StoredPointer stored = m_state.storage.get(resource.collection(), name);
    if (!stored)
        return refuse(notFound(resource, name.name));
    return present(resource, stored->object());
}

FieldManager Registry::fieldManager(const Resource &resource, const WriteOptions &options, const char *operation) const
{
    return {options.manager, operation, resource.apiVersion(), options.subresource, m_state.timeText()};
}

ApiResult<void> Registry::decode(const Resource &resource, Json &object, const WriteOptions &options)
{
    if (!object.is_object())
        return refuse(badRequest("couldn't get version/kind; json parse error: the body is not an object"));
    const std::string kind = textAt(object, {"kind"});
    const std::string version = textAt(object, {"apiVersion"});
    if ((!kind.empty() && kind != resource.kind) || (!version.empty() && version != resource.apiVersion()))
        return refuse(badRequest("the API version in the data (" + version + ") or the kind (" + kind +
                                 ") does not match the expected " + resource.apiVersion() + ", Kind=" + resource.kind));
    object["kind"] = resource.kind;
    object["apiVersion"] = resource.apiVersion();
    if (!object.contains("metadata") || !object["metadata"].is_object())
        object["metadata"] = Json::object();
    const SchemaFindings findings = checkSchema(typeOf(resource), object);
    const std::string asKind =
        resource.kind + " in version \"" + resource.version + "\" cannot be handled as a " + resource.kind + ": ";
    if (!findings.mismatch.empty())
        return refuse(badRequest(asKind + findings.mismatch[0]));
    if (findings.unknown.empty() || options.fieldValidation == FieldValidation::Ignore)
        return {};
    std::vector<std::string> unknown;
    for (const std::string &path : findings.unknown) {
        unknown.push_back("unknown field \"" + path + "\"");
        if (options.warnings != nullptr)
            options.warnings->push_back(unknown.back());
    }
    if (options.fieldValidation == FieldValidation::Strict)
        return refuse(badRequest(asKind + "strict decoding error: " + join(unknown, ", ")));
    return {};
}

ApiResult<void> Registry::prepareNew(const Resource &resource, const std::string &nameSpace, Json &object)
{
    Json &metadata = object["metadata"];
    const std::string given = textAt(metadata, {"namespace"});
    if (resource.namespaced && !given.empty() && given != nameSpace)
        return refuse(
            badRequest("the namespace of the provided object does not match the namespace sent on the request"));
    if (!textAt(metadata, {"resourceVersion"}).empty())
        return refuse(badRequest("resourceVersion should not be set on objects to be created"));
    if (resource.namespaced)
        metadata["namespace"] = nameSpace;
    else
        metadata.erase("namespace");
    if (textAt(metadata, {"name"}).empty() && !textAt(metadata, {"generateName"}).empty())
        metadata["name"] = textAt(metadata, {"generateName"}) + m_state.newSuffix();
    for (const char *const field : {"deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generation"})
        metadata.erase(field);
    metadata["uid"] = m_state.newUid();
    metadata["creationTimestamp"] = m_state.timeText();
    if (resource.hasStatus && resource.kind != "Node") // a kubelet registers its node with what it has
        object.erase("status");
    if (resource.hasStatus && object.contains("spec") && resource.kind != "Namespace" && resource.kind != "Pod")
        metadata["generation"] = 1;
    return {};
}

ApiResult<Written> Registry::create(const Resource &resource, const std::string &nameSpace, Json object,
                                    const WriteOptions &options)
{
    if (const auto decoded = decode(resource, object, options); !decoded)
        return refuse(decoded.error());
    if (const auto prepared = prepareNew(resource, nameSpace, object); !prepared)
        return refuse(prepared.error());
    if (!options.internal)
        trackUpdate(typeOf(resource), Json(), object, fieldManager(resource, options, "Update"));
    return store(resource, nullptr, convertToStored(resource, std::move(object)), options, false);
}

ApiResult<Written> Registry::store(const Resource &resource, const StoredPointer &old, Json object,
                                   const WriteOptions &options, bool trackOwnership)
{
    const Resource &kept = storedResource(resource);
    const std::string collection = resource.collection();
    setDefaults(kept, object);
    if (old)
        prepareForUpdate(m_state, kept, old->object(), object);
    else
        prepareForCreate(m_state, kept, object);
    const ObjectName name = nameOf(object);
    auto causes = validate(kept, old ? old->object() : Json(), object);
    if (!causes.empty())
        return refuse(invalid(kept, name.name, std::move(causes)));
    if (!old && m_state.storage.get(collection, name))
        return refuse(alreadyExists(kept, name.name));
    if (const auto admitted = admit(m_state, kept, old ? old->object() : Json(), object, options); !admitted)
        return refuse(admitted.error());
    // What limit ranges have filled in may contradict what the pod says.
    if (!old && kept.kind == "Pod")
        if (auto contradictions = validate(kept, Json(), object); !contradictions.empty())
            return refuse(invalid(kept, name.name, std::move(contradictions)));
    if (old) {
        Json before = old->object();
        Json after = object;
        for (Json *const value : {&before, &after}) {
            value->erase("metadata");
            value->erase("status");
        }
        if (before != after && old->object()["metadata"].contains("generation"))
            object["metadata"]["generation"] = numberAt(old->object(), {"metadata", "generation"}) + 1;
        if (trackOwnership && !options.internal)
            trackUpdate(typeOf(kept), old->object(), object, fieldManager(kept, options, "Update"));
        Json comparable = object;
        // A write that only moves times in the books of field owners is no write (KEP-555).
        const auto withoutTimes = [](Json &value) {
            if (auto &metadata = value["metadata"]; metadata.contains("managedFields"))
                for (Json &entry : metadata["managedFields"])
                    entry.erase("time");
        };
        Json previous = old->object();
        withoutTimes(comparable);
        withoutTimes(previous);
        if (comparable == previous)
            return Written{present(resource, old->object()), false};
    }
    if (options.dryRun)
        return Written{present(resource, object), !old};
    StoredPointer stored = m_state.storage.put(collection, std::move(object));
    const Json result = stored->object();
    if (isBeingDeleted(result))
        finishDeletion(collection, name);
    return Written{present(resource, result), !old};
}

ApiResult<Written> Registry::replace(const Resource &resource, const ObjectName &name, Json object,
                                     const WriteOptions &options)
{
    const StoredPointer old = m_state.storage.get(resource.collection(), name);
    if (const auto decoded = decode(resource, object, options); !decoded)
        return refuse(decoded.error());
    if (!old)
        return refuse(notFound(resource, name.name));
    Json &metadata = object["metadata"];
    if (const std::string given = textAt(metadata, {"name"}); !given.empty() && given != name.name)
        return refuse(badRequest("the name of the object (" + given + ") does not match the name on the URL (" +
                                 name.name + ")"));
    const Json &current = old->object();
    if (const std::string expected = textAt(metadata, {"resourceVersion"});
        !expected.empty() && expected != textAt(current, {"metadata", "resourceVersion"}))
        return refuse(conflict(resource, name.name,
                               "the object has been modified; please apply your changes to the latest version and "
                               "try again"));
    if (const std::string uid = textAt(metadata, {"uid"}); !uid.empty() && uid != textAt(current, {"metadata", "uid"}))
        return refuse(conflict(resource, name.name,
                               "Precondition failed: UID in precondition: " + uid +
                                   ", UID in object meta: " + textAt(current, {"metadata", "uid"})));
    object = convertToStored(resource, std::move(object));
    if (options.subresource == "status") {
        // Only the status, and of the metadata only the books.
        Json updated = current;
        if (object.contains("status"))
            updated["status"] = object["status"];
        else
            updated.erase("status");
        if (object["metadata"].contains("managedFields"))
            updated["metadata"]["managedFields"] = object["metadata"]["managedFields"];
        return store(resource, old, std::move(updated), options, true);
    }
    Json &written = object["metadata"];
    for (const char *const field : {"uid", "creationTimestamp", "generation", "deletionTimestamp",
                                    "deletionGracePeriodSeconds", "namespace", "name", "resourceVersion"}) {
        if (current["metadata"].contains(field))
            written[field] = current["metadata"][field];
        else
            written.erase(field);
    }
    if (storedResource(resource).hasStatus) {
        if (current.contains("status"))
            object["status"] = current["status"];
        else
            object.erase("status");
    }
    return store(resource, old, std::move(object), options, true);
}

ApiResult<Json> Registry::patched(const Resource &resource, const Json &live, const ObjectName &name, PatchType type,
                                  const Json &patch, const WriteOptions &options)
{
    const SchemaType &shape = typeOf(resource);
    switch (type) {
    case PatchType::Json: {
        auto result = applyJsonPatch(live, patch);
        if (!result)
            return refuse({422, "Invalid",
                           "the server rejected our request due to an error in our request: " + result.error().message,
                           resource.group, resource.kind, name.name});
        return *result;
    }
    case PatchType::Merge:
        return applyMergePatch(live, patch);
    case PatchType::Strategic:
        if (resource.custom)
            return refuse({415, "UnsupportedMediaType",
                           "the body of the request was in an unknown format - accepted media types include: "
                           "application/json-patch+json, application/merge-patch+json, "
                           "application/apply-patch+yaml"});
        return applyStrategicPatch(shape, live, patch);
    case PatchType::Apply:
        break;
    }
    Json configuration = patch;
    if (const auto decoded = decode(resource, configuration, options); !decoded)
        return refuse(decoded.error());
    if (!at(configuration, {"metadata", "managedFields"}).empty())
        return refuse(badRequest("metadata.managedFields must be nil"));
    const std::string given = textAt(configuration, {"metadata", "name"});
    if (!given.empty() && given != name.name)
        return refuse(
            badRequest("name in URL does not match name in object: \"" + name.name + "\" != \"" + given + "\""));
    configuration["metadata"]["name"] = name.name;
    if (resource.namespaced)
        configuration["metadata"]["namespace"] = name.nameSpace;
    if (options.subresource == "status")
        configuration.erase("spec");
    else if (resource.hasStatus)
        configuration.erase("status");
    if (const std::string expected = textAt(configuration, {"metadata", "resourceVersion"});
        !expected.empty() && !live.is_null() && expected != textAt(live, {"metadata", "resourceVersion"}))
        return refuse(conflict(resource, name.name,
                               "the object has been modified; please apply your changes to the latest version and "
                               "try again"));
    return applyConfiguration(shape, live, configuration, fieldManager(resource, options, "Apply"), options.force);
}

ApiResult<Written> Registry::applyNew(const Resource &resource, const ObjectName &name, const Json &configuration,
                                      const WriteOptions &options)
{
    auto object = patched(resource, Json(), name, PatchType::Apply, configuration, options);
    if (!object)
        return refuse(object.error());
    if (const std::string uid = textAt(configuration, {"metadata", "uid"}); !uid.empty())
        return refuse(
            conflict(resource, name.name,
                     "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found"));
    (*object)["metadata"].erase("resourceVersion");
    if (const auto prepared = prepareNew(resource, name.nameSpace, *object); !prepared)
        return refuse(prepared.error());
    return store(resource, nullptr, convertToStored(resource, std::move(*object)), options, false);
}

ApiResult<Written> Registry::patch(const Resource &resource, const ObjectName &name, PatchType type, const Json &patch,
                                   const WriteOptions &options)
{
    const StoredPointer old = m_state.storage.get(resource.collection(), name);
    if (!old) {
        if (type == PatchType::Apply && options.subresource.empty())
            return applyNew(resource, name, patch, options);
        return refuse(notFound(resource, name.name));
    }
    auto object = patched(resource, present(resource, old->object()), name, type, patch, options);
    if (!object)
        return refuse(object.error());
    if (type != PatchType::Apply) {
        // A patch that sets no version, of whatever type it is, applies to whatever is there.
        if (textAt(*object, {"metadata", "resourceVersion"}).empty())
            (*object)["metadata"]["resourceVersion"] = old->object()["metadata"]["resourceVersion"];
        return replace(resource, name, std::move(*object), options);
    }
    if (const auto decoded = decode(resource, *object, options); !decoded)
        return refuse(decoded.error());
    return store(resource, old, convertToStored(resource, std::move(*object)), options, false);
}

} // namespace binnacle::simulator
