// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/Store.h"

#include "cluster/StoreIndex.h"

#include <QTimer>

#include <algorithm>

namespace binnacle::cluster {

namespace {

constexpr std::chrono::milliseconds frame{16};

/// What a consumer that saw `before` must be told when `after` happens next; nothing when they cancel out.
std::optional<ChangeKind> combine(ChangeKind before, ChangeKind after)
{
    if (before == ChangeKind::Added)
        return after == ChangeKind::Removed ? std::nullopt : std::optional(ChangeKind::Added);
    if (before == ChangeKind::Removed)
        return after == ChangeKind::Removed ? ChangeKind::Removed : ChangeKind::Updated;
    return after == ChangeKind::Removed ? ChangeKind::Removed : ChangeKind::Updated;
}

} // namespace

struct Store::Private
{
    StoreIndex index;
    std::unordered_map<kube::ObjectKey, ChangeKind> pending;
    QTimer timer;

    void note(ChangeKind kind, kube::ObjectKey key)
    {
        const auto [entry, fresh] = pending.try_emplace(std::move(key), kind);
        if (!fresh) {
            if (const auto combined = combine(entry->second, kind))
                entry->second = *combined;
            else
                pending.erase(entry);
        }
        if (!timer.isActive())
            timer.start(frame);
    }
};

Store::Store(const core::Clock &clock, QObject *parent)
    : QObject(parent), m_clock(clock), d(std::make_unique<Private>())
{
    d->timer.setSingleShot(true);
    connect(&d->timer, &QTimer::timeout, this, &Store::flush);
}

Store::~Store() = default;

void Store::replace(const Feed &feed, std::vector<kube::RecordPointer> records)
{
    d->index.replace(feed.kind, feed.nameSpace, std::move(records),
                     [this](ChangeKind kind, const kube::ObjectRecord &record) { d->note(kind, record.key()); });
}

void Store::upsert(kube::RecordPointer record)
{
    const kube::ObjectRecord &stored = *record;
    if (const auto kind = d->index.upsert(std::move(record)))
        d->note(*kind, stored.key());
}

void Store::remove(const kube::ObjectKey &key, const core::Uid &uid)
{
    if (d->index.remove(key, uid.value()))
        d->note(ChangeKind::Removed, key);
}

void Store::setFeedStatus(const Feed &feed, FeedStatus status)
{
    m_feeds[feed] = std::move(status);
    emit feedChanged(feed);
}

void Store::dropFeed(const Feed &feed)
{
    if (m_feeds.erase(feed) == 0)
        return;
    std::vector<kube::RecordPointer> stillCovered;
    for (auto &record : d->index.list(feed.kind, feed.nameSpace))
        if (feedFor(feed.kind, core::Namespace(record->meta.nameSpace.str())) != nullptr)
            stillCovered.push_back(std::move(record));
    replace(feed, std::move(stillCovered));
    emit feedChanged(feed);
}

void Store::flush()
{
    d->timer.stop();
    if (d->pending.empty())
        return;
    ChangeSet changes;
    changes.reserve(d->pending.size());
    // Taken out first: a receiver may write to the store.
    auto pending = std::exchange(d->pending, {});
    while (!pending.empty()) {
        auto node = pending.extract(pending.begin());
        changes.push_back({node.mapped(), std::move(node.key())});
    }
    emit changed(changes);
}

kube::RecordPointer Store::find(const kube::ObjectKey &key) const
{
    return d->index.find(key);
}

kube::RecordPointer Store::findByUid(const core::Uid &uid) const
{
    return d->index.findByUid(uid.value());
}

std::vector<kube::RecordPointer> Store::list(const core::GroupKind &kind, const core::Namespace &nameSpace) const
{
    return d->index.list(kind, nameSpace);
}

std::vector<kube::RecordPointer> Store::ownedBy(const core::Uid &owner) const
{
    return d->index.ownedBy(owner.value());
}

std::vector<kube::RecordPointer> Store::eventsOf(const kube::ObjectKey &key) const
{
    return d->index.eventsOf(key);
}

std::size_t Store::size() const
{
    return d->index.size();
}

std::size_t Store::count(const core::GroupKind &kind) const
{
    return d->index.count(kind);
}

const FeedStatus *Store::feedFor(const core::GroupKind &kind, const core::Namespace &nameSpace) const
{
    auto found = m_feeds.find(Feed{kind, nameSpace});
    if (found == m_feeds.end())
        found = m_feeds.find(Feed{kind, {}});
    return found == m_feeds.end() ? nullptr : &found->second;
}

bool Store::isSynced() const
{
    return std::none_of(m_feeds.begin(), m_feeds.end(),
                        [](const auto &feed) { return feed.second.state == FeedState::Loading; });
}

} // namespace binnacle::cluster
