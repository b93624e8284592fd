// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/Permissions.h"

#include "core/Futures.h"
#include "core/WhenFinished.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <set>

namespace binnacle::cluster {

using core::Json;
using core::Result;

namespace {

constexpr auto freshFor = std::chrono::minutes(10);
/// What the server did not answer is asked again sooner.
constexpr auto unansweredFor = std::chrono::seconds(30);

Json reviewBody(const char *kind, Json spec)
{
    return {{"apiVersion", "authorization.k8s.io/v1"}, {"kind", kind}, {"spec", std::move(spec)}};
}

Result<Permission> permissionFrom(const Result<Json> &answer, const AccessQuery &query)
{
    if (!answer)
        return core::fail(answer.error());
    const Json status = answer->value("status", Json::object());
    if (status.value("allowed", false))
        return Permission{Verdict::Allowed, {}};
    const std::string reason = status.value("reason", "");
    return Permission{Verdict::Denied, "you may not " + query.describe() + (reason.empty() ? "" : ": " + reason)};
}

} // namespace

struct Permissions::Private
{
    struct Entry
    {
        std::optional<AccessRules> rules; ///< the last that the server gave
        bool asking = false;
        bool failed = false; ///< the last time; until the next, every question is put one by one
        std::chrono::steady_clock::time_point at;
    };

    std::shared_ptr<kube::Client> client;
    const core::Clock &clock;
    std::map<core::Namespace, Entry> rules;
    struct Answer
    {
        Permission permission;
        std::chrono::steady_clock::time_point at;
    };
    std::map<AccessQuery, Answer> answers;
    std::set<AccessQuery> asked;
};

Permissions::Permissions(std::shared_ptr<kube::Client> client, const core::Clock &clock, QObject *parent)
    : QObject(parent), d(new Private{std::move(client), clock, {}, {}, {}})
{
}

Permissions::~Permissions() = default;

void Permissions::load(const std::vector<core::Namespace> &nameSpaces)
{
    const auto now = d->clock.monotonic();
    for (const auto &nameSpace : nameSpaces) {
        const auto known = d->rules.find(nameSpace);
        if (known != d->rules.end()) {
            const auto keep = known->second.failed ? unansweredFor : std::chrono::seconds(freshFor);
            if (known->second.asking || now - known->second.at < keep)
                continue;
        }
        Private::Entry &entry = d->rules[nameSpace];
        entry.asking = true;
        entry.at = now;
        core::whenFinished(
            d->client->create(reviewBody("SelfSubjectRulesReview", {{"namespace", nameSpace.value()}})), this,
            [this, nameSpace](const Result<Json> &answer) {
                auto rules = answer ? AccessRules::parse(*answer) : Result<AccessRules>(core::fail(answer.error()));
                Private::Entry &entry = d->rules[nameSpace];
                entry.asking = false;
                entry.failed = !rules;
                if (rules) {
                    entry.rules = std::move(*rules);
                    std::erase_if(d->answers, [&](const auto &known) { return known.first.nameSpace == nameSpace; });
                }
                emit changed();
            });
    }
}

Permission Permissions::may(const AccessQuery &query)
{
    if (const auto known = d->rules.find(query.nameSpace); known != d->rules.end()) {
        const Private::Entry &entry = known->second;
        if (entry.rules && !entry.failed) {
            if (auto permission = entry.rules->may(query); permission.verdict != Verdict::Unknown)
                return permission;
        } else if (entry.asking) {
            return {Verdict::Unknown, "asking the server what you may do"};
        }
    }
    const auto known = d->answers.find(query);
    const auto now = d->clock.monotonic();
    if (known != d->answers.end()) {
        const bool answered = known->second.permission.verdict != Verdict::Unknown;
        const auto keep = answered ? std::chrono::seconds(freshFor) : unansweredFor;
        if (now - known->second.at < keep)
            return known->second.permission;
    }
    if (d->asked.insert(query).second) {
        core::whenFinished(review(query), this, [this, query](const Result<Permission> &permission) {
            d->asked.erase(query);
            d->answers[query] = {permission ? *permission
                                            : Permission{Verdict::Unknown, "it is not known whether you may " +
                                                                               query.describe() + ": " +
                                                                               permission.error().message},
                                 d->clock.monotonic()};
            emit changed();
        });
    }
    // An old answer is better than none while the new one is on its way.
    if (known != d->answers.end())
        return known->second.permission;
    return {Verdict::Unknown, "asking the server what you may do"};
}

QFuture<Result<Permission>> Permissions::review(const AccessQuery &query)
{
    Json attributes{{"verb", query.verb}, {"group", query.group}, {"resource", query.resource}};
    if (!query.nameSpace.isEmpty())
        attributes["namespace"] = query.nameSpace.value();
    if (!query.name.empty())
        attributes["name"] = query.name;
    if (!query.subresource.empty())
        attributes["subresource"] = query.subresource;
    return core::then(
        d->client->create(reviewBody("SelfSubjectAccessReview", {{"resourceAttributes", std::move(attributes)}})),
        [query](const Result<Json> &answer) { return permissionFrom(answer, query); });
}

} // namespace binnacle::cluster
