// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/HealthRules.h"

#include <QString>

namespace binnacle::items {

/// One object as a table shows it: made once when the object changes, then only read.
struct ObjectRow
{
    kube::ObjectKey key;
    QString name;
    QString nameSpace;
    cluster::Health health;
    int ready = -1; ///< -1: the kind has no such count
    int desired = -1;
    int restarts = -1;
    QString node;
    kube::Timestamp created = 0;
    kube::LabelList labels;

    /// "app=web,tier=db"
    [[nodiscard]] QString labelText() const;
};

[[nodiscard]] ObjectRow rowOf(const kube::ObjectRecord &record, const cluster::Store &store);

} // namespace binnacle::items
