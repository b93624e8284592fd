// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/journal/JournalView.h"

#include "core/Clock.h"
#include "core/WhenFinished.h"
#include "items/AuditModel.h"
#include "items/RunbookModel.h"
#include "widgets/common/ActionButton.h"
#include "widgets/common/Background.h"
#include "widgets/common/DiffHighlighter.h"

#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace binnacle::widgets {

namespace {

using Runbooks = core::Result<std::vector<runbook::RunbookSummary>>;
using Audit = core::Result<std::vector<runbook::AuditEntry>>;

QTableView *table(const QString &name, const QString &accessibleName, QAbstractItemModel *model, QWidget *parent)
{
    auto *view = new QTableView(parent);
    view->setObjectName(name);
    view->setAccessibleName(accessibleName);
    view->setModel(model);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(32);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return view;
}

/// The journal is opened per read: SQLite connections belong to one thread.
template <typename Read>
auto readJournal(const std::filesystem::path &path, Read read)
{
    return inBackground([path, read]() -> decltype(read(std::declval<const runbook::Journal &>())) {
        const core::SystemClock clock;
        auto journal = runbook::Journal::open(path, clock);
        if (!journal)
            return core::fail(journal.error());
        return read(**journal);
    });
}

} // namespace

JournalView::JournalView(std::filesystem::path journal, QWidget *parent)
    : QWidget(parent),
      m_path(std::move(journal)),
      m_runbooks(new items::RunbookModel(this)),
      m_audit(new items::AuditModel(this)),
      m_takeBack(new ActionButton(tr("&Take back…"), this)),
      m_runbookTable(table(QStringLiteral("runbookTable"), tr("Runbooks"), m_runbooks, this)),
      m_auditTable(table(QStringLiteral("auditTable"), tr("What the runbook did"), m_audit, this)),
      m_detail(new QPlainTextEdit(this)),
      m_message(new QLabel(this))
{
    setObjectName(QStringLiteral("journalView"));
    setFocusProxy(m_runbookTable);
    m_detail->setObjectName(QStringLiteral("auditDetail"));
    m_detail->setAccessibleName(tr("Command, change and error"));
    m_detail->setReadOnly(true);
    m_detail->setTabChangesFocus(true);
    m_detail->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_detail->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    new DiffHighlighter(m_detail->document());
    m_message->setWordWrap(true);
    m_message->hide();

    auto *title = new QLabel(QStringLiteral("<b>%1</b>").arg(tr("Journal")), this);
    title->setObjectName(QStringLiteral("screenTitle"));
    auto *refreshButton = new QPushButton(tr("&Refresh"), this);
    refreshButton->setObjectName(QStringLiteral("refreshJournal"));
    m_takeBack->setObjectName(QStringLiteral("takeBackButton"));
    auto *bar = new QHBoxLayout;
    bar->addWidget(title);
    bar->addStretch();
    bar->addWidget(m_takeBack);
    bar->addWidget(refreshButton);

    // One above the other: names of objects and lines of diffs are wide.
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_runbookTable);
    splitter->addWidget(m_auditTable);
    splitter->addWidget(m_detail);
    splitter->setSizes({200, 280, 200});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_message);
    layout->addWidget(splitter, 1);

    const auto stretch = [](QTableView *view, int column, std::initializer_list<int> widths) {
        int at = 0;
        for (const int width : widths)
            view->horizontalHeader()->resizeSection(at++, width);
        view->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
    };
    stretch(m_runbookTable, 1, {168, 240, 112, 168, 112, 88});
    stretch(m_auditTable, 4, {168, 88, 360, 96, 160});

    connect(refreshButton, &QPushButton::clicked, this, &JournalView::refresh);
    connect(m_runbookTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &JournalView::showRunbook);
    connect(m_auditTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &JournalView::showEntry);
}

void JournalView::refresh()
{
    core::whenFinished(readJournal(m_path, [](const runbook::Journal &journal) { return journal.runbooks(); }), this,
                       [this](const Runbooks &runbooks) {
                           if (!runbooks) {
                               say(runbooks.error());
                               return;
                           }
                           m_message->setText(runbooks->empty() ? tr("Binnacle has not changed anything yet.")
                                                                : QString());
                           m_message->setVisible(runbooks->empty());
                           m_runbooks->setRunbooks(*runbooks);
                           if (!m_runbookTable->currentIndex().isValid() && !runbooks->empty())
                               m_runbookTable->selectRow(0);
                           else
                               showRunbook();
                       });
}

void JournalView::setTakeBackAction(QAction *action)
{
    m_takeBack->setAction(action);
}

std::optional<runbook::RunbookSummary> JournalView::selected() const
{
    const auto current = m_runbookTable->currentIndex();
    return current.isValid() ? std::optional(m_runbooks->runbook(current.row())) : std::nullopt;
}

void JournalView::showRunbook()
{
    emit selectionChanged();
    const auto current = m_runbookTable->currentIndex();
    if (!current.isValid()) {
        m_audit->setEntries({});
        return;
    }
    const std::string id = m_runbooks->runbook(current.row()).id;
    core::whenFinished(readJournal(m_path, [id](const runbook::Journal &journal) { return journal.audit(id); }), this,
                       [this, id](const Audit &entries) {
                           const auto now = m_runbookTable->currentIndex();
                           if (!now.isValid() || m_runbooks->runbook(now.row()).id != id)
                               return;
                           if (!entries) {
                               say(entries.error());
                               return;
                           }
                           m_audit->setEntries(*entries);
                           m_detail->clear();
                       });
}

void JournalView::showEntry()
{
    const auto current = m_auditTable->currentIndex();
    if (!current.isValid()) {
        m_detail->clear();
        return;
    }
    const auto &entry = m_audit->entry(current.row());
    QStringList parts;
    for (const auto *part : {&entry.kubectl, &entry.error, &entry.diff}) {
        if (!part->empty())
            parts << QString::fromStdString(*part);
    }
    m_detail->setPlainText(parts.join(QStringLiteral("\n\n")));
}

void JournalView::say(const core::Error &error)
{
    m_message->setText(tr("The journal cannot be read: %1").arg(QString::fromStdString(error.describe())));
    m_message->show();
}

} // namespace binnacle::widgets
