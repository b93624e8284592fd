// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace binnacle::items {

/// "1 object", "12 objects". Qt's own plurals (%n) need a translation file even for English.
[[nodiscard]] inline QString objectCount(std::size_t count)
{
    return count == 1 ? QCoreApplication::translate("ObjectCount", "1 object")
                      : QCoreApplication::translate("ObjectCount", "%1 objects").arg(count);
}

} // namespace binnacle::items
