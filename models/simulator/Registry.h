// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/ApiError.h"
#include "simulator/ClusterState.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace binnacle::simulator {

enum class FieldValidation { Ignore, Warn, Strict };

struct WriteOptions
{
    std::string manager = "unknown";
    std::string subresource;
    FieldValidation fieldValidation = FieldValidation::Warn;
    bool dryRun = false;
    bool force = false;
    bool internal = false; ///< a controller of the cluster: no ownership book-keeping
    std::vector<std::string> *warnings = nullptr;
};

enum class PatchType { Json, Merge, Strategic, Apply };
enum class Propagation { Background, Foreground, Orphan };

struct DeleteOptions
{
    Propagation propagation = Propagation::Background;
    std::optional<long long> gracePeriodSeconds;
    std::string uid;             ///< precondition
    std::string resourceVersion; ///< precondition
    bool dryRun = false;
};

struct Written
{
    core::Json object;
    bool created = false;
};

struct Deleted
{
    core::Json object;
    bool gone = false; ///< false: it waits for finalizers or its grace period
};

/// The write verbs of the API: schema, defaults, validation, admission, field ownership, and then storage.
class Registry
{
public:
    explicit Registry(ClusterState &state) : m_state(state) {}

    ApiResult<Written> create(const Resource &resource, const std::string &nameSpace, core::Json object,
                              const WriteOptions &options);
    ApiResult<Written> replace(const Resource &resource, const ObjectName &name, core::Json object,
                               const WriteOptions &options);
    ApiResult<Written> patch(const Resource &resource, const ObjectName &name, PatchType type, const core::Json &patch,
                             const WriteOptions &options);
    ApiResult<Deleted> remove(const Resource &resource, const ObjectName &name, const DeleteOptions &options);

    [[nodiscard]] ApiResult<core::Json> get(const Resource &resource, const ObjectName &name) const;
    /// A stored object as a version of its API shows it.
    [[nodiscard]] core::Json present(const Resource &resource, const core::Json &stored) const;

    /// Takes an object away whose finalizers are gone.
    void finishDeletion(std::string_view collection, const ObjectName &name);
    /// Removes the owner reference to `uid` from everything that has one.
    void orphanDependents(const std::string &uid);

private:
    [[nodiscard]] const SchemaType &typeOf(const Resource &resource);
    [[nodiscard]] const Resource &storedResource(const Resource &resource) const;
    ApiResult<void> decode(const Resource &resource, core::Json &object, const WriteOptions &options);
    ApiResult<void> prepareNew(const Resource &resource, const std::string &nameSpace, core::Json &object);
    ApiResult<Written> applyNew(const Resource &resource, const ObjectName &name, const core::Json &configuration,
                                const WriteOptions &options);
    ApiResult<core::Json> patched(const Resource &resource, const core::Json &live, const ObjectName &name,
                                  PatchType type, const core::Json &patch, const WriteOptions &options);
    ApiResult<Written> store(const Resource &resource, const StoredPointer &old, core::Json object,
                             const WriteOptions &options, bool trackOwnership);
    [[nodiscard]] struct FieldManager fieldManager(const Resource &resource, const WriteOptions &options,
                                                   const char *operation) const;

    ClusterState &m_state;
};

} // namespace binnacle::simulator
