// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Health.h"
#include "core/Clock.h"
#include "core/Error.h"

#include <QObject>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace binnacle::cluster {

enum class ChangeKind { Added, Updated, Removed };

struct Change
{
    ChangeKind kind;
    kube::ObjectKey key;
};

/// Coalesced per key: the last state wins.
using ChangeSet = std::vector<Change>;

/// Which collection a reflector follows: one kind in one namespace, or (empty namespace) in all of them.
struct Feed
{
    core::GroupKind kind;
    core::Namespace nameSpace;

    friend bool operator==(const Feed &, const Feed &) = default;
    friend auto operator<=>(const Feed &, const Feed &) = default;
};

enum class FeedState { Loading, Live, Stale, Denied, Failed };

struct FeedStatus
{
    FeedState state = FeedState::Loading;
    std::optional<core::Error> error;                                 ///< of the last failure
    std::optional<std::chrono::steady_clock::time_point> lastContact; ///< last answer of the server, bookmarks included
};

/// What the cluster is, as far as reflectors have told. Lives in one thread; reflectors hand their batches over by
/// queued calls. Emits changed() at most once a frame however many objects changed.
class Store : public QObject
{
    Q_OBJECT

public:
    explicit Store(const core::Clock &clock, QObject *parent = nullptr);
    ~Store() override;

    /// Replaces a feed's whole content (initial list or relist): missing ones are removed.
    void replace(const Feed &feed, std::vector<kube::RecordPointer> records);
    void upsert(kube::RecordPointer record);
    /// Ignored when the stored object has another uid (same name, recreated since).
    void remove(const kube::ObjectKey &key, const core::Uid &uid = {});
    void setFeedStatus(const Feed &feed, FeedStatus status);
    /// Forgets a feed and what no other feed covers.
    void dropFeed(const Feed &feed);
    /// Emits pending changes now instead of at the next frame.
    void flush();

    [[nodiscard]] kube::RecordPointer find(const kube::ObjectKey &key) const;
    [[nodiscard]] kube::RecordPointer findByUid(const core::Uid &uid) const;
    /// In order of (namespace, name). An empty namespace means all.
    [[nodiscard]] std::vector<kube::RecordPointer> list(const core::GroupKind &kind,
                                                        const core::Namespace &nameSpace = {}) const;
    /// Objects whose controller owner reference is this uid.
    [[nodiscard]] std::vector<kube::RecordPointer> ownedBy(const core::Uid &owner) const;
    /// Events of an object, newest first.
    [[nodiscard]] std::vector<kube::RecordPointer> eventsOf(const kube::ObjectKey &key) const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::size_t count(const core::GroupKind &kind) const;

    [[nodiscard]] const std::map<Feed, FeedStatus> &feeds() const { return m_feeds; }
    /// The feed that covers this kind in this namespace, if any.
    [[nodiscard]] const FeedStatus *feedFor(const core::GroupKind &kind, const core::Namespace &nameSpace) const;
    /// Every feed has had its initial list, or was denied.
    [[nodiscard]] bool isSynced() const;
    [[nodiscard]] const core::Clock &clock() const { return m_clock; }

signals:
    void changed(const binnacle::cluster::ChangeSet &changes);
    void feedChanged(const binnacle::cluster::Feed &feed);

private:
    struct Private;
    const core::Clock &m_clock;
    std::map<Feed, FeedStatus> m_feeds;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::cluster
