// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/MergeView.h"

#include "widgets/theme/Text.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSize>
#include <QTableWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

enum Column { Field, Seen, Theirs, Mine, Choice };

QString shown(const std::shared_ptr<const core::Json> &value)
{
    if (!value || value->is_null())
        return MergeView::tr("not set");
    return value->is_string() ? toQt(value->get<std::string>()) : toQt(value->dump());
}

} // namespace

MergeView::MergeView(QWidget *parent) : QWidget(parent), m_table(new QTableWidget(this))
{
    auto *text = new QLabel(tr("Somebody else has changed these fields since this form was opened. Choose for each "
                               "which value it shall have; nothing has been written yet."),
                            this);
    text->setWordWrap(true);
    m_table->setObjectName(QStringLiteral("mergeTable"));
    m_table->setColumnCount(Choice + 1);
    m_table->setHorizontalHeaderLabels({tr("Field"), tr("When opened"), tr("Now"), tr("Yours"), tr("Keep")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSizeAdjustPolicy(
        QAbstractScrollArea::AdjustToContents); // a field or two is no reason for a large table
    m_table->setMaximumHeight(192);
    m_table->setTabKeyNavigation(false); // Tab leads on to the choices and the button
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(Field, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(Choice, QHeaderView::Fixed);
    auto *merge = new QPushButton(tr("Mer&ge"), this);
    merge->setObjectName(QStringLiteral("mergeButton"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(text);
    layout->addWidget(m_table);
    layout->addWidget(merge, 0, Qt::AlignRight);
    connect(merge, &QPushButton::clicked, this, [this] {
        std::vector<std::string> mine;
        for (int row = 0; row < m_table->rowCount(); ++row) {
            const auto *choice = qobject_cast<QComboBox *>(m_table->cellWidget(row, Choice));
            if (choice != nullptr && choice->currentIndex() == 1)
                mine.push_back(m_paths[static_cast<std::size_t>(row)]);
        }
        emit merged(mine);
    });
}

void MergeView::setConflicts(const std::vector<operations::FieldConflict> &conflicts, bool hidden)
{
    m_paths.clear();
    m_table->setRowCount(static_cast<int>(conflicts.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto &conflict = conflicts[static_cast<std::size_t>(row)];
        m_paths.push_back(conflict.edit.path);
        const auto text = [hidden](const std::shared_ptr<const core::Json> &value) {
            return hidden && value && !value->is_null() ? tr("hidden") : shown(value);
        };
        const QString texts[] = {toQt(conflict.edit.path), text(conflict.edit.before), text(conflict.live),
                                 text(conflict.edit.after)};
        for (int column = Field; column <= Mine; ++column)
            m_table->setItem(row, column, new QTableWidgetItem(texts[column]));
        auto *choice = new QComboBox(m_table);
        choice->addItems({tr("theirs"), tr("mine")});
        choice->setAccessibleName(tr("Value to keep for %1").arg(texts[Field]));
        m_table->setCellWidget(row, Choice, choice);
    }
    // Known once the choices are shown and have their style.
    QTimer::singleShot(0, this, &MergeView::giveChoicesRoom);
}

void MergeView::giveChoicesRoom()
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const auto *choice = m_table->cellWidget(row, Choice);
        const QSize room =
            choice->sizeHint().expandedTo(choice->minimumSizeHint()) + QSize(18, 12); // the cell's padding
        m_table->setColumnWidth(Choice, std::max(m_table->columnWidth(Choice), room.width()));
        m_table->setRowHeight(row, std::max(m_table->rowHeight(row), room.height()));
    }
    m_table->updateGeometry();
}

} // namespace binnacle::widgets
