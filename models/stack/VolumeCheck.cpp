// SPDX-License-Identifier: GPL-3.0-or-later
// Whether claims get volumes: kubernetes.io/docs/concepts/storage/persistent-volumes.
#include "stack/Situation.h"
#include "stack/StorageClasses.h"

#include <algorithm>

namespace binnacle::stack {

namespace {

class VolumeChecker
{
public:
    VolumeChecker(const Situation &situation, std::vector<Finding> &findings)
        : m_situation(situation), m_findings(findings)
    {
        for (const core::Json *storageClass : storageClassesOf(situation))
            m_known.insert(keyOf(*storageClass).name);
        m_hasDefault = !defaultStorageClass(situation).empty();
    }

    void check()
    {
        for (const core::Json &object : m_situation.objects) {
            const kube::ObjectKey key = keyOf(object);
            if (key.kind.kind == "PersistentVolumeClaim" && !isLive(key))
                checkClaim(key, object);
            for (const core::Json &claim : valueAt(object, {"spec", "volumeClaimTemplates"})) {
                const kube::ObjectKey first = {{"", "PersistentVolumeClaim"},
                                               key.nameSpace,
                                               textAt(claim, {"metadata", "name"}) + "-" + key.name + "-0"};
                if (!isLive(first))
                    checkClaim(key, claim);
            }
        }
    }

private:
    [[nodiscard]] bool isLive(const kube::ObjectKey &key) const { return m_situation.liveOf(key) != nullptr; }

    /// A volume that somebody made by hand, which needs no storage class object.
    [[nodiscard]] bool hasVolume(const core::Json &claim, const std::string &storageClass) const
    {
        const core::Quantity asked = quantityOf(valueAt(claim, {"spec", "resources", "requests", "storage"}));
        const auto suits = [&](const core::Json &volume) {
            return textAt(volume, {"spec", "storageClassName"}) == storageClass &&
                   quantityOf(valueAt(volume, {"spec", "capacity", "storage"})) >= asked;
        };
        const auto made = m_situation.ofKind("PersistentVolume");
        const auto &volumes = m_situation.facts.volumes;
        return !volumes || std::any_of(made.begin(), made.end(), [&](const auto *volume) { return suits(*volume); }) ||
               std::any_of(volumes->begin(), volumes->end(), [&](const core::Json &volume) {
                   return textAt(volume, {"status", "phase"}) == "Available" && suits(volume);
               });
    }

    void checkClaim(const kube::ObjectKey &key, const core::Json &claim)
    {
        const core::Json &named = namedStorageClass(claim);
        const std::string name = named.is_string() ? named.get<std::string>() : std::string();
        if (!textAt(claim, {"spec", "volumeName"}).empty() || m_known.contains(name))
            return;
        // Where the volumes may not be listed, one may be waiting; a default class is the server's business.
        const bool certain = m_situation.facts.volumes.has_value();
        std::string known;
        for (const std::string &other : m_known)
            known += (known.empty() ? "" : ", ") + other;
        const std::string next = known.empty() ? "Define one, or choose the overlay of this platform."
                                               : "Choose the overlay of this platform; there are " + known + ".";
        if (!name.empty() && (!certain || !hasVolume(claim, name)))
            add(key, "the cluster has no storage class " + name + ": the volume is never made", next, certain);
        else if (name.empty() && !m_hasDefault && certain && !hasVolume(claim, {}))
            add(key,
                "volume claim " + textAt(claim, {"metadata", "name"}) +
                    (named.is_null() ? " names no storage class, and the cluster has no default one"
                                     : " wants a volume that exists, and none is free") +
                    ": it is never bound",
                next, certain);
    }

    void add(const kube::ObjectKey &key, std::string message, std::string next, bool certain)
    {
        m_findings.push_back(
            {Finding::Severity::Error, key, std::move(message), std::move(next), std::nullopt, certain});
    }

    const Situation &m_situation;
    std::vector<Finding> &m_findings;
    std::set<std::string> m_known;
    bool m_hasDefault = false;
};

/// A pod that mounts a claim that nobody makes waits for ever.
void checkMounts(const Situation &situation, std::vector<Finding> &findings)
{
    if (situation.facts.hidden.contains({"", "PersistentVolumeClaim"}))
        return;
    const bool mayAppear = situation.hasForeign();
    std::set<kube::ObjectKey> claims;
    for (const core::Json *claim : situation.ofKind("PersistentVolumeClaim"))
        claims.insert(keyOf(*claim));
    for (const WorkloadDemand &demand : situation.demands) {
        for (const core::Json &volume : valueAt(demand.podSpec, {"volumes"})) {
            const std::string name = textAt(volume, {"persistentVolumeClaim", "claimName"});
            const kube::ObjectKey key = {{"", "PersistentVolumeClaim"}, demand.key.nameSpace, name};
            const bool isMade = std::any_of(situation.all.begin(), situation.all.end(), [&](const core::Json &owner) {
                return isClaimOf(keyOf(owner), owner, key);
            });
            if (!name.empty() && !claims.contains(key) && !isMade)
                findings.push_back({Finding::Severity::Error, demand.key,
                                    "there is no volume claim " + name + ", which its pods mount",
                                    "Add the claim, or correct its name.", std::nullopt,
                                    !mayAppear && missingPods(demand) > 0});
        }
    }
}

} // namespace

void checkVolumes(const Situation &situation, std::vector<Finding> &findings)
{
    if (!situation.facts.storageClasses)
        return;
    VolumeChecker(situation, findings).check();
    checkMounts(situation, findings);
}

} // namespace binnacle::stack
