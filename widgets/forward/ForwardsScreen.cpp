// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forward/ForwardsScreen.h"

#include "items/ForwardTableModel.h"
#include "widgets/common/ActionButton.h"
#include "widgets/tables/StateDelegate.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;
using forward::ForwardPhase;
using items::ForwardTableModel;

namespace {

/// Forwards have words of their own for their states.
class ForwardStateDelegate final : public StateDelegate
{
public:
    using StateDelegate::StateDelegate;

protected:
    QString word(const QModelIndex &index) const override { return index.data().toString(); }
};

} // namespace

ForwardsScreen::ForwardsScreen(ForwardTableModel &model, QWidget *parent)
    : QWidget(parent), m_model(model), m_table(new QTableView(this)), m_empty(new QLabel(this))
{
    setObjectName(u"forwardsScreen"_s);
    setFocusProxy(m_table);
    buildTable();
    auto *title = new QLabel(u"<b>%1</b>"_s.arg(tr("Forwards")), this);
    title->setObjectName(u"screenTitle"_s);
    auto *bar = new QHBoxLayout;
    bar->addWidget(title);
    bar->addStretch();
    const auto button = [&](Intent intent, const QString &name, const QString &text, const QKeySequence &keys) {
        auto *widget = new ActionButton(text, this);
        widget->setObjectName(name);
        widget->setAction(add(intent, name, text, keys));
        bar->addWidget(widget);
    };
    button(Intent::Start, u"forwardStart"_s, tr("&Start"), Qt::Key_Return);
    button(Intent::Stop, u"forwardStop"_s, tr("S&top"), Qt::Key_Backspace);
    button(Intent::Restart, u"forwardRestart"_s, tr("&Restart"), u"Shift+R"_s);
    button(Intent::CopyAddress, u"forwardCopy"_s, tr("&Copy address"), QKeySequence::Copy);
    button(Intent::OpenInBrowser, u"forwardOpen"_s, tr("&Open in browser"), u"Shift+O"_s);
    button(Intent::Save, u"forwardSave"_s, tr("S&ave"), u"Shift+S"_s);
    button(Intent::StartOnConnect, u"forwardOnConnect"_s, tr("Start o&n connect"), u"Shift+C"_s);
    button(Intent::Forget, u"forwardDelete"_s, tr("&Delete"), Qt::Key_Delete);
    m_empty->setObjectName(u"forwardsEmpty"_s);
    m_empty->setText(tr(
        "Nothing is forwarded. Select a pod, service, deployment, stateful set or daemon set anywhere and press F."));
    m_empty->setProperty("role", u"muted"_s);
    m_empty->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addLayout(bar);
    layout->addWidget(m_empty);
    layout->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ForwardsScreen::refresh);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&m_model, signal, this, &ForwardsScreen::refresh);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &ForwardsScreen::refresh);
    refresh();
}

void ForwardsScreen::buildTable()
{
    m_table->setObjectName(u"forwardTable"_s);
    m_table->setAccessibleName(tr("Forwards"));
    m_table->setModel(&m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(32);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    using Column = ForwardTableModel::Column;
    m_table->setItemDelegateForColumn(static_cast<int>(Column::State), new ForwardStateDelegate(m_table));
    const std::pair<Column, int> widths[] = {{Column::Target, 240}, {Column::Namespace, 120},   {Column::Local, 130},
                                             {Column::State, 120},  {Column::Connections, 100}, {Column::Received, 90},
                                             {Column::Sent, 80},    {Column::Since, 60},        {Column::Saved, 90}};
    for (const auto &[column, width] : widths)
        m_table->setColumnWidth(static_cast<int>(column), width);
    m_table->horizontalHeader()->setSectionResizeMode(static_cast<int>(Column::Reason), QHeaderView::Stretch);
}

QAction *ForwardsScreen::add(Intent intent, const QString &name, const QString &text, const QKeySequence &keys)
{
    auto *action = new QAction(QString(text).remove(u'&'), m_table);
    action->setObjectName(name + u"Action"_s);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut); // these keys mean something else elsewhere
    connect(action, &QAction::triggered, this, [this, intent] {
        if (const std::string id = selectedId(); !id.empty())
            emit wanted(intent, id);
    });
    m_table->addAction(action);
    m_actions.append(action);
    return action;
}

const items::ForwardRow *ForwardsScreen::selected() const
{
    const auto rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : &m_model.row(rows.front().row());
}

std::string ForwardsScreen::selectedId() const
{
    const auto *const row = selected();
    return row ? row->id : std::string();
}

void ForwardsScreen::select(const std::string &id)
{
    if (const int row = m_model.rowOf(id); row >= 0)
        m_table->setCurrentIndex(m_model.index(row, 0));
}

void ForwardsScreen::refresh()
{
    m_empty->setVisible(m_model.rowCount() == 0);
    const auto *const row = selected();
    const bool stopped =
        row && (row->forward.phase == ForwardPhase::Stopped || row->forward.phase == ForwardPhase::Failed);
    const auto enable = [this](Intent intent, bool can) { m_actions[static_cast<int>(intent)]->setEnabled(can); };
    m_actions[static_cast<int>(Intent::StartOnConnect)]->setText(
        row && row->startsOnConnect ? tr("Do not start on connect") : tr("Start on connect"));
    enable(Intent::Start, stopped);
    enable(Intent::Stop, row && !stopped);
    enable(Intent::Restart, row && row->forward.id != 0);
    enable(Intent::CopyAddress, row && row->forward.localPort != 0);
    enable(Intent::OpenInBrowser, row && row->forward.localPort != 0);
    enable(Intent::Save, row && !row->saved);
    enable(Intent::StartOnConnect, row != nullptr);
    enable(Intent::Forget, row && (row->saved || row->forward.id != 0));
}

} // namespace binnacle::widgets
