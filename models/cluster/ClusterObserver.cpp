// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/ClusterObserver.h"

namespace binnacle::cluster {

struct ClusterObserver::Private
{
    std::shared_ptr<kube::Client> client;
    Store &store;
    std::vector<Feed> feeds;
};

ClusterObserver::ClusterObserver(std::shared_ptr<kube::Client> client, Store &store, QObject *parent)
    : QObject(parent),
      d(std::make_unique<Private>(Private{std::move(client), store, {}}))
{
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
    std::vector<Feed> feeds{{{"", "Namespace"}, {}}, {{"", "Node"}, {}}};
    for (const auto &nameSpace : nameSpaces)
        for (const auto &kind : kinds)
            feeds.push_back({kind, nameSpace});
    return feeds;
}

void ClusterObserver::observe(std::vector<Feed> feeds)
{
    for (const auto &feed : feeds)
        d->store.setFeedStatus(feed, {FeedState::Loading});
    d->feeds = std::move(feeds);
}

void ClusterObserver::reconnect()
{
    observe(d->feeds);
}

} // namespace binnacle::cluster
