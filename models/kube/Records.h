// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/SharedString.h"
#include "kube/ObjectReference.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

namespace binnacle::kube {

/// Unix seconds; 0: not set. metav1.Time has no finer grain.
using Timestamp = std::int64_t;

struct OwnerReference
{
    core::SharedString apiVersion;
    core::SharedString kind;
    core::SharedString name;
    core::SharedString uid;
    bool controller = false;

    friend bool operator==(const OwnerReference &, const OwnerReference &) = default;
};

using LabelList = std::vector<std::pair<core::SharedString, core::SharedString>>;

/// What Binnacle keeps of metadata for every kind.
struct ObjectMeta
{
    core::SharedString nameSpace;
    std::string name;
    std::string uid;
    std::string resourceVersion;
    std::int64_t generation = 0;
    Timestamp created = 0;
    Timestamp deleted = 0; ///< metadata.deletionTimestamp
    bool hasFinalizers = false;
    LabelList labels;
    std::vector<OwnerReference> owners;

    [[nodiscard]] const OwnerReference *controller() const;
    /// Empty when there is no such label.
    [[nodiscard]] const std::string &label(std::string_view key) const;

    friend bool operator==(const ObjectMeta &, const ObjectMeta &) = default;
};

enum class ConditionStatus : std::uint8_t { Unknown, True, False };

struct Condition
{
    core::SharedString type;
    ConditionStatus status = ConditionStatus::Unknown;
    core::SharedString reason;
    std::string message;
    Timestamp lastTransition = 0;

    friend bool operator==(const Condition &, const Condition &) = default;
};

enum class ContainerPhase : std::uint8_t { Unknown, Waiting, Running, Terminated };

struct ContainerRecord
{
    core::SharedString name;
    core::SharedString image;
    bool init = false;
    bool sidecar = false; ///< an init container with restartPolicy Always (KEP-753)
    bool ready = false;
    bool started = false;
    bool hasStatus = false;
    std::int32_t restarts = 0;
    ContainerPhase phase = ContainerPhase::Unknown;
    core::SharedString reason; ///< of the waiting or terminated state: CrashLoopBackOff, OOMKilled ...
    std::string message;
    std::int32_t exitCode = 0;
    Timestamp since = 0;           ///< startedAt when running, finishedAt when terminated
    core::SharedString lastReason; ///< of lastState.terminated
    std::int32_t lastExitCode = 0;
    Timestamp lastFinished = 0;
    std::int64_t cpuRequestMilli = 0, cpuLimitMilli = 0, memoryRequest = 0, memoryLimit = 0;

    friend bool operator==(const ContainerRecord &, const ContainerRecord &) = default;
};

enum class PodPhase : std::uint8_t { Unknown, Pending, Running, Succeeded, Failed };

struct PodRecord
{
    PodPhase phase = PodPhase::Unknown;
    core::SharedString reason; ///< status.reason: Evicted, NodeLost ...
    std::string message;
    core::SharedString node;
    std::string podIp;
    core::SharedString restartPolicy;
    std::vector<Condition> conditions;
    std::vector<ContainerRecord> containers; ///< init containers first, then containers
    std::vector<core::SharedString> claims;  ///< names of mounted PVCs
    bool hasReadinessGates = false;

    friend bool operator==(const PodRecord &, const PodRecord &) = default;
};

struct NodeRecord
{
    bool unschedulable = false;
    std::vector<Condition> conditions;
    core::SharedString kubeletVersion;
    std::int64_t cpuMilli = 0, memory = 0, pods = 0; ///< allocatable
    struct Taint
    {
        core::SharedString key, value, effect;
        friend bool operator==(const Taint &, const Taint &) = default;
    };
    std::vector<Taint> taints;

    friend bool operator==(const NodeRecord &, const NodeRecord &) = default;
};

struct EventRecord
{
    core::SharedString involvedKind, involvedNamespace, involvedUid;
    std::string involvedName;
    core::SharedString type; ///< Normal, Warning
    core::SharedString reason;
    std::string message;
    core::SharedString source;
    std::int32_t count = 0;
    Timestamp first = 0, last = 0;

    friend bool operator==(const EventRecord &, const EventRecord &) = default;
};

struct ReplicaSetRecord
{
    std::int32_t desired = 0, replicas = 0, ready = 0, available = 0;
    std::int64_t observedGeneration = 0;
    std::string revision; ///< annotation deployment.kubernetes.io/revision
    std::vector<Condition> conditions;

    friend bool operator==(const ReplicaSetRecord &, const ReplicaSetRecord &) = default;
};

struct EndpointSliceRecord
{
    core::SharedString service; ///< label kubernetes.io/service-name
    std::int32_t ready = 0, notReady = 0;
    struct Port
    {
        core::SharedString name, protocol;
        std::int32_t port = 0;
        friend bool operator==(const Port &, const Port &) = default;
    };
    std::vector<Port> ports;

    friend bool operator==(const EndpointSliceRecord &, const EndpointSliceRecord &) = default;
};

struct JobRecord
{
    std::int32_t completions = 1, parallelism = 1, active = 0, succeeded = 0, failed = 0;
    bool suspended = false;
    Timestamp started = 0, completed = 0;
    std::vector<Condition> conditions;

    friend bool operator==(const JobRecord &, const JobRecord &) = default;
};

/// One object as the store keeps it. Kinds that come in numbers are records (the variant's alternatives); all others
/// keep their whole JSON. Immutable once published.
struct ObjectRecord
{
    core::GroupVersionKind gvk;
    ObjectMeta meta;
    std::variant<std::shared_ptr<const core::Json>, PodRecord, NodeRecord, EventRecord, ReplicaSetRecord,
                 EndpointSliceRecord, JobRecord>
        body;

    [[nodiscard]] ObjectKey key() const;
    /// The whole object, or nullptr for a compact kind: fetch it with Client::get.
    [[nodiscard]] const core::Json *json() const;

    friend bool operator==(const ObjectRecord &, const ObjectRecord &) = default;
};

using RecordPointer = std::shared_ptr<const ObjectRecord>;

} // namespace binnacle::kube
