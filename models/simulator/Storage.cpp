// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Storage.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::simulator {

using core::Json;

ObjectName nameOf(const Json &object)
{
    return {textAt(object, {"metadata", "namespace"}), textAt(object, {"metadata", "name"})};
}

Stored::Stored(Json object, std::uint64_t version)
    : m_object(std::make_unique<const Json>(std::move(object))), m_version(version)
{
}

Stored::~Stored() = default;

const std::string &Stored::text() const
{
    if (!m_text.empty())
        return m_text;
    const auto dumped = [](const Json &value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); };
    m_text = "{";
    const auto append = [&](const std::string &name, const Json &value) {
        m_text += dumped(name) + ":" + dumped(value) + ",";
    };
    for (const char *const name : {"kind", "apiVersion"})
        if (const auto found = m_object->find(name); found != m_object->end())
            append(name, *found);
    m_afterKind = m_text.size();
    for (const auto &[name, value] : m_object->items())
        if (name != "kind" && name != "apiVersion")
            append(name, value);
    m_text.back() = '}';
    return m_text;
}

std::string Stored::itemText() const
{
    const std::string &whole = text();
    return "{" + whole.substr(m_afterKind);
}

StoredPointer Storage::get(std::string_view collection, const ObjectName &name) const
{
    const Objects &objects = all(collection);
    const auto found = objects.find(name);
    return found == objects.end() ? nullptr : found->second;
}

const Storage::Objects &Storage::all(std::string_view collection) const
{
    static const Objects none;
    const auto found = m_collections.find(collection);
    return found == m_collections.end() ? none : found->second;
}

std::optional<std::vector<StoredPointer>> Storage::listAt(std::string_view collection, const std::string &nameSpace,
                                                          std::uint64_t version) const
{
    const Objects &objects = all(collection);
    const auto wanted = [&](const ObjectName &name) { return nameSpace.empty() || name.nameSpace == nameSpace; };
    std::vector<StoredPointer> listed;
    if (version >= m_version) {
        auto begin = nameSpace.empty() ? objects.begin() : objects.lower_bound({nameSpace, {}});
        for (; begin != objects.end() && wanted(begin->first); ++begin)
            listed.push_back(begin->second);
        return listed;
    }
    if (version < m_compacted)
        return std::nullopt;
    // Undo what happened since, newest first.
    Objects past = objects;
    for (auto event = m_log.rbegin(); event != m_log.rend() && event->version > version; ++event) {
        if (event->collection != collection)
            continue;
        const ObjectName name = nameOf(event->object->object());
        if (event->previous)
            past[name] = event->previous;
        else
            past.erase(name);
    }
    for (const auto &[name, object] : past)
        if (wanted(name))
            listed.push_back(object);
    return listed;
}

StoredPointer Storage::put(std::string_view collection, Json object)
{
    const ObjectName name = nameOf(object);
    auto found = m_collections.find(collection);
    if (found == m_collections.end())
        found = m_collections.emplace(std::string(collection), Objects()).first;
    StoredPointer &slot = found->second[name];
    const StoredPointer previous = slot;
    ++m_version;
    object["metadata"]["resourceVersion"] = std::to_string(m_version);
    slot = std::make_shared<const Stored>(std::move(object), m_version);
    const StoredPointer result = slot;
    record({m_version, previous ? StorageEvent::Type::Modified : StorageEvent::Type::Added, std::string(collection),
            result, previous});
    return result;
}

void Storage::remove(std::string_view collection, const ObjectName &name)
{
    const auto objects = m_collections.find(collection);
    if (objects == m_collections.end())
        return;
    const auto found = objects->second.find(name);
    if (found == objects->second.end())
        return;
    const StoredPointer previous = found->second;
    objects->second.erase(found);
    ++m_version;
    Json last = previous->object();
    last["metadata"]["resourceVersion"] = std::to_string(m_version);
    record({m_version, StorageEvent::Type::Deleted, std::string(collection),
            std::make_shared<const Stored>(std::move(last), m_version), previous});
}

void Storage::record(StorageEvent event)
{
    m_log.push_back(event);
    if (m_log.size() > m_logLimit)
        compact(m_log[m_log.size() - m_logLimit - 1].version);
    for (const auto &observer : m_observers)
        observer(event);
}

void Storage::compact(std::uint64_t version)
{
    m_compacted = std::max(m_compacted, std::min(version, m_version));
    while (!m_log.empty() && m_log.front().version <= m_compacted)
        m_log.pop_front();
}

} // namespace binnacle::simulator
