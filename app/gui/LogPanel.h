// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Logging.h"

#include <QStringList>
#include <QTimer>
#include <QWidget>

class QLineEdit;
class QPlainTextEdit;

namespace binnacle::gui {

/// The last lines of the program's own log, kept up to date while they are seen.
class LogPanel : public QWidget
{
    Q_OBJECT

public:
    /// Without a log it says so.
    explicit LogPanel(const core::Log *log, QWidget *parent = nullptr);

    void refresh();

signals:
    void closed();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void build();
    void showLines(const QStringList &lines);

    const core::Log *m_log;
    QLineEdit *m_filter;
    QPlainTextEdit *m_text;
    QStringList m_shown;
    QTimer m_second;
};

} // namespace binnacle::gui
