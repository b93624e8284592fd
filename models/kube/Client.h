// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/Discovery.h"
#include "kube/ObjectReference.h"
#include "kube/Transport.h"

#include <functional>
#include <memory>
#include <optional>

namespace binnacle::kube {

enum class Propagation { Background, Foreground, Orphan };
enum class PatchKind { JsonPatch, Merge, StrategicMerge };
enum class FieldValidation { ServerDefault, Ignore, Warn, Strict };

struct ListOptions
{
    std::string labelSelector;
    std::string fieldSelector;
    int limit = 500; ///< page size; 0: one page
    std::string resourceVersion;
    bool metadataOnly = false; ///< items are PartialObjectMetadata: nothing of what the objects hold
};

struct WriteOptions
{
    bool dryRun = false;
    bool force = false; ///< apply only: take fields from other managers
    std::string fieldManager = "binnacle";
    FieldValidation fieldValidation = FieldValidation::ServerDefault;
};

struct DeleteOptions
{
    Propagation propagation = Propagation::Background;
    std::string uid;             ///< precondition, if not empty
    std::string resourceVersion; ///< precondition, if not empty
    std::optional<int> gracePeriodSeconds;
    bool dryRun = false;
};

/// The API's verbs over a Transport, on unstructured objects. Thread-safe. Objects are in the version that the caller
/// names in apiVersion; write verbs map it to what the server serves (see VersionMapping) and answers come back as
/// the server gave them. metadata.managedFields is dropped from every answer.
class Client
{
public:
    explicit Client(std::shared_ptr<Transport> transport);
    ~Client();

    [[nodiscard]] Transport &transport() const { return *m_transport; }

    /// Asks once and caches for this client's life; refresh asks again.
    [[nodiscard]] QFuture<core::Result<std::shared_ptr<const Discovery>>> discover(bool refresh = false);

    [[nodiscard]] QFuture<core::Result<core::Json>> get(const ObjectKey &key, core::CancellationToken token = {});
    /// Follows continue tokens to the end; the answer is one List object. An empty namespace lists all namespaces.
    [[nodiscard]] QFuture<core::Result<core::Json>> list(const core::GroupKind &kind, const core::Namespace &nameSpace,
                                                         ListOptions options = {}, core::CancellationToken token = {});
    [[nodiscard]] QFuture<core::Result<core::Json>> create(core::Json object, WriteOptions options = {},
                                                           core::CancellationToken token = {});
    /// PUT; the object's resourceVersion is the precondition.
    [[nodiscard]] QFuture<core::Result<core::Json>> replace(core::Json object, WriteOptions options = {},
                                                            core::CancellationToken token = {});
    /// Server-side apply.
    [[nodiscard]] QFuture<core::Result<core::Json>> apply(core::Json object, WriteOptions options = {},
                                                          core::CancellationToken token = {});
    /// subresource: "", "status", "scale" ...
    [[nodiscard]] QFuture<core::Result<core::Json>> patch(const ObjectKey &key, PatchKind kind, core::Json patch,
                                                          std::string subresource = {}, WriteOptions options = {},
                                                          core::CancellationToken token = {});
    [[nodiscard]] QFuture<core::Result<core::Json>> remove(const ObjectKey &key, DeleteOptions options = {},
                                                           core::CancellationToken token = {});
    [[nodiscard]] QFuture<core::Result<core::Json>> getSubresource(const ObjectKey &key, std::string subresource,
                                                                   core::CancellationToken token = {});
    /// POST to a sub-resource, e.g. "eviction".
    [[nodiscard]] QFuture<core::Result<core::Json>> createSubresource(const ObjectKey &key, std::string subresource,
                                                                      core::Json body,
                                                                      core::CancellationToken token = {});

private:
    struct Private;
    std::shared_ptr<Transport> m_transport;
    std::shared_ptr<Private> d;
};

} // namespace binnacle::kube
