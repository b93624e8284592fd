// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/ObjectReference.h"

#include <QMetaType>
#include <Qt>

#include <map>
#include <string>

namespace binnacle::items {

/// Roles beside the display text, common to all tables of objects; views choose icons and colours by them.
enum class ObjectRole {
    Health = Qt::UserRole + 1, ///< int of cluster::HealthState
    Reason,                    ///< QString
    Sort,                      ///< a number or text that sorts as people expect
    Key,                       ///< kube::ObjectKey of the object that the row is about
    FilterText,                ///< QString: everything that the filter line looks into
    Labels,                    ///< items::LabelMap
    Warning,                   ///< bool: deserves attention
    ColumnId,                  ///< of headers, QString: "name", "state" ...; the same in every language
};

using LabelMap = std::map<std::string, std::string>;

} // namespace binnacle::items

Q_DECLARE_METATYPE(binnacle::items::LabelMap)
