// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace binnacle::gui {

/// Ctrl+K: type a part of what you want, press Enter.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    struct Entry
    {
        QString text;
        QString hint; ///< shortcut or kind
        QString icon;
        std::function<void()> run;
        QString why = {}; ///< not empty: cannot be done now, and this is the reason
    };

    CommandPalette(std::vector<Entry> entries, QWidget *parent);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter(const QString &text);
    void runCurrent();

    std::vector<Entry> m_entries;
    QLineEdit *m_text;
    QListWidget *m_list;
};

} // namespace binnacle::gui
