// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runbook/Journal.h"

#include <QWidget>

#include <filesystem>
#include <optional>

class QAction;
class QLabel;
class QPlainTextEdit;
class QTableView;

namespace binnacle::items {
class AuditModel;
class RunbookModel;
} // namespace binnacle::items

namespace binnacle::widgets {

class ActionButton;

/// Every change that Binnacle has made: runbooks above, what the selected one did below, with diff and kubectl command.
class JournalView : public QWidget
{
    Q_OBJECT

public:
    /// The journal is read in the background, and again at each refresh().
    explicit JournalView(std::filesystem::path journal, QWidget *parent = nullptr);

    void refresh();
    /// Of the button beside the title.
    void setTakeBackAction(QAction *action);
    [[nodiscard]] std::optional<runbook::RunbookSummary> selected() const;

signals:
    /// Another runbook is selected, or the same has gone on.
    void selectionChanged();

private:
    void showRunbook();
    void showEntry();
    void say(const core::Error &error);

    std::filesystem::path m_path;
    items::RunbookModel *m_runbooks;
    items::AuditModel *m_audit;
    ActionButton *m_takeBack;
    QTableView *m_runbookTable;
    QTableView *m_auditTable;
    QPlainTextEdit *m_detail;
    QLabel *m_message;
};

} // namespace binnacle::widgets
