// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Storage.h"
#include "simulator/pods/Container.h"

#include <memory>
#include <utility>

namespace binnacle::simulator {

using ContainerPointer = std::shared_ptr<const Container>;

/// The containers that run, and the databases that outlive them on their volumes.
class Containers
{
public:
    explicit Containers(const Storage &storage) : m_storage(storage) {}

    /// Every container of the pod starts: reads its environment, finds its database or makes one.
    void start(const core::Json &pod);
    /// The pod with this uid is no more.
    void stop(const std::string &uid);

    /// Null: the pod has no such container that runs.
    [[nodiscard]] ContainerPointer find(const core::Json &pod, const std::string &name) const;
    /// The PostgreSQL that answers a container under this name: an address, a service or a pod of one. Null: nobody.
    [[nodiscard]] std::shared_ptr<Database> serverAt(const Container &from, const std::string &host) const;

private:
    [[nodiscard]] std::shared_ptr<Database> databaseOf(const core::Json &pod, const core::Json &container,
                                                       const Variables &environment);
    [[nodiscard]] std::shared_ptr<Database> runningIn(const core::Json &pod) const;

    const Storage &m_storage;
    std::map<std::pair<std::string, std::string>, ContainerPointer> m_running; ///< by the pod's uid and the name
    /// By the uid of the claim that the data lies on; without a claim the pod's, and then the data dies with it.
    std::map<std::string, std::shared_ptr<Database>> m_databases;
};

/// What a container's environment is when it starts now: envFrom, env with its references, and what Kubernetes adds.
[[nodiscard]] Variables environmentOf(const Storage &storage, const core::Json &pod, const core::Json &container);

} // namespace binnacle::simulator
