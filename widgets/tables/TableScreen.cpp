// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tables/TableScreen.h"

#include "cluster/LabelSelector.h"
#include "items/ObjectRoles.h"
#include "widgets/tables/ObjectFilter.h"
#include "widgets/tables/StateDelegate.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <nlohmann/json.hpp>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QTableView>
#include <QToolButton>

#include <algorithm>
#include <map>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;
using items::ObjectRole;

namespace {

constexpr int margin = 16;
constexpr int rowHeight = 32;

int widthOf(const QString &columnId)
{
    static const std::map<QString, int> widths{
        {u"name"_s, 280},  {u"namespace"_s, 144}, {u"kind"_s, 120},   {u"state"_s, 136},  {u"ready"_s, 72},
        {u"image"_s, 240}, {u"restarts"_s, 88},   {u"node"_s, 144},   {u"labels"_s, 280}, {u"age"_s, 88},
        {u"last"_s, 112},  {u"type"_s, 88},       {u"object"_s, 280}, {u"count"_s, 72},   {u"source"_s, 160}};
    const auto found = widths.find(columnId);
    return found == widths.end() ? 144 : found->second;
}

bool stretches(const QString &columnId, bool hasMessage)
{
    return columnId == u"message"_s || (columnId == u"reason"_s && !hasMessage);
}

/// A cell may hold what would break a line of the table.
QString oneLine(QString text)
{
    return text.replace(u'\t', u' ').replace(u'\n', u' ').replace(u'\r', u' ');
}

} // namespace

TableScreen::TableScreen(QAbstractItemModel &model, const QString &objectName, QWidget *parent)
    : QWidget(parent),
      m_filter(new ObjectFilter(this)),
      m_text(new QLineEdit(this)),
      m_labels(new QLineEdit(this)),
      m_faults(new QCheckBox(tr("&Faults only"), this)),
      m_columnButton(new QToolButton(this)),
      m_columnMenu(new QMenu(this)),
      m_title(new QLabel(this)),
      m_count(new QLabel(this)),
      m_table(new QTableView(this))
{
    setObjectName(objectName);
    m_filter->setSourceModel(&model);
    buildTable();
    buildBar();
    connectAll();
    setFocusProxy(m_table);
}

void TableScreen::buildTable()
{
    m_table->setObjectName(u"objectTable"_s);
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
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
}

void TableScreen::buildBar()
{
    m_title->setObjectName(u"screenTitle"_s);
    m_count->setObjectName(u"objectCount"_s);
    m_faults->setObjectName(u"faultsOnly"_s);
    m_text->setObjectName(u"objectFilter"_s);
    m_text->setPlaceholderText(tr("Filter   /"));
    m_text->setAccessibleName(tr("Filter by name, namespace, reason or label"));
    m_text->setToolTip(m_text->accessibleName());
    m_text->setClearButtonEnabled(true);
    m_text->setMaximumWidth(240);
    m_labels->setObjectName(u"labelFilter"_s);
    m_labels->setPlaceholderText(tr("Labels: app=web,tier in (db)"));
    m_labels->setAccessibleName(tr("Label selector, as for kubectl -l"));
    m_labels->setToolTip(m_labels->accessibleName());
    m_labels->setClearButtonEnabled(true);
    m_labels->setMaximumWidth(240);
    m_columnButton->setObjectName(u"columnButton"_s);
    m_columnButton->setText(tr("&Columns"));
    m_columnButton->setAccessibleName(tr("Choose the columns"));
    m_columnButton->setFocusPolicy(Qt::StrongFocus);
    m_columnMenu->setObjectName(u"columnMenu"_s);
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_title);
    bar->addWidget(m_count);
    bar->addStretch();
    bar->addWidget(m_faults);
    bar->addWidget(m_text);
    bar->addWidget(m_labels);
    bar->addWidget(m_columnButton);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(margin / 2);
    layout->addLayout(bar);
    layout->addWidget(m_table);
}

