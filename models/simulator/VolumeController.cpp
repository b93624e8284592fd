// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Controllers.h"
#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

constexpr const char *component = "persistentvolume-controller";
constexpr std::chrono::milliseconds resizeTime{1000};

/// Binds claims: provisions a volume where the class exists, at once or when a pod uses the claim.
class VolumeController final : public Controller
{
public:
    using Controller::Controller;

    void observe(const StorageEvent &event, const Enqueue &enqueue) override
    {
        if (event.collection != "pods" || event.type != StorageEvent::Type::Added)
            return;
        const Json &pod = event.object->object();
        for (const Json &volume : at(pod, {"spec", "volumes"}))
            if (const std::string claim = textAt(volume, {"persistentVolumeClaim", "claimName"}); !claim.empty())
                enqueue({nameOf(pod).nameSpace, claim});
    }

    Delay reconcile(const ObjectName &name) override
    {
        const StoredPointer stored = m_state.storage.get(collection(), name);
        if (!stored) {
            release(name);
            return {};
        }
        const Json &claim = stored->object();
        if (textAt(claim, {"status", "phase"}) == "Bound")
            return expand(name, claim);
        const std::string className = textAt(claim, {"spec", "storageClassName"});
        const StoredPointer storageClass = m_state.storage.get("storageclasses.storage.k8s.io", {{}, className});
        if (className.empty()) {
            m_state.recordEvent(claim, "Normal", "FailedBinding",
                                "no persistent volumes available for this claim and no storage class is set",
                                component);
            return std::chrono::seconds(15);
        }
        if (!storageClass) {
            m_state.recordEvent(claim, "Warning", "ProvisioningFailed",
                                "storageclass.storage.k8s.io \"" + className + "\" not found", component);
            return std::chrono::seconds(15);
        }
        if (textAt(storageClass->object(), {"volumeBindingMode"}) == "WaitForFirstConsumer" && !isUsed(name)) {
            m_state.recordEvent(claim, "Normal", "WaitForFirstConsumer",
                                "waiting for first consumer to be created before binding", component);
            return {};
        }
        const auto made = core::parseTime(textAt(claim, {"metadata", "creationTimestamp"}));
        if (made && m_state.clock.now() - *made < std::chrono::seconds(1))
            return std::chrono::milliseconds(700);
        provision(name, claim, storageClass->object());
        return {};
    }

private:
    [[nodiscard]] bool isUsed(const ObjectName &claim) const
    {
        return isNamedByPod(claim, [](const Json &) { return true; });
    }

    [[nodiscard]] bool isMounted(const ObjectName &claim) const
    {
        return isNamedByPod(claim, [](const Json &pod) { return textAt(pod, {"status", "phase"}) == "Running"; });
    }

    template <typename Counts>
    [[nodiscard]] bool isNamedByPod(const ObjectName &claim, const Counts &counts) const
    {
        const auto &pods = m_state.storage.all("pods");
        for (auto pod = pods.lower_bound({claim.nameSpace, {}});
             pod != pods.end() && pod->first.nameSpace == claim.nameSpace; ++pod)
            for (const Json &volume : at(pod->second->object(), {"spec", "volumes"}))
                if (textAt(volume, {"persistentVolumeClaim", "claimName"}) == claim.name &&
                    counts(pod->second->object()))
                    return true;
        return false;
    }

