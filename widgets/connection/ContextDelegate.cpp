// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/connection/ContextDelegate.h"

#include "items/ContextModel.h"
#include "widgets/theme/Theme.h"

#include <QApplication>
#include <QPainter>

namespace binnacle::widgets {

namespace {

constexpr int padding = 8;

QVariant field(const QModelIndex &index, items::ContextRole role)
{
    return index.data(static_cast<int>(role));
}

} // namespace

void ContextDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    background.text.clear();
    const QWidget *widget = option.widget;
    (widget != nullptr ? widget->style() : QApplication::style())
        ->drawControl(QStyle::CE_ItemViewItem, &background, painter, widget);

    const auto &colors = Theme::colors();
    const QColor text = colors.text;
    const QString problem = field(index, items::ContextRole::Problem).toString();
    const bool insecure = field(index, items::ContextRole::Insecure).toBool();
    const QRect area = option.rect.adjusted(padding, padding, -padding, -padding);
    QFont bold = option.font;
    bold.setBold(true);

    painter->save();
    painter->setPen(text);
    painter->setFont(bold);
    QStringList marks;
    if (field(index, items::ContextRole::ReadOnly).toBool())
        marks << tr("read-only");
    if (field(index, items::ContextRole::Recent).toBool())
        marks << tr("used lately");
    if (field(index, items::ContextRole::Current).toBool())
        marks << tr("current");
    const QString right = marks.join(QStringLiteral(" · "));
    const int rightWidth = right.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(right) + padding;
    painter->drawText(
        area, Qt::AlignTop | Qt::AlignLeft,
        QFontMetrics(bold).elidedText(index.data().toString(), Qt::ElideRight, area.width() - rightWidth));
    painter->setFont(option.font);
    painter->setPen(colors.muted);
    painter->drawText(area, Qt::AlignTop | Qt::AlignRight, right);
    QString second = problem.isEmpty() ? field(index, items::ContextRole::Server).toString() : problem;
    QColor color = colors.muted;
    if (!problem.isEmpty() || insecure) {
        color = colors.bad;
        if (problem.isEmpty())
            second = tr("%1 – TLS verification is off").arg(second);
    }
    painter->setPen(color);
    painter->drawText(area, Qt::AlignBottom | Qt::AlignLeft,
                      option.fontMetrics.elidedText(second, Qt::ElideRight, area.width()));
    painter->restore();
}

QSize ContextDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {option.rect.width(), option.fontMetrics.height() * 2 + padding * 3};
}

} // namespace binnacle::widgets
