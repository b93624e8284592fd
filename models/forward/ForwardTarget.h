// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "kube/ObjectReference.h"
#include "kube/Records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace binnacle::forward {

/// What can be forwarded to: a Pod, or what has pods behind it.
[[nodiscard]] bool canForwardTo(const core::GroupKind &kind);

/// "svc/web", "deployment/web", "pod/web-1"; a name alone is a pod's, as with kubectl.
[[nodiscard]] core::Result<kube::ObjectKey> targetFromText(const std::string &text, const core::Namespace &nameSpace);
/// "svc/web": what targetFromText() reads.
[[nodiscard]] std::string targetText(const kube::ObjectKey &target);

/// Which labels the pods behind a Service or workload have, as a labelSelector; empty: it selects none.
[[nodiscard]] std::string podSelector(const core::GroupKind &kind, const core::Json &target);

/// One port that a target offers.
struct OfferedPort
{
    std::string name; ///< may be empty
    std::uint16_t number = 0;
};
/// The TCP ports that a target declares: of a Service its own, of all else those of the containers.
[[nodiscard]] std::vector<OfferedPort> offeredPorts(const core::GroupKind &kind, const core::Json &target);
/// The number that `remote`, a number or a name, has at the target. Pods may be asked for undeclared numbers.
[[nodiscard]] core::Result<std::uint16_t> portNumber(const kube::ObjectKey &target, const core::Json &object,
                                                     const std::string &remote);

/// The port of the pods behind the target: a number, or a name that each pod may give to another number.
struct PodPort
{
    std::uint16_t number = 0;
    std::string name; ///< not empty: the number is the pod's to say
};
[[nodiscard]] core::Result<PodPort> podPort(const kube::ObjectKey &target, const core::Json &object,
                                            const std::string &remote);
/// The number that a pod gives to a port's name; nothing: it has none of that name.
[[nodiscard]] std::optional<std::uint16_t> namedPort(const core::Json &pod, const std::string &name);

/// Which pod serves: `current` as long as it can, else the youngest that is ready. A Pod that is itself the target need
/// only run. Null: none.
[[nodiscard]] kube::RecordPointer choosePod(const std::vector<kube::RecordPointer> &pods, bool mustBeReady,
                                            const std::string &currentUid);

} // namespace binnacle::forward
