// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/FieldSet.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

FieldSet FieldSet::fromFieldsV1(const Json &fields)
{
    FieldSet set;
    if (!fields.is_object())
        return set;
    for (const auto &[name, value] : fields.items()) {
        if (name == ".") {
            set.m_member = true;
            continue;
        }
        FieldSet child = fromFieldsV1(value);
        if (child.m_children.empty())
            child.m_member = true;
        set.m_children.emplace(name, std::move(child));
    }
    return set;
}

Json FieldSet::toFieldsV1() const
{
    Json fields = Json::object();
    if (m_member && !m_children.empty())
        fields["."] = Json::object();
    for (const auto &[name, child] : m_children)
        fields[name] = child.toFieldsV1();
    return fields;
}

void FieldSet::insert(const Path &path)
{
    FieldSet *set = this;
    for (const std::string &element : path)
        set = &set->m_children[element];
    set->m_member = true;
}

bool FieldSet::contains(const Path &path) const
{
    const FieldSet *set = this;
    for (const std::string &element : path) {
        const auto found = set->m_children.find(element);
        if (found == set->m_children.end())
            return false;
        set = &found->second;
    }
    return set->m_member;
}

bool FieldSet::touches(const Path &path) const
{
    const FieldSet *set = this;
    for (const std::string &element : path) {
        const auto found = set->m_children.find(element);
        if (found == set->m_children.end())
            return false;
        set = &found->second;
    }
    return !set->isEmpty();
}

bool FieldSet::isEmpty() const
{
    if (m_member)
        return false;
    for (const auto &[name, child] : m_children)
        if (!child.isEmpty())
            return false;
    return true;
}

void FieldSet::unite(const FieldSet &other)
{
    m_member = m_member || other.m_member;
    for (const auto &[name, child] : other.m_children)
        m_children[name].unite(child);
}

void FieldSet::subtract(const FieldSet &other)
{
    if (other.m_member)
        m_member = false;
    for (const auto &[name, child] : other.m_children)
        if (const auto mine = m_children.find(name); mine != m_children.end())
            mine->second.subtract(child);
    prune();
}

void FieldSet::prune()
{
    for (auto child = m_children.begin(); child != m_children.end();)
        child = child->second.isEmpty() ? m_children.erase(child) : std::next(child);
}

FieldSet FieldSet::intersection(const FieldSet &other) const
{
    FieldSet common;
    common.m_member = m_member && other.m_member;
    for (const auto &[name, child] : m_children) {
        const auto theirs = other.m_children.find(name);
        if (theirs == other.m_children.end())
            continue;
        FieldSet both = child.intersection(theirs->second);
        if (!both.isEmpty())
            common.m_children.emplace(name, std::move(both));
    }
    return common;
}

std::vector<FieldSet::Path> FieldSet::paths() const
{
    std::vector<Path> paths;
    Path prefix;
    collect(prefix, paths);
    return paths;
}

void FieldSet::collect(Path &prefix, std::vector<Path> &paths) const
{
    if (m_member && !prefix.empty())
        paths.push_back(prefix);
    for (const auto &[name, child] : m_children) {
        prefix.push_back(name);
        child.collect(prefix, paths);
        prefix.pop_back();
    }
}

bool operator==(const FieldSet &a, const FieldSet &b)
{
    return a.m_member == b.m_member && a.m_children == b.m_children;
}

std::string formatPath(const FieldSet::Path &path)
{
    std::string text;
    for (const std::string &element : path) {
        const std::string value = element.substr(2);
        if (element[0] == 'f') {
            text += "." + value;
        } else if (element[0] == 'v') {
            text += "[=" + value + "]";
        } else {
            text += "[";
            const Json keys = Json::parse(value, nullptr, false);
            bool first = true;
            for (const auto &[key, part] : keys.items()) {
                text += (first ? "" : ",") + key + "=" + part.dump();
                first = false;
            }
            text += "]";
        }
    }
    return text;
}

} // namespace binnacle::simulator
