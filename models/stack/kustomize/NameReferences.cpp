// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/kustomize/NameReferences.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack::kustomize {

namespace {

bool sameEnding(const std::vector<std::string> &a, const std::vector<std::string> &b)
{
    const auto &shorter = a.size() <= b.size() ? a : b;
    const auto &longer = a.size() <= b.size() ? b : a;
    if (shorter.empty()) {
        return longer.empty();
    }
    return std::equal(shorter.rbegin(), shorter.rend(), longer.rbegin());
}

using Candidates = std::vector<const Resource *>;

class Referrer
{
public:
    Referrer(Resource &resource, const Resources &all) : m_resource(resource), m_id(resource.id()), m_all(all) {}

    core::Result<void> follow(const Gvk &target, const FieldSpec &field)
    {
        m_target = &target;
        m_field = &field;
        std::optional<core::Error> failure;
        visitField(m_resource.object, field.path, false, [&](core::Json &node) {
            if (auto done = set(node); !done && !failure) {
                failure = done.error();
            }
        });
        return failure ? core::Result<void>(core::fail(*failure)) : core::Result<void>{};
    }

private:
    core::Result<void> set(core::Json &node)
    {
        if (node.is_string()) {
            return setScalar(node);
        }
        if (node.is_object()) {
            return setMap(node);
        }
        if (node.is_array()) {
            for (core::Json &item : node) {
                if (auto done = set(item); !done) {
                    return done;
                }
            }
        }
        return {};
    }

    core::Result<void> setScalar(core::Json &node)
    {
        const auto name = node.get<std::string>();
        auto referral = select(name, everything(), false);
        if (!referral) {
            return core::fail(referral.error());
        }
        if (*referral != nullptr) {
            node = (*referral)->name();
        }
        return {};
    }

    /// A subject, or a webhook's service: name and namespace together say who is meant.
    core::Result<void> setMap(core::Json &node)
    {
        if (!node.contains("name") || !node["name"].is_string()) {
            return {};
        }
        auto candidates = everything();
        if (node.contains("namespace") && node["namespace"].is_string()) {
            const auto nameSpace = node["namespace"].get<std::string>();
            const auto in = [&](bool original) {
                Candidates found;
                for (const Resource *candidate : candidates) {
                    const ResourceId id = original ? candidate->originalId() : candidate->id();
                    if (!id.gvk.isClusterScoped() && id.effectiveNamespace() == nameSpace) {
                        found.push_back(candidate);
                    }
                }
                return found;
            };
            auto original = in(true);
            candidates = original.empty() ? in(false) : original;
        }
        const auto name = node["name"].get<std::string>();
        auto referral = select(name, candidates, true);
        if (!referral) {
            return core::fail(referral.error());
        }
        if (*referral == nullptr || ((*referral)->name() == name && (*referral)->nameSpace().empty())) {
            return {};
        }
        node["name"] = (*referral)->name();
        if (!(*referral)->nameSpace().empty()) {
            node["namespace"] = (*referral)->nameSpace();
        }
        return {};
    }

    [[nodiscard]] Candidates everything() const
    {
        Candidates all;
        for (const Resource &resource : m_all) {
            all.push_back(&resource);
        }
        return all;
    }

    [[nodiscard]] bool isReachable(const Resource &candidate) const
    {
        const ResourceId id = candidate.id();
        return m_id.gvk.isClusterScoped() || id.gvk.isClusterScoped() || id.gvk.kind == "ServiceAccount" ||
               id.effectiveNamespace() == m_id.effectiveNamespace();
    }

    [[nodiscard]] bool fitsRoleRef(const Resource &candidate) const
    {
        const std::string &path = m_field->path;
        if (path.size() < 12 || path.compare(path.size() - 12, 12, "roleRef/name") != 0) {
            return true;
        }
        const core::Json &object = m_resource.object;
        const core::Json roleRef = object.value("roleRef", core::Json::object());
        if (!roleRef.contains("apiGroup") || !roleRef.contains("kind") || !roleRef["apiGroup"].is_string() ||
            !roleRef["kind"].is_string()) {
            return true;
        }
        const Gvk wanted{roleRef["apiGroup"], "", roleRef["kind"]};
        return std::any_of(candidate.previous.begin(), candidate.previous.end(),
                           [&](const ResourceId &id) { return id.gvk.isSelectedBy(wanted); });
    }

    core::Result<const Resource *> select(const std::string &name, Candidates candidates, bool withNamespace) const
    {
        const auto keep = [&](const auto &predicate) {
            candidates.erase(
                std::remove_if(candidates.begin(), candidates.end(), [&](const Resource *c) { return !predicate(*c); }),
                candidates.end());
        };
        keep([&](const Resource &c) {
            return std::any_of(c.previous.begin(), c.previous.end(),
                               [&](const ResourceId &id) { return id.name == name; }) &&
                   std::any_of(c.previous.begin(), c.previous.end(),
                               [&](const ResourceId &id) { return id.gvk.isSelectedBy(*m_target); });
        });
        keep([&](const Resource &c) { return fitsRoleRef(c) && isReachable(c); });
        if (candidates.size() > 1) {
            keep([&](const Resource &c) {
                return sameEnding(c.prefixes, m_resource.prefixes) && sameEnding(c.suffixes, m_resource.suffixes);
            });
        }
        if (candidates.empty()) {
            return nullptr;
        }
        const Resource *first = candidates.front();
        const bool alike = std::all_of(candidates.begin(), candidates.end(), [&](const Resource *c) {
            return c->name() == first->name() && (!withNamespace || c->nameSpace() == first->nameSpace());
        });
        if (!alike) {
            return core::fail(core::ErrorKind::Configuration,
                              m_id.describe() + ": '" + name + "' at " + m_field->path + " may mean " +
                                  candidates[0]->id().describe() + " or " + candidates[1]->id().describe(),
                              "Give one of them another name.");
        }
        return first;
    }

    Resource &m_resource;
    ResourceId m_id;
    const Resources &m_all;
    const Gvk *m_target = nullptr;
    const FieldSpec *m_field = nullptr;
};

} // namespace

core::Result<void> fixNameReferences(Resources &resources, const std::vector<ReferenceRule> &rules)
{
    for (Resource &resource : resources) {
        Referrer referrer(resource, resources);
        const Gvk gvk = resource.originalId().gvk;
        for (const ReferenceRule &rule : rules) {
            for (const FieldSpec &field : rule.fields) {
                if (!gvk.isSelectedBy(field.gvk)) {
                    continue;
                }
                if (auto done = referrer.follow(rule.target, field); !done) {
                    return done;
                }
            }
        }
    }
    return {};
}

} // namespace binnacle::stack::kustomize
