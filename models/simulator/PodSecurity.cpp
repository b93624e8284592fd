// SPDX-License-Identifier: GPL-3.0-or-later
// The main rules of kubernetes.io/docs/concepts/security/pod-security-standards.
#include "simulator/Admission.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::simulator {

using core::Json;

namespace {

struct NamedContainer
{
    std::string name;
    const Json *object;
};

std::vector<NamedContainer> containersOf(const Json &spec)
{
    std::vector<NamedContainer> containers;
    for (const char *const list : {"initContainers", "containers"})
        for (const Json &container : at(spec, {list}))
            containers.push_back({textAt(container, {"name"}), &container});
    return containers;
}

std::string quoted(const std::vector<std::string> &names)
{
    std::vector<std::string> all;
    for (const std::string &name : names)
        all.push_back("\"" + name + "\"");
    return (names.size() == 1 ? "container " : "containers ") + join(all, ", ");
}

/// The containers for which `breaks` holds, as a violation sentence.
template <typename Breaks>
void checkContainers(const std::vector<NamedContainer> &containers, std::vector<std::string> &violations,
                     const std::string &rule, const std::string &remedy, Breaks breaks)
{
    std::vector<std::string> names;
    for (const NamedContainer &container : containers)
        if (breaks(*container.object))
            names.push_back(container.name);
    if (!names.empty())
        violations.push_back(rule + " (" + quoted(names) + " " + remedy + ")");
}

void checkBaseline(const Json &spec, const std::vector<NamedContainer> &containers,
                   std::vector<std::string> &violations)
{
    std::vector<std::string> shared;
    for (const char *const field : {"hostNetwork", "hostPID", "hostIPC"})
        if (flagAt(spec, {field}))
            shared.push_back(std::string(field) + "=true");
    if (!shared.empty())
        violations.push_back("host namespaces (" + join(shared, ", ") + ")");
    checkContainers(containers, violations, "privileged", "must not set securityContext.privileged=true",
                    [](const Json &container) {
                        return flagAt(container, {"securityContext", "privileged"});
                    });
    std::vector<std::string> hostPaths;
    for (const Json &volume : at(spec, {"volumes"}))
        if (volume.contains("hostPath"))
            hostPaths.push_back("\"" + textAt(volume, {"name"}) + "\"");
    if (!hostPaths.empty())
        violations.push_back("hostPath volumes (" + std::string(hostPaths.size() == 1 ? "volume " : "volumes ") +
                             join(hostPaths, ", ") + ")");
    checkContainers(containers, violations, "hostPort", "uses a hostPort", [](const Json &container) {
        for (const Json &port : at(container, {"ports"}))
            if (numberAt(port, {"hostPort"}) != 0)
                return true;
        return false;
    });
    static const std::set<std::string> ordinary = {"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE",     "FOWNER",  "FSETID",
                                                   "KILL",        "MKNOD",  "NET_BIND_SERVICE", "SETFCAP", "SETGID",
                                                   "SETPCAP",     "SETUID", "SYS_CHROOT"};
    checkContainers(containers, violations, "non-default capabilities",
                    "must not include additional capabilities in securityContext.capabilities.add",
                    [](const Json &container) {
                        for (const Json &capability : at(container, {"securityContext", "capabilities", "add"}))
                            if (ordinary.count(capability.get<std::string>()) == 0)
                                return true;
                        return false;
                    });
}

void checkRestricted(const Json &spec, const std::vector<NamedContainer> &containers,
                     std::vector<std::string> &violations)
{
    checkContainers(containers, violations, "allowPrivilegeEscalation != false",
                    "must set securityContext.allowPrivilegeEscalation=false", [](const Json &container) {
                        return flagAt(container, {"securityContext", "allowPrivilegeEscalation"}, true);
                    });
    checkContainers(containers, violations, "unrestricted capabilities",
                    "must set securityContext.capabilities.drop=[\"ALL\"]", [](const Json &container) {
                        for (const Json &added : at(container, {"securityContext", "capabilities", "add"}))
                            if (added != "NET_BIND_SERVICE")
                                return true;
                        for (const Json &dropped : at(container, {"securityContext", "capabilities", "drop"}))
                            if (dropped == "ALL")
                                return false;
                        return true;
                    });
    static const std::set<std::string> allowed = {"configMap", "csi",       "downwardAPI", "emptyDir",
                                                  "ephemeral", "projected", "secret",      "persistentVolumeClaim"};
    std::vector<std::string> volumes;
    for (const Json &volume : at(spec, {"volumes"}))
        for (const auto &[kind, value] : volume.items())
            if (kind != "name" && allowed.count(kind) == 0)
                volumes.push_back("volume \"" + textAt(volume, {"name"}) + "\" uses restricted volume type \"" + kind +
                                  "\"");
    if (!volumes.empty())
        violations.push_back("restricted volume types (" + join(volumes, ", ") + ")");
    const bool podNonRoot = flagAt(spec, {"securityContext", "runAsNonRoot"});
    checkContainers(containers, violations, "runAsNonRoot != true", "must set securityContext.runAsNonRoot=true",
                    [&](const Json &container) {
                        return !flagAt(container, {"securityContext", "runAsNonRoot"}, podNonRoot);
                    });
    const Json &podUser = at(spec, {"securityContext", "runAsUser"});
    checkContainers(containers, violations, "runAsUser=0", "must not set runAsUser=0", [&](const Json &container) {
        const Json &user = at(container, {"securityContext", "runAsUser"});
        return user == 0 || (user.is_null() && podUser == 0);
    });
    const auto confined = [](const std::string &profile) {
        return profile == "RuntimeDefault" || profile == "Localhost";
    };
    const std::string podProfile = textAt(spec, {"securityContext", "seccompProfile", "type"});
    checkContainers(containers, violations, "seccompProfile",
                    "must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"",
                    [&](const Json &container) {
                        const std::string profile = textAt(container, {"securityContext", "seccompProfile", "type"});
                        return !confined(profile.empty() ? podProfile : profile);
                    });
}

} // namespace

std::vector<std::string> podSecurityViolations(const std::string &level, const Json &spec)
{
    std::vector<std::string> violations;
    if (level != "baseline" && level != "restricted")
        return violations;
    const auto containers = containersOf(spec);
    checkBaseline(spec, containers, violations);
    if (level == "restricted")
        checkRestricted(spec, containers, violations);
    return violations;
}

} // namespace binnacle::simulator
