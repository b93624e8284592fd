// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace binnacle::cluster {

/// The Store's objects and the ways to them. Each object has one entry that stays where it is while its record is
/// replaced, so that an update which keeps uid and owner touches no index.
class StoreIndex
{
public:
    using Report = std::function<void(ChangeKind, const kube::ObjectRecord &)>;

    /// Makes what is stored of a kind in a namespace (empty: in all) equal to `records`.
    void replace(const core::GroupKind &kind, const core::Namespace &nameSpace,
                 std::vector<kube::RecordPointer> records, const Report &report);
    /// Nothing when the stored record has the same uid and resourceVersion.
    [[nodiscard]] std::optional<ChangeKind> upsert(kube::RecordPointer record);
    [[nodiscard]] bool remove(const kube::ObjectKey &key, std::string_view uid);

    [[nodiscard]] kube::RecordPointer find(const kube::ObjectKey &key) const;
    [[nodiscard]] kube::RecordPointer findByUid(std::string_view uid) const;
    [[nodiscard]] std::vector<kube::RecordPointer> list(const core::GroupKind &kind,
                                                        const core::Namespace &nameSpace) const;
    [[nodiscard]] std::vector<kube::RecordPointer> ownedBy(const std::string &owner) const;
    [[nodiscard]] std::vector<kube::RecordPointer> eventsOf(const kube::ObjectKey &key) const;
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] std::size_t count(const core::GroupKind &kind) const;

private:
    struct Entry
    {
        mutable kube::RecordPointer record; ///< replaced only by one of the same namespace and name
    };
    struct Name
    {
        std::string_view nameSpace;
        std::string_view name;
        friend auto operator<=>(const Name &, const Name &) = default;
    };
    struct ByName
    {
        using is_transparent = void;
        static Name name(const Entry &entry);
        static const Name &name(const Name &name) { return name; }
        template <typename A, typename B>
        bool operator()(const A &a, const B &b) const
        {
            return name(a) < name(b);
        }
    };
    struct ByUid
    {
        using is_transparent = void;
        static std::string_view uid(const Entry *entry) { return entry->record->meta.uid; }
        static std::string_view uid(std::string_view uid) { return uid; }
        template <typename T>
        std::size_t operator()(const T &value) const
        {
            return std::hash<std::string_view>{}(uid(value));
        }
        template <typename A, typename B>
        bool operator()(const A &a, const B &b) const
        {
            return uid(a) == uid(b);
        }
    };
    using Entries = std::set<Entry, ByName>;
    using Group = std::unordered_map<std::string, std::vector<const Entry *>>;

    Entries::iterator insert(Entries &entries, Entries::iterator hint, kube::RecordPointer record);
    Entries::iterator erase(Entries &entries, Entries::iterator entry);
    /// False when nothing changed.
    bool update(const Entry &entry, kube::RecordPointer record);
    void link(const Entry &entry);
    void unlink(const Entry &entry);
    static std::vector<kube::RecordPointer> recordsOf(const Group &group, const std::string &key);

    std::map<core::GroupKind, Entries> m_kinds;
    std::unordered_set<const Entry *, ByUid, ByUid> m_uids;
    Group m_owned;
    Group m_events;
    std::size_t m_size = 0;
};

} // namespace binnacle::cluster
