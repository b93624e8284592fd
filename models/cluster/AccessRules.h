// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/GroupVersionKind.h"
#include "core/Json.h"
#include "core/Result.h"
#include "core/StrongString.h"

#include <string>
#include <vector>

namespace binnacle::cluster {

/// One question to the authorizer: may I <verb> <resource>[/<subresource>] [<name>] in this namespace?
struct AccessQuery
{
    std::string verb;
    std::string group;
    std::string resource;
    core::Namespace nameSpace; ///< empty: cluster-scoped, or all namespaces
    std::string name;          ///< empty: any
    std::string subresource;

    /// "patch deployments.apps/scale in app-backend"
    [[nodiscard]] std::string describe() const;

    friend bool operator==(const AccessQuery &, const AccessQuery &) = default;
    friend auto operator<=>(const AccessQuery &, const AccessQuery &) = default;
};

enum class Verdict { Unknown, Allowed, Denied };

struct Permission
{
    Verdict verdict = Verdict::Unknown;
    std::string why; ///< for a tool tip: empty when allowed

    [[nodiscard]] bool isDenied() const { return verdict == Verdict::Denied; }
};

/// The status of a SelfSubjectRulesReview: what one user may do in one namespace. Denies only what the server listed
/// completely: an authorizer that cannot enumerate (a webhook) leaves Unknown, never Denied.
class AccessRules
{
public:
    [[nodiscard]] static core::Result<AccessRules> parse(const core::Json &review);
    [[nodiscard]] Permission may(const AccessQuery &query) const;

private:
    struct Rule
    {
        std::vector<std::string> verbs, groups, resources, names;
    };
    std::vector<Rule> m_rules;
    bool m_incomplete = false;
    std::string m_evaluationError;
};

} // namespace binnacle::cluster
