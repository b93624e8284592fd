// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deploy/PlanDelegate.h"

#include "items/PlanModel.h"
#include "widgets/theme/Theme.h"

namespace binnacle::widgets {

namespace {

constexpr int rowHeight = 28;

QColor colorOf(const QModelIndex &index)
{
    const auto &colors = Theme::colors();
    const auto first = index.siblingAtColumn(0);
    if (const auto value = first.data(static_cast<int>(items::PlanRole::StepState)); value.isValid()) {
        switch (static_cast<runbook::StepState>(value.toInt())) {
        case runbook::StepState::Done:
            return colors.good;
        case runbook::StepState::Running:
        case runbook::StepState::Waiting:
            return colors.busy;
        case runbook::StepState::Failed:
        case runbook::StepState::TimedOut:
            return colors.bad;
        case runbook::StepState::Pending:
        case runbook::StepState::Cancelled:
        case runbook::StepState::Held:
            return colors.muted;
        }
    }
    const auto action = first.data(static_cast<int>(items::PlanRole::Action));
    if (action.isValid() && static_cast<runbook::Action>(action.toInt()) == runbook::Action::Failed)
        return colors.bad;
    if (action.isValid() && static_cast<runbook::Action>(action.toInt()) != runbook::Action::None)
        return colors.good;
    const QString planned = first.data(static_cast<int>(items::PlanRole::PlannedAction)).toString();
    if (planned == QLatin1String("none"))
        return colors.muted;
    return planned == QLatin1String("delete") ? colors.bad : colors.accent;
}

} // namespace

QSize PlanDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto base = QStyledItemDelegate::sizeHint(option, index);
    return {base.width(), std::max(base.height(), rowHeight)};
}

void PlanDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (!index.parent().isValid() && index.column() == 0)
        option->font.setBold(true);
    if (index.column() == static_cast<int>(items::PlanModel::Column::State))
        option->palette.setColor(QPalette::Text, colorOf(index));
}

} // namespace binnacle::widgets
