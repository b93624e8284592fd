// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/StoreIndex.h"

#include <algorithm>
#include <tuple>

namespace binnacle::cluster {

namespace {

const std::string *ownerOf(const kube::ObjectRecord &record)
{
    const auto *owner = record.meta.controller();
    return owner == nullptr ? nullptr : &owner->uid.str();
}

std::string involvedKey(std::string_view kind, std::string_view nameSpace, std::string_view name)
{
    std::string key;
    key.reserve(kind.size() + nameSpace.size() + name.size() + 2);
    key.append(kind).append("/").append(nameSpace).append("/").append(name);
    return key;
}

std::optional<std::string> involvedOf(const kube::ObjectRecord &record)
{
    const auto *event = std::get_if<kube::EventRecord>(&record.body);
    if (event == nullptr)
        return std::nullopt;
    return involvedKey(event->involvedKind.str(), event->involvedNamespace.str(), event->involvedName);
}

bool sameLinks(const kube::ObjectRecord &a, const kube::ObjectRecord &b)
{
    const auto *ownerA = ownerOf(a);
    const auto *ownerB = ownerOf(b);
    const bool sameOwner = ownerA == nullptr || ownerB == nullptr ? ownerA == ownerB : *ownerA == *ownerB;
    return sameOwner && a.meta.uid == b.meta.uid && involvedOf(a) == involvedOf(b);
}

template <typename Group, typename Key, typename Entry>
void removeFrom(Group &group, const Key &key, const Entry *entry)
{
    const auto found = group.find(key);
    if (found == group.end())
        return;
    auto &entries = found->second;
    if (const auto at = std::find(entries.begin(), entries.end(), entry); at != entries.end()) {
        *at = entries.back();
        entries.pop_back();
    }
    if (entries.empty())
        group.erase(found);
}

} // namespace

StoreIndex::Name StoreIndex::ByName::name(const Entry &entry)
{
    return {entry.record->meta.nameSpace.str(), entry.record->meta.name};
}

void StoreIndex::replace(const core::GroupKind &kind, const core::Namespace &nameSpace,
                         std::vector<kube::RecordPointer> records, const Report &report)
{
    const auto before = [](const kube::RecordPointer &a, const kube::RecordPointer &b) {
        return std::tie(a->meta.nameSpace.str(), a->meta.name) < std::tie(b->meta.nameSpace.str(), b->meta.name);
    };
    // Servers list in this order already, mostly; then both sides are walked once, side by side.
    if (!std::is_sorted(records.begin(), records.end(), before))
        std::stable_sort(records.begin(), records.end(), before);
    auto &entries = m_kinds[kind];
    auto at = nameSpace.isEmpty() ? entries.begin() : entries.lower_bound(Name{nameSpace.value(), {}});
    const auto inRange = [&] {
        return at != entries.end() && (nameSpace.isEmpty() || at->record->meta.nameSpace == nameSpace.value());
    };
    const auto removeHere = [&] {
        const kube::RecordPointer gone = at->record;
        at = erase(entries, at);
        report(ChangeKind::Removed, *gone);
    };
    for (auto each = records.begin(); each != records.end(); ++each) {
        auto &record = *each;
        const Name name{record->meta.nameSpace.str(), record->meta.name};
        // Of two with one name (it changed while it was listed) the later counts.
        if (const auto next = std::next(each);
            next != records.end() && Name{(*next)->meta.nameSpace.str(), (*next)->meta.name} == name)
            continue;
        while (inRange() && ByName::name(*at) < name)
            removeHere();
        if (inRange() && ByName::name(*at) == name) {
            if (update(*at, std::move(record)))
                report(ChangeKind::Updated, *at->record);
            ++at;
        } else {
            const auto inserted = insert(entries, at, std::move(record));
            report(ChangeKind::Added, *inserted->record);
            at = std::next(inserted);
        }
    }
    while (inRange())
        removeHere();
}

std::optional<ChangeKind> StoreIndex::upsert(kube::RecordPointer record)
{
    auto &entries = m_kinds[record->gvk.groupKind()];
    const Name name{record->meta.nameSpace.str(), record->meta.name};
    const auto at = entries.lower_bound(name);
    if (at != entries.end() && ByName::name(*at) == name)
        return update(*at, std::move(record)) ? std::optional(ChangeKind::Updated) : std::nullopt;
    insert(entries, at, std::move(record));
    return ChangeKind::Added;
}

bool StoreIndex::remove(const kube::ObjectKey &key, std::string_view uid)
{
    const auto entries = m_kinds.find(key.kind);
    if (entries == m_kinds.end())
        return false;
    const auto at = entries->second.find(Name{key.nameSpace.value(), key.name});
    if (at == entries->second.end() || (!uid.empty() && at->record->meta.uid != uid))
        return false;
    erase(entries->second, at);
    return true;
}

StoreIndex::Entries::iterator StoreIndex::insert(Entries &entries, Entries::iterator hint, kube::RecordPointer record)
{
    const auto inserted = entries.emplace_hint(hint, Entry{std::move(record)});
    link(*inserted);
    ++m_size;
    return inserted;
}

StoreIndex::Entries::iterator StoreIndex::erase(Entries &entries, Entries::iterator entry)
{
    unlink(*entry);
    --m_size;
    return entries.erase(entry);
}

bool StoreIndex::update(const Entry &entry, kube::RecordPointer record)
{
    const auto &stored = *entry.record;
    if (entry.record == record || (!record->meta.resourceVersion.empty() && stored.meta.uid == record->meta.uid &&
                                   stored.meta.resourceVersion == record->meta.resourceVersion))
        return false;
    if (sameLinks(stored, *record)) {
        entry.record = std::move(record);
    } else {
        unlink(entry);
        entry.record = std::move(record);
        link(entry);
    }
    return true;
}

void StoreIndex::link(const Entry &entry)
{
    const auto &record = *entry.record;
    if (!record.meta.uid.empty())
        m_uids.insert(&entry);
    if (const auto *owner = ownerOf(record))
        m_owned[*owner].push_back(&entry);
    if (auto involved = involvedOf(record))
        m_events[std::move(*involved)].push_back(&entry);
}

void StoreIndex::unlink(const Entry &entry)
{
    const auto &record = *entry.record;
    // Of two objects with one uid (the same object in two API groups) only one is indexed.
    if (const auto found = m_uids.find(&entry); found != m_uids.end() && *found == &entry)
        m_uids.erase(found);
    if (const auto *owner = ownerOf(record))
        removeFrom(m_owned, *owner, &entry);
    if (const auto involved = involvedOf(record))
        removeFrom(m_events, *involved, &entry);
}

kube::RecordPointer StoreIndex::find(const kube::ObjectKey &key) const
{
    const auto entries = m_kinds.find(key.kind);
    if (entries == m_kinds.end())
        return nullptr;
    const auto at = entries->second.find(Name{key.nameSpace.value(), key.name});
    return at == entries->second.end() ? nullptr : at->record;
}

kube::RecordPointer StoreIndex::findByUid(std::string_view uid) const
{
    const auto found = m_uids.find(uid);
    return found == m_uids.end() ? nullptr : (*found)->record;
}

std::vector<kube::RecordPointer> StoreIndex::list(const core::GroupKind &kind, const core::Namespace &nameSpace) const
{
    std::vector<kube::RecordPointer> records;
    const auto entries = m_kinds.find(kind);
    if (entries == m_kinds.end())
        return records;
    if (nameSpace.isEmpty())
        records.reserve(entries->second.size());
    auto at = nameSpace.isEmpty() ? entries->second.begin() : entries->second.lower_bound(Name{nameSpace.value(), {}});
    for (; at != entries->second.end(); ++at) {
        if (!nameSpace.isEmpty() && !(at->record->meta.nameSpace == nameSpace.value()))
            break;
        records.push_back(at->record);
    }
    return records;
}

std::vector<kube::RecordPointer> StoreIndex::recordsOf(const Group &group, const std::string &key)
{
    std::vector<kube::RecordPointer> records;
    if (const auto found = group.find(key); found != group.end()) {
        records.reserve(found->second.size());
        for (const auto *entry : found->second)
            records.push_back(entry->record);
    }
    return records;
}

std::vector<kube::RecordPointer> StoreIndex::ownedBy(const std::string &owner) const
{
    auto records = recordsOf(m_owned, owner);
    std::sort(records.begin(), records.end(), [](const auto &a, const auto &b) {
        return std::tie(a->gvk.kind, a->meta.nameSpace.str(), a->meta.name) <
               std::tie(b->gvk.kind, b->meta.nameSpace.str(), b->meta.name);
    });
    return records;
}

std::vector<kube::RecordPointer> StoreIndex::eventsOf(const kube::ObjectKey &key) const
{
    auto records = recordsOf(m_events, involvedKey(key.kind.kind, key.nameSpace.value(), key.name));
    const auto last = [](const kube::RecordPointer &record) { return std::get<kube::EventRecord>(record->body).last; };
    std::sort(records.begin(), records.end(), [&](const auto &a, const auto &b) {
        return std::pair(-last(a), std::string_view(a->meta.name)) <
               std::pair(-last(b), std::string_view(b->meta.name));
    });
    return records;
}

std::size_t StoreIndex::count(const core::GroupKind &kind) const
{
    const auto entries = m_kinds.find(kind);
    return entries == m_kinds.end() ? 0 : entries->second.size();
}

} // namespace binnacle::cluster
