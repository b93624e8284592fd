// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/PodSecurity.h"

#include "stack/Workloads.h"

#include <algorithm>
#include <set>

namespace binnacle::stack {

namespace {

const std::set<std::string> baselineCapabilities = {"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE",     "FOWNER",  "FSETID",
                                                    "KILL",        "MKNOD",  "NET_BIND_SERVICE", "SETFCAP", "SETGID",
                                                    "SETPCAP",     "SETUID", "SYS_CHROOT"};
const std::set<std::string> restrictedVolumes = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"};

class PodChecker
{
public:
    PodChecker(const core::Json &podSpec, bool restricted) : m_pod(podSpec), m_restricted(restricted) {}

    std::vector<std::string> check()
    {
        for (const char *field : {"hostNetwork", "hostPID", "hostIPC"}) {
            if (valueAt(m_pod, {field}) == true) {
                add(std::string(field) + " is true");
            }
        }
        checkVolumes();
        for (const char *list : {"initContainers", "containers", "ephemeralContainers"}) {
            for (const core::Json &container : valueAt(m_pod, {list})) {
                checkContainer(container);
            }
        }
        return std::move(m_violations);
    }

private:
    void add(std::string what) { m_violations.push_back(std::move(what)); }

    void checkVolumes()
    {
        for (const core::Json &volume : valueAt(m_pod, {"volumes"})) {
            for (const auto &entry : volume.items()) {
                const bool refused =
                    m_restricted ? !restrictedVolumes.contains(entry.key()) : entry.key() == "hostPath";
                if (entry.key() != "name" && refused) {
                    add("volume " + textAt(volume, {"name"}) + " is of type " + entry.key());
                }
            }
        }
    }

    /// A container's own setting, or the pod's.
    [[nodiscard]] const core::Json &setting(const core::Json &container, const std::vector<std::string> &field) const
    {
        std::vector<std::string> path = {"securityContext"};
        path.insert(path.end(), field.begin(), field.end());
        const core::Json &own = valueAt(container, path);
        return own.is_null() ? valueAt(m_pod, path) : own;
    }

    void checkContainer(const core::Json &container)
    {
        const std::string who = "container " + textAt(container, {"name"}) + " ";
        if (valueAt(container, {"securityContext", "privileged"}) == true) {
            add(who + "is privileged");
        }
        for (const core::Json &port : valueAt(container, {"ports"})) {
            const core::Json &host = valueAt(port, {"hostPort"});
            if (host.is_number_integer() && host != 0) {
                add(who + "uses the host port " + host.dump());
            }
        }
        for (const core::Json &capability : valueAt(container, {"securityContext", "capabilities", "add"})) {
            const std::string name = capability.is_string() ? capability.get<std::string>() : std::string{};
            if (m_restricted ? name != "NET_BIND_SERVICE" : !baselineCapabilities.contains(name)) {
                add(who + "adds the capability " + name);
            }
        }
        if (setting(container, {"seccompProfile", "type"}) == "Unconfined") {
            add(who + "runs without a seccomp profile");
        }
        if (m_restricted) {
            checkRestricted(container, who);
        }
    }

    void checkRestricted(const core::Json &container, const std::string &who)
    {
        if (valueAt(container, {"securityContext", "allowPrivilegeEscalation"}) != false) {
            add(who + "does not set allowPrivilegeEscalation: false");
        }
        const core::Json &dropped = valueAt(container, {"securityContext", "capabilities", "drop"});
        if (!dropped.is_array() || std::find(dropped.begin(), dropped.end(), "ALL") == dropped.end()) {
            add(who + "does not drop ALL capabilities");
        }
        if (setting(container, {"runAsNonRoot"}) != true) {
            add(who + "does not set runAsNonRoot: true");
        }
        if (setting(container, {"runAsUser"}) == 0) {
            add(who + "runs as user 0");
        }
        if (setting(container, {"seccompProfile", "type"}).is_null()) {
            add(who + "names no seccompProfile");
        }
    }

    const core::Json &m_pod;
    bool m_restricted;
    std::vector<std::string> m_violations;
};

} // namespace

std::vector<std::string> podSecurityViolations(const core::Json &podSpec, const std::string &level)
{
    if (level != "baseline" && level != "restricted") {
        return {};
    }
    return PodChecker(podSpec, level == "restricted").check();
}

} // namespace binnacle::stack
