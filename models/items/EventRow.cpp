// SPDX-License-Identifier: GPL-3.0-or-later
#include "items/EventRow.h"

#include <algorithm>
#include <map>
#include <variant>

namespace binnacle::items {

namespace {

/// Records of events name the kind only; what is watched, or still there, tells its group.
core::GroupKind kindOf(const kube::EventRecord &event, const cluster::Store &store)
{
    if (!event.involvedUid.str().empty()) {
        if (const auto found = store.findByUid(core::Uid(event.involvedUid.str())))
            return {found->gvk.group, found->gvk.kind};
    }
    for (const auto &[feed, status] : store.feeds()) {
        if (feed.kind.kind == event.involvedKind.str())
            return feed.kind;
    }
    return {"", event.involvedKind.str()};
}

} // namespace

std::vector<EventRow> eventRows(const std::vector<kube::RecordPointer> &events, const cluster::Store &store)
{
    std::map<std::string, EventRow> rows;
    for (const kube::RecordPointer &record : events) {
        const auto *event = std::get_if<kube::EventRecord>(&record->body);
        if (!event)
            continue;
        std::string id;
        for (const std::string &part : {event->involvedKind.str(), event->involvedNamespace.str(), event->involvedName,
                                        event->type.str(), event->reason.str(), event->source.str(), event->message})
            id += part + '\n';
        EventRow &row = rows[id];
        if (row.count == 0) {
            row.id = id;
            row.object = {kindOf(*event, store), core::Namespace(event->involvedNamespace.str()), event->involvedName};
            row.warning = event->type == "Warning";
            row.reason = QString::fromStdString(event->reason.str());
            row.message = QString::fromStdString(event->message);
            row.source = QString::fromStdString(event->source.str());
            row.first = event->first;
        }
        row.count += std::max(1, event->count);
        row.first = row.first == 0 ? event->first : std::min(row.first, event->first == 0 ? row.first : event->first);
        row.last = std::max(row.last, event->last);
    }
    std::vector<EventRow> list;
    list.reserve(rows.size());
    for (auto &[id, row] : rows)
        list.push_back(std::move(row));
    return list;
}

} // namespace binnacle::items
