// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/ClusterObserver.h"

#include "core/Random.h"
#include "core/WhenFinished.h"
#include "kube/RecordDecoder.h"
#include "kube/Reflector.h"

#include <QTimer>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::cluster {

namespace {

using kube::reflector::Condition;

constexpr std::chrono::milliseconds firstRetry{1'000};
constexpr std::chrono::milliseconds longestRetry{30'000};
constexpr std::chrono::seconds contactGrain{1};
/// sendInitialEvents is beta and on from 1.32 (KEP-3157); older servers ignore the parameter instead of refusing it.
constexpr int watchListSince = 32;

const core::GroupKind namespaceKind{"", "Namespace"};
const core::GroupKind endpointSliceKind{"discovery.k8s.io", "EndpointSlice"};
const core::GroupKind endpointsKind{"", "Endpoints"};

FeedState stateOf(Condition condition)
{
    switch (condition) {
    case Condition::Loading:
        return FeedState::Loading;
    case Condition::Live:
        return FeedState::Live;
    case Condition::Stale:
        return FeedState::Stale;
    case Condition::Denied:
        return FeedState::Denied;
    case Condition::Unserved:
        return FeedState::Failed;
    }
    return FeedState::Failed;
}

/// The preferred version, but for autoscalers: servers of before 1.23 prefer v1, which has no conditions.
const kube::ApiResource *resourceFor(const kube::Discovery &discovery, const core::GroupKind &kind)
{
    if (kind == core::GroupKind{"autoscaling", "HorizontalPodAutoscaler"})
        for (const char *version : {"v2", "v2beta2"})
            if (const auto *resource = discovery.find(core::GroupVersionKind{kind.group, version, kind.kind}))
                return resource;
    return discovery.find(kind);
}

} // namespace

struct ClusterObserver::Private
{
    Private(std::shared_ptr<kube::Client> theClient, Store &theStore) : client(std::move(theClient)), store(theStore) {}

    std::shared_ptr<kube::Client> client;
    Store &store;
    core::SystemRandom random;
    core::StringPool pool;
    QTimer retry;
    std::vector<Feed> feeds;
    std::map<Feed, std::unique_ptr<kube::Reflector>> reflectors;
    std::set<Feed> standIns; ///< feeds of Endpoints where slices cannot be read
    std::shared_ptr<const kube::Discovery> discovery;
    bool discovering = false;
    std::chrono::milliseconds nextRetry = firstRetry;
    bool announced = false;
};

ClusterObserver::ClusterObserver(std::shared_ptr<kube::Client> client, Store &store, QObject *parent)
    : QObject(parent), d(new Private(std::move(client), store))
{
    d->retry.setSingleShot(true);
    connect(&d->retry, &QTimer::timeout, this, [this] { discover(true); });
    connect(&store, &Store::feedChanged, this, [this] {
        if (!d->announced && !d->feeds.empty() && d->store.isSynced()) {
            d->announced = true;
            emit synced();
        }
    });
}

ClusterObserver::~ClusterObserver() = default;

std::vector<Feed> ClusterObserver::applicationFeeds(const std::vector<core::Namespace> &nameSpaces)
{
    static const core::GroupKind kinds[] = {
        {"", "Pod"},
        {"", "Event"},
        {"apps", "Deployment"},
        {"apps", "ReplicaSet"},
        {"apps", "StatefulSet"},
        {"apps", "DaemonSet"},
        {"batch", "Job"},
        {"batch", "CronJob"},
        {"", "Service"},
        {"discovery.k8s.io", "EndpointSlice"},
        {"networking.k8s.io", "Ingress"},
        {"networking.k8s.io", "NetworkPolicy"},
        {"", "PersistentVolumeClaim"},
        {"", "ConfigMap"},
        {"", "Secret"},
        {"", "ServiceAccount"},
        {"", "ResourceQuota"},
        {"", "LimitRange"},
        {"autoscaling", "HorizontalPodAutoscaler"},
        {"policy", "PodDisruptionBudget"},
    };
    std::vector<Feed> feeds{{namespaceKind, {}}, {{"", "Node"}, {}}, {{"networking.k8s.io", "IngressClass"}, {}}};
    for (const auto &nameSpace : nameSpaces)
        for (const auto &kind : kinds)
            feeds.push_back({kind, nameSpace});
    return feeds;
}

void ClusterObserver::observe(std::vector<Feed> feeds)
{
    const auto unwanted = [&](const Feed &feed) { return std::find(feeds.begin(), feeds.end(), feed) == feeds.end(); };
    const auto drop = [&](const Feed &feed) {
        d->reflectors.erase(feed);
        d->store.dropFeed(feed);
    };
    for (const auto &feed : d->feeds) {
        if (!unwanted(feed))
            continue;
        drop(feed);
        if (const Feed standIn{endpointsKind, feed.nameSpace};
            feed.kind == endpointSliceKind && d->standIns.erase(standIn) != 0 && unwanted(standIn))
            drop(standIn);
    }
    d->feeds = std::move(feeds);
    d->announced = false;
    for (const auto &feed : d->feeds)
        if (d->store.feeds().count(feed) == 0)
            d->store.setFeedStatus(feed, {FeedState::Loading});
    if (d->discovery)
        startFeeds();
    else
        discover(false);
}

void ClusterObserver::reconnect()
{
    for (const auto &[feed, reflector] : d->reflectors)
        reflector->reconnect();
    d->nextRetry = firstRetry;
    reportUnstarted({});
    discover(true);
}

void ClusterObserver::discover(bool refresh)
{
    if (std::exchange(d->discovering, true))
        return;
    d->retry.stop();
    core::whenFinished(d->client->discover(refresh), this,
                       [this](const core::Result<std::shared_ptr<const kube::Discovery>> &discovered) {
                           d->discovering = false;
                           if (discovered) {
                               d->discovery = *discovered;
                               d->nextRetry = firstRetry;
                               reportUnstarted({});
                               startFeeds();
                               return;
                           }
                           reportUnstarted(discovered.error());
                           // Up to half as long again, so that not every client of a server comes back at once.
                           const auto spread = std::chrono::duration_cast<std::chrono::milliseconds>(
                               d->nextRetry * (d->random.unit() / 2));
                           d->retry.start(d->nextRetry + spread);
                           d->nextRetry = std::min(d->nextRetry * 2, longestRetry);
                       });
}

void ClusterObserver::reportUnstarted(const std::optional<core::Error> &error)
{
    for (const auto &feed : d->feeds) {
        const auto known = d->store.feeds().find(feed);
        if (d->reflectors.count(feed) == 0 && known != d->store.feeds().end() &&
            known->second.state == FeedState::Loading && (error || known->second.error))
            d->store.setFeedStatus(feed, {FeedState::Loading, error, {}});
    }
}

void ClusterObserver::startFeeds()
{
    for (const auto &feed : d->feeds)
        if (d->reflectors.count(feed) == 0)
            startFeed(feed);
}

void ClusterObserver::startFeed(const Feed &feed)
{
    const auto *resource = resourceFor(*d->discovery, feed.kind);
    if (resource == nullptr) {
        d->store.setFeedStatus(
            feed, {FeedState::Failed, core::makeError(core::ErrorKind::Unsupported,
                                                      "the server does not serve " + feed.kind.kind +
                                                          (feed.kind.group.empty() ? "" : "." + feed.kind.group),
                                                      "install what defines it, then reconnect")});
        return;
    }
    kube::ReflectorOptions options;
    options.resource = *resource;
    options.nameSpace = feed.nameSpace;
    options.metadataOnly = feed.kind == core::GroupKind{"", "Secret"};
    options.watchListServed = d->discovery->minorVersion() >= watchListSince;
    kube::ReflectorTarget target;
    target.upsert = [this](std::vector<kube::RecordPointer> records) {
        for (auto &record : records)
            d->store.upsert(std::move(record));
    };
    target.replace = [this, feed](std::vector<kube::RecordPointer> records) {
        d->store.replace(feed, std::move(records));
    };
    target.remove = [this](const kube::RecordPointer &record) {
        d->store.remove(record->key(), core::Uid(record->meta.uid));
    };
    target.report = [this, feed](const kube::reflector::Report &report) {
        if (report.condition == Condition::Denied && feed.kind == namespaceKind)
            readNamespacesAlone();
        if (report.condition == Condition::Denied)
            standInFor(feed);
        FeedStatus status{stateOf(report.condition), report.error, std::nullopt};
        if (const auto known = d->store.feeds().find(feed); known != d->store.feeds().end())
            status.lastContact = known->second.lastContact;
        d->store.setFeedStatus(feed, std::move(status));
    };
    target.contact = [this, feed] {
        const auto known = d->store.feeds().find(feed);
        const auto now = d->store.clock().monotonic();
        if (known == d->store.feeds().end() ||
            (known->second.lastContact && now - *known->second.lastContact < contactGrain))
            return;
        FeedStatus status = known->second;
        status.lastContact = now;
        d->store.setFeedStatus(feed, std::move(status));
    };
    const std::shared_ptr<kube::Transport> transport(d->client, &d->client->transport());
    auto &reflector = d->reflectors[feed] = std::make_unique<kube::Reflector>(
        transport, std::move(options), std::move(target), d->store.clock(), d->random);
    reflector->start();
}

void ClusterObserver::standInFor(const Feed &feed)
{
    const Feed standIn{endpointsKind, feed.nameSpace};
    if (feed.kind != endpointSliceKind || d->reflectors.count(standIn) != 0)
        return;
    d->standIns.insert(standIn);
    d->store.setFeedStatus(standIn, {FeedState::Loading});
    startFeed(standIn);
}

void ClusterObserver::readNamespacesAlone()
{
    std::set<core::Namespace> names;
    for (const auto &feed : d->feeds)
        if (!feed.nameSpace.isEmpty())
            names.insert(feed.nameSpace);
    for (const auto &name : names) {
        core::whenFinished(d->client->get({namespaceKind, {}, name.value()}), this,
                           [this](const core::Result<core::Json> &answer) {
                               if (answer)
                                   d->store.upsert(kube::recordFromJson(*answer, d->pool, {"", "v1", "Namespace"}));
                           });
    }
}

} // namespace binnacle::cluster
