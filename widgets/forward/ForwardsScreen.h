// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <string>

class QAction;
class QLabel;
class QTableView;

namespace binnacle::items {
class ForwardTableModel;
struct ForwardRow;
} // namespace binnacle::items

namespace binnacle::widgets {

/// The forwards of the cluster as a table, with what can be done with the selected one.
class ForwardsScreen : public QWidget
{
    Q_OBJECT

public:
    enum class Intent { Start, Stop, Restart, CopyAddress, OpenInBrowser, Save, StartOnConnect, Forget };
    Q_ENUM(Intent)

    /// The model outlives it.
    explicit ForwardsScreen(items::ForwardTableModel &model, QWidget *parent = nullptr);

    [[nodiscard]] QTableView &table() const { return *m_table; }
    /// Empty: none is selected.
    [[nodiscard]] std::string selectedId() const;
    void select(const std::string &id);

signals:
    void wanted(binnacle::widgets::ForwardsScreen::Intent intent, const std::string &id);

private:
    void buildTable();
    QAction *add(Intent intent, const QString &name, const QString &text, const QKeySequence &keys);
    void refresh();
    [[nodiscard]] const items::ForwardRow *selected() const;

    items::ForwardTableModel &m_model;
    QTableView *m_table;
    QLabel *m_empty;
    QList<QAction *> m_actions; ///< in the order of Intent
};

} // namespace binnacle::widgets
