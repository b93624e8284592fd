// SPDX-License-Identifier: GPL-3.0-or-later
#include "QuotaTables.h"

#include "TextTable.h"
#include "stack/LimitRangeRules.h"
#include "stack/QuotaReport.h"
#include "stack/Workloads.h"

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::ctl {

namespace {

using core::Json;

Colour colourOf(stack::QuotaLine::Level level)
{
    switch (level) {
    case stack::QuotaLine::Level::High:
        return Colour::Yellow;
    case stack::QuotaLine::Level::Full:
        return Colour::Red;
    case stack::QuotaLine::Level::Unknown:
        return Colour::Dim;
    case stack::QuotaLine::Level::Fine:
        break;
    }
    return Colour::None;
}

/// One row for each type and resource.
Json limitsOf(const Json &range)
{
    Json rows = Json::array();
    for (const Json &item : stack::valueAt(range, {"spec", "limits"})) {
        std::set<std::string> resources;
        for (const char *const bound : stack::limitBounds) {
            for (const auto &[resource, value] : stack::valueAt(item, {bound}).items())
                resources.insert(resource);
        }
        for (const auto &resource : resources) {
            Json row{{"type", stack::textAt(item, {"type"})}, {"resource", resource}};
            for (const char *const bound : stack::limitBounds)
                row[bound] = stack::valueAt(item, {bound, resource});
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

} // namespace

std::string quotaTable(const Console &console, const std::vector<Json> &quotas, bool withNamespace)
{
    std::vector<std::string> header{"NAME", "RESOURCE", "USED", "HARD", "PERCENT", "SCOPES"};
    if (withNamespace)
        header.insert(header.begin(), "NAMESPACE");
    TextTable table(std::move(header));
    for (const Json &quota : quotas) {
        const auto report = stack::quotaReport(quota);
        std::string scopes;
        for (const auto &scope : report.scopes)
            scopes += (scopes.empty() ? "" : ", ") + scope;
        for (const auto &line : report.lines) {
            std::vector<TextTable::Cell> row{report.quota.name,
                                             line.resource,
                                             line.used ? line.used->canonical() : "?",
                                             line.hard.canonical(),
                                             {line.percent(), colourOf(line.level())},
                                             scopes};
            if (withNamespace)
                row.insert(row.begin(), report.quota.nameSpace.value());
            table.add(std::move(row));
        }
    }
    return table.text(console);
}

std::string limitRangeTable(const Console &console, const std::vector<Json> &ranges, bool withNamespace)
{
    std::vector<std::string> header{"NAME", "TYPE", "RESOURCE", "MIN", "REQUEST", "DEFAULT", "MAX", "RATIO"};
    if (withNamespace)
        header.insert(header.begin(), "NAMESPACE");
    TextTable table(std::move(header));
    for (const Json &range : ranges) {
        for (const Json &limit : limitsOf(range)) {
            std::vector<TextTable::Cell> row{stack::keyOf(range).name, stack::textAt(limit, {"type"}),
                                             stack::textAt(limit, {"resource"})};
            for (const char *const bound : stack::limitBounds)
                row.emplace_back(limit[bound].is_null() ? "-" : stack::quantityOf(limit[bound]).canonical());
            if (withNamespace)
                row.insert(row.begin(), stack::keyOf(range).nameSpace.value());
            table.add(std::move(row));
        }
    }
    return table.text(console);
}

Json quotasToJson(const std::vector<Json> &quotas)
{
    Json list = Json::array();
    for (const Json &quota : quotas)
        list.push_back(stack::quotaReport(quota).toJson());
    return list;
}

Json limitRangesToJson(const std::vector<Json> &ranges)
{
    Json list = Json::array();
    for (const Json &range : ranges)
        list.push_back({{"namespace", stack::keyOf(range).nameSpace.value()},
                        {"name", stack::keyOf(range).name},
                        {"limits", limitsOf(range)}});
    return list;
}

} // namespace binnacle::ctl
