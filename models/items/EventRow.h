// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"

#include <QString>

#include <string>
#include <vector>

namespace binnacle::items {

/// What happened to an object, said once: events of the same object, type, reason, text and source are one row. The
/// API server keeps several of them when their series broke off or a client counts by making new ones.
struct EventRow
{
    std::string id; ///< of what makes rows one
    kube::ObjectKey object;
    bool warning = false;
    QString reason;
    QString message;
    QString source;
    int count = 0;
    kube::Timestamp first = 0;
    kube::Timestamp last = 0;

    friend bool operator==(const EventRow &, const EventRow &) = default;
};

/// In order of id. `store` knows the groups of the kinds that events name without one.
[[nodiscard]] std::vector<EventRow> eventRows(const std::vector<kube::RecordPointer> &events,
                                              const cluster::Store &store);

} // namespace binnacle::items
