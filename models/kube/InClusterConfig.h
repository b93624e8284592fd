// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/KubeconfigParser.h"

namespace binnacle::kube {

/// What a program in a pod connects with, from KUBERNETES_SERVICE_HOST and _PORT and the files that the kubelet keeps
/// in `folder` (Kubernetes documentation, "Accessing the API from a Pod"). Empty where this is no pod.
[[nodiscard]] KubeconfigContent inClusterContent(const std::string &folder);

} // namespace binnacle::kube
