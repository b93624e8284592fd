// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tables/StateDelegate.h"

#include "items/ObjectTableModel.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QPainter>

namespace binnacle::widgets {

namespace {

constexpr int iconSize = 14;
constexpr int gap = 8;

} // namespace

void StateDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    background.text.clear();
    const QWidget *widget = option.widget;
    (widget != nullptr ? widget->style() : QApplication::style())
        ->drawControl(QStyle::CE_ItemViewItem, &background, painter, widget);

    const QVariant value = index.data(static_cast<int>(items::ObjectRole::Health));
    if (!value.isValid())
        return;
    const auto state = static_cast<cluster::HealthState>(value.toInt());
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const auto color = selected ? option.palette.color(QPalette::HighlightedText) : Theme::colors().state(state);
    const QRect area = option.rect.adjusted(gap, 0, -gap, 0);
    const QRectF icon(area.left(), area.center().y() - iconSize / 2.0 + 0.5, iconSize, iconSize);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintStateIcon(*painter, icon, state, color);
    painter->setPen(selected ? color : option.palette.color(QPalette::Text));
    painter->drawText(area.adjusted(iconSize + gap, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, word(index));
    painter->restore();
}

QString StateDelegate::word(const QModelIndex &index) const
{
    return stateWord(
        static_cast<cluster::HealthState>(index.data(static_cast<int>(items::ObjectRole::Health)).toInt()));
}

QSize StateDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto base = QStyledItemDelegate::sizeHint(option, index);
    return {base.width() + iconSize + 2 * gap, base.height()};
}

} // namespace binnacle::widgets