void TableScreen::connectAll()
{
    for (QLineEdit *line : {m_text, m_labels})
        line->installEventFilter(this);
    connect(m_text, &QLineEdit::textChanged, m_filter, &ObjectFilter::setText);
    connect(m_labels, &QLineEdit::textChanged, this, &TableScreen::filterLabels);
    connect(m_faults, &QCheckBox::toggled, m_filter, &ObjectFilter::setFaultsOnly);
    connect(m_columnButton, &QToolButton::clicked, this,
            [this] { showColumnMenu(m_columnButton->mapToGlobal(QPoint(0, m_columnButton->height()))); });
    connect(m_table->horizontalHeader(), &QWidget::customContextMenuRequested, this,
            [this](const QPoint &at) { showColumnMenu(m_table->horizontalHeader()->mapToGlobal(at)); });
    connect(m_table, &QWidget::customContextMenuRequested, this, &TableScreen::showContextMenu);
    connect(m_table, &QAbstractItemView::doubleClicked, this, &TableScreen::objectActivated);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TableScreen::selectionChanged);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_filter, signal, this, &TableScreen::updateCount);
    connect(m_filter, &QAbstractItemModel::modelReset, this, &TableScreen::updateCount);
    updateCount();
}

void TableScreen::setTitle(const QString &title)
{
    m_title->setText(u"<b>%1</b>"_s.arg(title.toHtmlEscaped()));
}

void TableScreen::setLayoutId(const QString &id, const QStringList &hidden)
{
    m_layoutId = id;
    const QStringList away = QSettings().value(u"hiddenColumns/%1"_s.arg(id), hidden).toStringList();
    bool hasMessage = false;
    for (int i = 0; i < m_filter->columnCount(); ++i)
        hasMessage = hasMessage || columnId(i) == u"message"_s;
    auto *header = m_table->horizontalHeader();
    for (int i = 0; i < m_filter->columnCount(); ++i) {
        const QString column = columnId(i);
        header->resizeSection(i, widthOf(column));
        header->setSectionResizeMode(i,
                                     stretches(column, hasMessage) ? QHeaderView::Stretch : QHeaderView::Interactive);
        m_table->setColumnHidden(i, away.contains(column));
        QAbstractItemDelegate *old = m_table->itemDelegateForColumn(i);
        m_table->setItemDelegateForColumn(i, column == u"state"_s ? new StateDelegate(m_table) : nullptr);
        if (old)
            old->deleteLater();
    }
    fillColumnMenu();
    updateCount();
}

void TableScreen::sortBy(const QString &column, Qt::SortOrder order)
{
    for (int i = 0; i < m_filter->columnCount(); ++i) {
        if (columnId(i) == column)
            m_table->sortByColumn(i, order);
    }
}

void TableScreen::hideLabelFilter()
{
    m_labels->hide();
}

void TableScreen::setContextActions(const QList<QAction *> &actions)
{
    m_contextActions = actions;
}

QString TableScreen::columnId(int column) const
{
    return m_filter->headerData(column, Qt::Horizontal, static_cast<int>(ObjectRole::ColumnId)).toString();
}

void TableScreen::fillColumnMenu()
{
    m_columnMenu->clear();
    for (int i = 1; i < m_filter->columnCount(); ++i) { // without its name a row says nothing
        auto *action = m_columnMenu->addAction(m_filter->headerData(i, Qt::Horizontal).toString());
        action->setObjectName(u"column_%1"_s.arg(columnId(i)));
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(i));
        connect(action, &QAction::toggled, this, [this, i](bool on) { setColumnShown(i, on); });
    }
}

void TableScreen::setColumnShown(int column, bool shown)
{
    m_table->setColumnHidden(column, !shown);
    QStringList hidden;
    for (int i = 0; i < m_filter->columnCount(); ++i) {
        if (m_table->isColumnHidden(i))
            hidden.append(columnId(i));
    }
    QSettings().setValue(u"hiddenColumns/%1"_s.arg(m_layoutId), hidden);
}

