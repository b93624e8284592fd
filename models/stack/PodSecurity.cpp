// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/PodSecurity.h"

#include "stack/Workloads.h"

#include <algorithm>
#include <map>
#include <set>

namespace binnacle::stack {

namespace {

const std::set<std::string> baselineCapabilities = {"AUDIT_WRITE", "CHOWN",  "DAC_OVERRIDE",     "FOWNER",  "FSETID",
                                                    "KILL",        "MKNOD",  "NET_BIND_SERVICE", "SETFCAP", "SETGID",
                                                    "SETPCAP",     "SETUID", "SYS_CHROOT"};
/// Since when the baseline allows each; see check_sysctls.go.
const std::map<std::string, int> safeSysctls = {{"kernel.shm_rmid_forced", 0},
                                                {"net.ipv4.ip_local_port_range", 0},
                                                {"net.ipv4.tcp_syncookies", 0},
                                                {"net.ipv4.ping_group_range", 0},
                                                {"net.ipv4.ip_unprivileged_port_start", 0},
                                                {"net.ipv4.ip_local_reserved_ports", 27},
                                                {"net.ipv4.tcp_keepalive_time", 29},
                                                {"net.ipv4.tcp_fin_timeout", 29},
                                                {"net.ipv4.tcp_keepalive_intvl", 29},
                                                {"net.ipv4.tcp_keepalive_probes", 29},
                                                {"net.ipv4.tcp_rmem", 32},
                                                {"net.ipv4.tcp_wmem", 32}};
const std::set<std::string> restrictedVolumes = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"};

class PodChecker
{
public:
    PodChecker(const core::Json &podSpec, bool restricted, int minorVersion)
        : m_pod(podSpec), m_restricted(restricted), m_minor(minorVersion)
    {
    }

    std::vector<std::string> check()
    {
        for (const char *field : {"hostNetwork", "hostPID", "hostIPC"}) {
            if (valueAt(m_pod, {field}) == true) {
                add(std::string(field) + " is true");
            }
        }
        checkVolumes();
        checkPodContext();
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

    /// What the pod sets for all its containers is refused even where each container says otherwise.
    void checkPodContext()
    {
        const core::Json &context = valueAt(m_pod, {"securityContext"});
        if (textAt(context, {"seccompProfile", "type"}) == "Unconfined")
            add("the pod runs without a seccomp profile");
        if (m_restricted && valueAt(context, {"runAsUser"}) == 0 && m_minor >= 23)
            add("the pod runs as user 0");
        for (const core::Json &sysctl : valueAt(context, {"sysctls"})) {
            const auto safe = safeSysctls.find(textAt(sysctl, {"name"}));
            if (safe == safeSysctls.end() || safe->second > m_minor)
                add("the pod sets the sysctl " + textAt(sysctl, {"name"}));
        }
        checkContext(context, "the pod ");
    }

    /// Settings that pods and containers have alike.
    void checkContext(const core::Json &context, const std::string &who)
    {
        static const std::set<std::string> types = {"", "container_t", "container_init_t", "container_kvm_t",
                                                    "container_engine_t"};
        const core::Json &linux = valueAt(context, {"seLinuxOptions"});
        if (!types.contains(textAt(linux, {"type"})))
            add(who + "sets the SELinux type " + textAt(linux, {"type"}));
        if (!textAt(linux, {"user"}).empty() || !textAt(linux, {"role"}).empty())
            add(who + "sets a SELinux user or role");
        if (textAt(context, {"appArmorProfile", "type"}) == "Unconfined")
            add(who + "runs without an AppArmor profile");
        if (valueAt(context, {"windowsOptions", "hostProcess"}) == true)
            add(who + "is a Windows host process");
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
            if (m_restricted && m_minor >= 22 ? name != "NET_BIND_SERVICE" : !baselineCapabilities.contains(name)) {
                add(who + "adds the capability " + name);
            }
        }
        if (valueAt(container, {"securityContext", "seccompProfile", "type"}) == "Unconfined")
            add(who + "runs without a seccomp profile");
        const std::string mount = textAt(container, {"securityContext", "procMount"});
        if (!mount.empty() && mount != "Default")
            add(who + "sets procMount " + mount);
        checkContext(valueAt(container, {"securityContext"}), who);
        if (m_restricted) {
            checkRestricted(container, who);
        }
    }

    void checkRestricted(const core::Json &container, const std::string &who)
    {
        // Since 1.25 what Windows does not have is not asked of pods that say they are for it.
        const bool onWindows = m_minor >= 25 && textAt(m_pod, {"os", "name"}) == "windows";
        if (!onWindows)
            checkLinux(container, who);
        if (setting(container, {"runAsNonRoot"}) != true)
            add(who + "does not set runAsNonRoot: true");
        if (m_minor >= 23 && valueAt(container, {"securityContext", "runAsUser"}) == 0)
            add(who + "runs as user 0");
    }

    void checkLinux(const core::Json &container, const std::string &who)
    {
        if (m_minor >= 8 && valueAt(container, {"securityContext", "allowPrivilegeEscalation"}) != false)
            add(who + "does not set allowPrivilegeEscalation: false");
        const core::Json &dropped = valueAt(container, {"securityContext", "capabilities", "drop"});
        if (m_minor >= 22 && (!dropped.is_array() || std::find(dropped.begin(), dropped.end(), "ALL") == dropped.end()))
            add(who + "does not drop ALL capabilities");
        const core::Json &seccomp = setting(container, {"seccompProfile", "type"});
        if (m_minor >= 19 && seccomp != "RuntimeDefault" && seccomp != "Localhost" && seccomp != "Unconfined")
            add(who + "names no seccompProfile");
    }

    const core::Json &m_pod;
    bool m_restricted;
    int m_minor;
    std::vector<std::string> m_violations;
};

} // namespace

std::vector<std::string> podSecurityViolations(const core::Json &podSpec, const std::string &level, int minorVersion)
{
    if (level != "baseline" && level != "restricted")
        return {};
    return PodChecker(podSpec, level == "restricted", minorVersion).check();
}

} // namespace binnacle::stack
