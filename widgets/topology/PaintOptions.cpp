// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/PaintOptions.h"

#include "widgets/theme/Theme.h"

#include <QCoreApplication>

namespace binnacle::widgets {

Detail PaintOptions::detail() const
{
    if (scale < 0.36)
        return Detail::Far;
    if (scale < 0.7)
        return Detail::Compact;
    return scale < 1.25 ? Detail::Middle : Detail::Near;
}

QColor PaintOptions::stateColor(cluster::HealthState state) const
{
    return stale ? Theme::colors().unsure : Theme::colors().state(state);
}

QString PaintOptions::stateText(cluster::HealthState state) const
{
    return stale ? QCoreApplication::translate("Topology", "was %1").arg(stateWord(state)) : stateWord(state);
}

} // namespace binnacle::widgets