    void provision(const ObjectName &name, const Json &claim, const Json &storageClass)
    {
        const std::string volume = "pvc-" + textAt(claim, {"metadata", "uid"});
        const Json capacity = {{"storage", claim["spec"]["resources"]["requests"]["storage"]}};
        m_state.storage.put(
            "persistentvolumes",
            {{"apiVersion", "v1"},
             {"kind", "PersistentVolume"},
             {"metadata", {{"name", volume}, {"uid", m_state.newUid()}, {"creationTimestamp", m_state.timeText()}}},
             {"spec",
              {{"capacity", capacity},
               {"accessModes", claim["spec"]["accessModes"]},
               {"persistentVolumeReclaimPolicy", textAt(storageClass, {"reclaimPolicy"})},
               {"storageClassName", nameOf(storageClass).name},
               {"volumeMode", "Filesystem"},
               {"claimRef",
                {{"apiVersion", "v1"},
                 {"kind", "PersistentVolumeClaim"},
                 {"namespace", name.nameSpace},
                 {"name", name.name},
                 {"uid", claim["metadata"]["uid"]}}},
               {"csi", {{"driver", textAt(storageClass, {"provisioner"})}, {"volumeHandle", volume}}}}},
             {"status", {{"phase", "Bound"}}}});
        m_state.update(collection(), name, [&](Json &changed) {
            changed["spec"]["volumeName"] = volume;
            changed["status"] = {
                {"phase", "Bound"}, {"capacity", capacity}, {"accessModes", changed["spec"]["accessModes"]}};
            changed["metadata"]["annotations"]["pv.kubernetes.io/bind-completed"] = "yes";
        });
        m_state.recordEvent(claim, "Normal", "ProvisioningSucceeded", "Successfully provisioned volume " + volume,
                            component);
    }

    /// As a CSI driver's resizer and the kubelet do: the volume first, then, once a pod has it mounted, its file
    /// system.
    Delay expand(const ObjectName &name, const Json &claim)
    {
        const Json &wanted = at(claim, {"spec", "resources", "requests", "storage"});
        if (at(claim, {"status", "capacity", "storage"}) == wanted)
            return {};
        const bool isLarger = at(volumeOf(claim), {"spec", "capacity", "storage"}) == wanted;
        const char *const stage = isLarger ? "FileSystemResizePending" : "Resizing";
        const Json &now = condition(claim, stage);
        if (!now.is_object()) {
            m_state.update(collection(), name, [&](Json &changed) {
                changed["status"]["conditions"] = Json::array();
                setCondition(changed, stage, "True", "",
                             isLarger ? "Waiting for user to (re-)start a pod to finish file system resize of volume "
                                        "on node."
                                      : "",
                             m_state.timeText());
            });
            return resizeTime;
        }
        const auto since = core::parseTime(textAt(now, {"lastTransitionTime"}));
        if (since && m_state.clock.now() - *since < resizeTime)
            return resizeTime;
        if (!isLarger) {
            m_state.update("persistentvolumes", {{}, textAt(claim, {"spec", "volumeName"})},
                           [&](Json &volume) { volume["spec"]["capacity"]["storage"] = wanted; });
            return std::chrono::milliseconds(1);
        }
        if (!isMounted(name))
            return std::chrono::seconds(2);
        m_state.recordEvent(claim, "Normal", "FileSystemResizeSuccessful", "MountVolume.NodeExpandVolume succeeded",
                            "kubelet");
        m_state.update(collection(), name, [&](Json &changed) {
            changed["status"]["capacity"]["storage"] = Json(wanted);
            changed["status"].erase("conditions");
        });
        return {};
    }

    [[nodiscard]] const Json &volumeOf(const Json &claim) const
    {
        static const Json none;
        const StoredPointer volume =
            m_state.storage.get("persistentvolumes", {{}, textAt(claim, {"spec", "volumeName"})});
        return volume ? volume->object() : none;
    }

    void release(const ObjectName &claim)
    {
        std::vector<ObjectName> unused;
        for (const auto &[name, volume] : m_state.storage.all("persistentvolumes"))
            if (textAt(volume->object(), {"spec", "claimRef", "namespace"}) == claim.nameSpace &&
                textAt(volume->object(), {"spec", "claimRef", "name"}) == claim.name)
                unused.push_back(name);
        for (const ObjectName &name : unused) {
            const StoredPointer volume = m_state.storage.get("persistentvolumes", name);
            if (textAt(volume->object(), {"spec", "persistentVolumeReclaimPolicy"}) == "Delete")
                m_state.storage.remove("persistentvolumes", name);
            else
                m_state.update("persistentvolumes", name, [](Json &kept) { kept["status"]["phase"] = "Released"; });
        }
    }
};

} // namespace

ControllerPointer makeVolumeController(ClusterState &state, Registry &registry)
{
    return std::make_unique<VolumeController>(state, registry, "persistentvolumeclaims");
}

} // namespace binnacle::simulator
