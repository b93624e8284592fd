// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tables/ObjectTableView.h"

#include "widgets/tables/ObjectFilter.h"
#include "widgets/tables/StateDelegate.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>

namespace binnacle::widgets {

namespace {

constexpr int margin = 16;
constexpr int rowHeight = 32;

using Column = items::ObjectTableModel::Column;

int widthOf(Column column)
{
    switch (column) {
    case Column::Name:
        return 280;
    case Column::Namespace:
        return 144;
    case Column::State:
        return 136;
    case Column::Ready:
        return 72;
    case Column::Restarts:
        return 88;
    case Column::Node:
        return 144;
    case Column::Reason:
        return 360;
    case Column::Age:
        return 88;
    }
    return 120;
}

} // namespace

ObjectTableView::ObjectTableView(const cluster::Store &store, QWidget *parent)
    : QWidget(parent),
      m_model(new items::ObjectTableModel(store, this)),
      m_filter(new ObjectFilter(this)),
      m_text(new QLineEdit(this)),
      m_faults(new QCheckBox(tr("&Faults only"), this)),
      m_title(new QLabel(this)),
      m_count(new QLabel(this)),
      m_table(new QTableView(this))
{
    setObjectName(QStringLiteral("objectTableView"));
    m_filter->setSourceModel(m_model);
    m_text->setObjectName(QStringLiteral("objectFilter"));
    m_text->setPlaceholderText(tr("Filter by name, reason or label   /"));
    m_text->setAccessibleName(tr("Filter"));
    m_text->setClearButtonEnabled(true);
    m_text->setMaximumWidth(360);
    m_faults->setObjectName(QStringLiteral("faultsOnly"));
    m_title->setObjectName(QStringLiteral("screenTitle"));
    m_count->setObjectName(QStringLiteral("objectCount"));

    m_table->setObjectName(QStringLiteral("objectTable"));
    m_table->setAccessibleName(tr("Objects"));
    m_table->setModel(m_filter);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->installEventFilter(this);
    m_text->installEventFilter(this);

    auto *bar = new QHBoxLayout;
    bar->addWidget(m_title);
    bar->addWidget(m_count);
    bar->addStretch();
    bar->addWidget(m_faults);
    bar->addWidget(m_text);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(margin / 2);
    layout->addLayout(bar);
    layout->addWidget(m_table);

    connect(m_text, &QLineEdit::textChanged, m_filter, &ObjectFilter::setText);
    connect(m_faults, &QCheckBox::toggled, m_filter, &ObjectFilter::setFaultsOnly);
    connect(m_table->horizontalHeader(), &QWidget::customContextMenuRequested, this, &ObjectTableView::chooseColumns);
    connect(m_table, &QAbstractItemView::doubleClicked, this,
            [this](const QModelIndex &index) { emit objectActivated(keyOf(index)); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) {
                if (current.isValid())
                    emit objectSelected(keyOf(current));
            });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_filter, signal, this, &ObjectTableView::updateCount);
    connect(m_filter, &QAbstractItemModel::modelReset, this, &ObjectTableView::updateCount);
}

void ObjectTableView::show(const core::GroupKind &kind, const std::set<core::Namespace> &nameSpaces)
{
    m_model->show(kind, nameSpaces);
    m_title->setText(QStringLiteral("<b>%1</b>").arg(QString::fromStdString(kind.kind)));
    sizeColumns();
    updateCount();
}

void ObjectTableView::sizeColumns()
{
    const auto &columns = m_model->columns();
    auto *header = m_table->horizontalHeader();
    for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
        const auto column = columns[static_cast<std::size_t>(i)];
        header->resizeSection(i, widthOf(column));
        header->setSectionResizeMode(i, column == Column::Reason ? QHeaderView::Stretch : QHeaderView::Interactive);
        m_table->setItemDelegateForColumn(i, nullptr);
        if (column == Column::State)
            m_table->setItemDelegateForColumn(i, new StateDelegate(m_table));
    }
}

std::vector<kube::ObjectKey> ObjectTableView::selected() const
{
    std::vector<kube::ObjectKey> keys;
    for (const auto &index : m_table->selectionModel()->selectedRows())
        keys.push_back(keyOf(index));
    return keys;
}

void ObjectTableView::select(const kube::ObjectKey &key)
{
    const int row = m_model->find(key);
    if (row < 0)
        return;
    const auto index = m_filter->mapFromSource(m_model->index(row, 0));
    if (index.isValid())
        m_table->setCurrentIndex(index);
}

void ObjectTableView::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

bool ObjectTableView::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (watched == m_table) {
        const auto current = m_table->currentIndex();
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && current.isValid()) {
            emit objectActivated(keyOf(current));
            return true;
        }
        if (key->key() == Qt::Key_Slash) {
            focusFilter();
            return true;
        }
    } else if (watched == m_text && (key->key() == Qt::Key_Down || key->key() == Qt::Key_Return)) {
        m_table->setFocus();
        if (!m_table->currentIndex().isValid() && m_filter->rowCount() > 0)
            m_table->setCurrentIndex(m_filter->index(0, 0));
        return true;
    } else if (watched == m_text && key->key() == Qt::Key_Escape && !m_text->text().isEmpty()) {
        m_text->clear();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ObjectTableView::chooseColumns(const QPoint &where)
{
    QMenu menu(this);
    for (int i = 1; i < m_model->columnCount(); ++i) {
        auto *action = menu.addAction(m_model->headerData(i, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(i));
        connect(action, &QAction::toggled, m_table, [this, i](bool on) { m_table->setColumnHidden(i, !on); });
    }
    menu.exec(m_table->horizontalHeader()->mapToGlobal(where));
}

void ObjectTableView::updateCount()
{
    const int shown = m_filter->rowCount();
    const int all = m_model->rowCount();
    m_count->setText(shown == all ? tr("%n object(s)", nullptr, all) : tr("%1 of %2").arg(shown).arg(all));
}

const kube::ObjectKey &ObjectTableView::keyOf(const QModelIndex &proxyIndex) const
{
    return m_model->row(m_filter->mapToSource(proxyIndex).row()).key;
}

} // namespace binnacle::widgets