void TableScreen::showColumnMenu(const QPoint &globalPosition)
{
    m_columnMenu->popup(globalPosition);
}

void TableScreen::showContextMenu(const QPoint &position)
{
    if (m_contextActions.isEmpty() || selected().empty())
        return;
    auto *menu = new QMenu(this);
    menu->setObjectName(u"contextMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true); // the disabled say why there
    menu->addActions(m_contextActions);
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

void TableScreen::filterLabels(const QString &text)
{
    const auto selector = cluster::parseLabelSelector(text.toStdString());
    m_labels->setStyleSheet(selector ? QString() : u"border-color: %1;"_s.arg(Theme::colors().bad.name()));
    m_labels->setToolTip(selector ? m_labels->accessibleName() : toQt(selector.error().describe()));
    m_labels->setAccessibleDescription(selector ? QString() : m_labels->toolTip());
    if (selector) // what cannot be read yet changes nothing: it is being typed
        m_filter->setLabels(text.trimmed().isEmpty() ? nullptr : std::make_shared<const core::Json>(*selector));
}

kube::ObjectKey TableScreen::keyOf(const QModelIndex &index) const
{
    return index.data(static_cast<int>(ObjectRole::Key)).value<kube::ObjectKey>();
}

std::vector<kube::ObjectKey> TableScreen::selected() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const auto &a, const auto &b) { return a.row() < b.row(); });
    std::vector<kube::ObjectKey> keys;
    for (const QModelIndex &index : rows) {
        kube::ObjectKey key = keyOf(index);
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) // several events of one object
            keys.push_back(std::move(key));
    }
    return keys;
}

std::optional<kube::ObjectKey> TableScreen::current() const
{
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? std::optional(keyOf(index)) : std::nullopt;
}

bool TableScreen::select(const kube::ObjectKey &key)
{
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const QModelIndex index = m_filter->index(row, 0);
        if (keyOf(index) == key) {
            m_table->selectRow(row);
            m_table->scrollTo(index);
            return true;
        }
    }
    return false;
}

QString TableScreen::selectedText() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const auto &a, const auto &b) { return a.row() < b.row(); });
    const auto line = [this](const auto &cell) {
        QStringList cells;
        for (int visual = 0; visual < m_filter->columnCount(); ++visual) {
            const int column = m_table->horizontalHeader()->logicalIndex(visual);
            if (!m_table->isColumnHidden(column))
                cells << oneLine(cell(column));
        }
        return cells.join(u'\t');
    };
    QStringList lines{line([this](int column) { return m_filter->headerData(column, Qt::Horizontal).toString(); })};
    for (const QModelIndex &row : rows)
        lines << line([&row](int column) { return row.siblingAtColumn(column).data().toString(); });
    return lines.join(u'\n') + u'\n';
}

void TableScreen::focusFilter()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

bool TableScreen::eventFilter(QObject *watched, QEvent *event)
{
    auto *line = qobject_cast<QLineEdit *>(watched);
    if (!line || (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride))
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const bool clears = key == Qt::Key_Escape && !line->text().isEmpty();
    if (event->type() == QEvent::ShortcutOverride) {
        if (clears) // else Esc is the window's
            event->accept();
        return clears;
    }
    if (clears) {
        line->clear();
        return true;
    }
    if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
        m_table->setFocus();
        if (!m_table->selectionModel()->hasSelection() && m_filter->rowCount() > 0)
            m_table->selectRow(0);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TableScreen::updateCount()
{
    const int shown = m_filter->rowCount();
    const int all = m_filter->sourceModel()->rowCount();
    m_count->setText(shown != all ? tr("%1 of %2").arg(shown).arg(all)
                     : all == 1   ? tr("1 row")
                                  : tr("%1 rows").arg(all));
}

} // namespace binnacle::widgets
