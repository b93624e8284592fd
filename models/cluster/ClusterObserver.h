// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "kube/Client.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace binnacle::cluster {

/// Keeps a Store filled: one reflector (list + watch) a feed. Lives in the store's thread; parsing happens on the
/// transport's. Feeds whose kind the server does not serve are marked Failed with the reason and retried on
/// rediscovery.
class ClusterObserver : public QObject
{
    Q_OBJECT

public:
    ClusterObserver(std::shared_ptr<kube::Client> client, Store &store, QObject *parent = nullptr);
    ~ClusterObserver() override;

    /// Starts what is new, stops what is no longer wanted.
    void observe(std::vector<Feed> feeds);
    /// The kinds that the topology and health of an application need, in these namespaces.
    [[nodiscard]] static std::vector<Feed> applicationFeeds(const std::vector<core::Namespace> &nameSpaces);
    /// After sleep or a lost network: reconnect all at once instead of waiting out the back-off.
    void reconnect();

signals:
    /// Every feed has had its initial list, or was denied.
    void synced();

private:
    void discover(bool refresh);
    /// Why those that wait for discovery still do; nothing: it is being asked, or they start.
    void reportUnstarted(const std::optional<core::Error> &error);
    void startFeeds();
    void startFeed(const Feed &feed);
    /// The view role of servers of before 1.21 knows no EndpointSlices: Endpoints say nearly the same.
    void standInFor(const Feed &feed);
    /// Who may not list namespaces may often get single ones: those that feeds name.
    void readNamespacesAlone();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::cluster
