// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/ClusterState.h"
#include "simulator/Registry.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace binnacle::simulator {

/// A level-triggered control loop over one collection, as in kube-controller-manager: `reconcile` looks at what is,
/// moves it one step towards what is wanted, and is called again whenever something about it changed.
class Controller
{
public:
    using Delay = std::optional<std::chrono::milliseconds>;
    using Enqueue = std::function<void(const ObjectName &)>;

    Controller(ClusterState &state, Registry &registry, std::string collection)
        : m_state(state), m_registry(registry), m_collection(std::move(collection))
    {
    }
    virtual ~Controller() = default;
    Controller(const Controller &) = delete;
    Controller &operator=(const Controller &) = delete;

    /// The collection whose objects it reconciles; their owned objects' changes enqueue them too.
    [[nodiscard]] const std::string &collection() const { return m_collection; }
    /// Returns when to look again even if nothing changes.
    virtual Delay reconcile(const ObjectName &name) = 0;
    /// Changes elsewhere that matter to objects of this controller.
    virtual void observe(const StorageEvent &event, const Enqueue &enqueue);

protected:
    ClusterState &m_state;
    Registry &m_registry;

private:
    std::string m_collection;
};

/// Pods of a namespace that `owner` controls.
[[nodiscard]] std::vector<StoredPointer> ownedBy(const ClusterState &state, std::string_view collection,
                                                 const core::Json &owner);
[[nodiscard]] bool isPodReady(const core::Json &pod);
/// Ready for at least minReadySeconds.
[[nodiscard]] bool isPodAvailable(const ClusterState &state, const core::Json &pod, long long minReadySeconds);
[[nodiscard]] bool isPodFinished(const core::Json &pod);
/// The hash that tells one pod template from another: pod-template-hash and controller-revision-hash.
[[nodiscard]] std::string templateHash(const core::Json &podTemplate);
/// A pod made from a template, owned by `owner`.
[[nodiscard]] core::Json podFromTemplate(const core::Json &owner, const core::Json &podTemplate);
/// "25%" of `total`, or the plain number; rounded up or down.
[[nodiscard]] long long resolvePercent(const core::Json &value, long long total, bool roundUp);

} // namespace binnacle::simulator
