// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "kube/ObjectReference.h"

#include <string>
#include <vector>

namespace binnacle::stack {

/// How an object uses a Secret or ConfigMap.
enum class ConfigUse {
    Environment,    ///< one key as a variable; read when the container starts
    AllEnvironment, ///< envFrom: every key as a variable; read when the container starts
    Volume,         ///< as files; kubelet brings changes by itself, unless mounted with subPath
    FixedVolume,    ///< as a file mounted with subPath: stays as it was when the container started
    InitVolume,     ///< as files of an init container, which reads them once and is over
    ImagePull,      ///< when an image is pulled
    IngressTls,     ///< by the ingress controller, at once
    ServiceAccount, ///< named by a service account
};

struct ConfigUser
{
    kube::ObjectKey object; ///< Deployment, StatefulSet, Pod, Ingress ...
    std::string container;  ///< empty where no single container is meant
    ConfigUse use = ConfigUse::Environment;
    std::string key;  ///< empty: all keys
    std::string name; ///< of the variable, the mount path, the host; empty where there is none
    bool optional = false;

    friend bool operator==(const ConfigUser &, const ConfigUser &) = default;
};

/// Where these objects use a Secret or ConfigMap; with a key: only where that key is meant, alone or among all. Objects
/// of other namespaces and kinds that hold no pods, ingresses or service accounts are passed over.
[[nodiscard]] std::vector<ConfigUser> configUsers(const std::vector<core::Json> &objects, const kube::ObjectKey &config,
                                                  const std::string &key = {});

/// Whether a container keeps the old value until it is started anew.
[[nodiscard]] bool needsRestart(ConfigUse use);

} // namespace binnacle::stack
