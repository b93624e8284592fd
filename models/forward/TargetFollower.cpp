// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/TargetFollower.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace binnacle::forward {

namespace {

using kube::reflector::Condition;

/// All of them are served under these names by every server from 1.20 on: no need to ask.
kube::ApiResource resourceOf(const core::GroupKind &kind)
{
    kube::ApiResource resource;
    std::string plural = kind.kind + "s";
    std::transform(plural.begin(), plural.end(), plural.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    resource.gvr = {kind.group, "v1", plural};
    resource.kind = kind.kind;
    resource.namespaced = true;
    return resource;
}

} // namespace

/// What a reflector has told, by uid.
struct TargetFollower::Collection
{
    std::map<std::string, kube::RecordPointer> records;
    bool listed = false;
    std::unique_ptr<kube::Reflector> reflector;
};

TargetFollower::TargetFollower(std::shared_ptr<kube::Client> client, kube::ObjectKey target, const core::Clock &clock,
                               core::Random &random, QObject *parent)
    : QObject(parent), m_client(std::move(client)), m_target(std::move(target)), m_clock(clock), m_random(random)
{
}

TargetFollower::~TargetFollower() = default;

void TargetFollower::start()
{
    const std::pair<std::string, std::string> byName{"fieldSelector", "metadata.name=" + m_target.name};
    if (isPod())
        m_pods = follow(m_target.kind, byName);
    else
        m_objects = follow(m_target.kind, byName);
    for (auto *collection : {m_objects.get(), m_pods.get()})
        if (collection != nullptr)
            collection->reflector->start();
}

void TargetFollower::reconnect()
{
    for (auto *collection : {m_objects.get(), m_pods.get()})
        if (collection != nullptr)
            collection->reflector->reconnect();
}

const core::Json *TargetFollower::object() const
{
    return m_objects && !m_objects->records.empty() ? m_objects->records.begin()->second->json() : nullptr;
}

std::vector<kube::RecordPointer> TargetFollower::pods() const
{
    std::vector<kube::RecordPointer> pods;
    if (m_pods)
        for (const auto &[uid, record] : m_pods->records)
            pods.push_back(record);
    return pods;
}

bool TargetFollower::isKnown() const
{
    if (m_objects && (!m_objects->listed || m_objects->records.empty()))
        return m_objects->listed;
    return m_selector.empty() && !isPod() ? true : m_pods && m_pods->listed;
}

std::unique_ptr<TargetFollower::Collection> TargetFollower::follow(const core::GroupKind &kind,
                                                                   std::pair<std::string, std::string> selection)
{
    auto collection = std::make_unique<Collection>();
    auto *const told = collection.get();
    const auto after = [this, told] {
        if (told == m_objects.get())
            targetChanged();
        emit changed();
    };
    kube::ReflectorOptions options;
    options.resource = resourceOf(kind);
    options.nameSpace = m_target.nameSpace;
    options.selection.push_back(std::move(selection));
    kube::ReflectorTarget target;
    target.upsert = [told, after](const std::vector<kube::RecordPointer> &records) {
        for (const auto &record : records)
            told->records[record->meta.uid] = record;
        after();
    };
    target.replace = [told, after](const std::vector<kube::RecordPointer> &records) {
        told->records.clear();
        for (const auto &record : records)
            told->records[record->meta.uid] = record;
        after();
    };
    target.remove = [told, after](const kube::RecordPointer &record) {
        told->records.erase(record->meta.uid);
        after();
    };
    target.report = [this, told](const kube::reflector::Report &what) {
        told->listed = told->listed || what.condition == Condition::Live;
        report(what);
    };
    target.contact = [] {};
    const std::shared_ptr<kube::Transport> transport(m_client, &m_client->transport());
    collection->reflector =
        std::make_unique<kube::Reflector>(transport, std::move(options), std::move(target), m_clock, m_random);
    return collection;
}

void TargetFollower::report(const kube::reflector::Report &report)
{
    m_error = report.condition == Condition::Live ? std::nullopt : report.error;
    emit changed();
}

/// A Service may be pointed at other pods, as blue-green deployments do.
void TargetFollower::targetChanged()
{
    const auto *const target = object();
    auto selector = target != nullptr ? podSelector(m_target.kind, *target) : std::string();
    if (selector == m_selector)
        return;
    m_selector = std::move(selector);
    m_pods = m_selector.empty() ? nullptr : follow({"", "Pod"}, {"labelSelector", m_selector});
    if (m_pods)
        m_pods->reflector->start();
}

} // namespace binnacle::forward
