// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

struct ObjectName
{
    std::string nameSpace; ///< empty: cluster-scoped
    std::string name;

    friend bool operator==(const ObjectName &, const ObjectName &) = default;
    friend auto operator<=>(const ObjectName &, const ObjectName &) = default;
};

[[nodiscard]] ObjectName nameOf(const core::Json &object);

/// An object as it was at one version; never changed, so that lists and watches can share it.
class Stored
{
public:
    Stored(core::Json object, std::uint64_t version);
    ~Stored();
    Stored(const Stored &) = delete;
    Stored &operator=(const Stored &) = delete;

    [[nodiscard]] const core::Json &object() const { return *m_object; }
    [[nodiscard]] std::uint64_t version() const { return m_version; }
    /// The object as text, made once.
    [[nodiscard]] const std::string &text() const;
    /// The same without apiVersion and kind: so the built-in kinds are listed, as the list says both once.
    [[nodiscard]] std::string itemText() const;

private:
    std::unique_ptr<const core::Json> m_object;
    std::uint64_t m_version;
    mutable std::string m_text;
    mutable std::size_t m_afterKind = 1; ///< where the members after apiVersion and kind begin in the text
};

using StoredPointer = std::shared_ptr<const Stored>;

struct StorageEvent
{
    enum class Type { Added, Modified, Deleted };

    std::uint64_t version = 0;
    Type type = Type::Added;
    std::string collection;
    StoredPointer object; ///< for Deleted: the last state, stamped with the version of the deletion
    StoredPointer previous;
};

/// What etcd and the watch cache are to an API server: objects by collection, one version counter, a bounded log.
class Storage
{
public:
    using Objects = std::map<ObjectName, StoredPointer>;

    [[nodiscard]] StoredPointer get(std::string_view collection, const ObjectName &name) const;
    [[nodiscard]] const Objects &all(std::string_view collection) const;
    /// Objects of one namespace (or of all when empty) as they were at `version`; nothing when that was compacted.
    [[nodiscard]] std::optional<std::vector<StoredPointer>>
    listAt(std::string_view collection, const std::string &nameSpace, std::uint64_t version) const;

    /// Creates or replaces, and stamps metadata.resourceVersion.
    StoredPointer put(std::string_view collection, core::Json object);
    void remove(std::string_view collection, const ObjectName &name);

    [[nodiscard]] std::uint64_t version() const { return m_version; }
    [[nodiscard]] std::uint64_t compactedVersion() const { return m_compacted; }
    [[nodiscard]] const std::deque<StorageEvent> &log() const { return m_log; }
    /// Forgets the log up to and including `version`: older watches then end with 410.
    void compact(std::uint64_t version);
    void setLogLimit(std::size_t events) { m_logLimit = events; }

    void onEvent(std::function<void(const StorageEvent &)> observer) { m_observers.push_back(std::move(observer)); }

private:
    void record(StorageEvent event);

    std::map<std::string, Objects, std::less<>> m_collections;
    std::deque<StorageEvent> m_log;
    std::vector<std::function<void(const StorageEvent &)>> m_observers;
    std::uint64_t m_version = 1000; ///< starts above zero, which means "any" in requests
    std::uint64_t m_compacted = 1000;
    std::size_t m_logLimit = 50'000;
};

} // namespace binnacle::simulator
