// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "logs/LogRows.h"
#include "logs/LogSession.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QToolButton;
class QTreeWidget;

namespace binnacle::widgets {

class LogView;

/// The logs of some pods: what they wrote last and what they write now, with a level filter, a search, the fields of a
/// line, and the sources in their colours.
class LogPage : public QWidget
{
    Q_OBJECT

public:
    /// `store` and `clock` outlive it.
    struct Environment
    {
        std::shared_ptr<kube::Transport> transport;
        const cluster::Store *store = nullptr;
        const core::Clock *clock = nullptr;
    };

    LogPage(Environment environment, logs::PodFinder pods, QWidget *parent = nullptr);
    ~LogPage() override;

    /// As the view's model sees it; for tests and benchmarks too, which bring lines of their own.
    void append(const logs::LogLines &lines);
    [[nodiscard]] const logs::LogStore &lines() const { return m_lines; }
    [[nodiscard]] logs::LogRows &rows() { return m_rows; }
    [[nodiscard]] LogView &view() const { return *m_view; }
    void focusSearch();
    void reconnect();
    /// Writes all rows to the file, in another thread; says in the status line how it went.
    void saveTo(const QString &file);

private:
    void build();
    [[nodiscard]] QWidget *buildReading();
    [[nodiscard]] QWidget *buildSearching();
    void restart();
    void take();
    void refilter();
    void refreshSources();
    void refreshStatus();
    void showFields();
    void find(bool forward);
    void save();

    Environment m_environment;
    logs::PodFinder m_pods;
    logs::LogStore m_lines;
    logs::LogRows m_rows{m_lines};
    std::unique_ptr<logs::LogSession> m_session;
    std::set<std::uint16_t> m_hidden;
    logs::LogLines m_arrived; ///< taken from the session, and up to m_nextArrived in m_lines
    std::size_t m_nextArrived = 0;
    QTimer m_more;
    LogView *m_view = nullptr;
    QTreeWidget *m_fields = nullptr;
    QToolButton *m_sources = nullptr;
    QToolButton *m_follow = nullptr;
    QToolButton *m_wrap = nullptr;
    QToolButton *m_times = nullptr;
    QComboBox *m_since = nullptr;
    QComboBox *m_tail = nullptr;
    QComboBox *m_level = nullptr;
    QCheckBox *m_previous = nullptr;
    QCheckBox *m_onlyMatches = nullptr;
    QSpinBox *m_context = nullptr;
    QLineEdit *m_search = nullptr;
    QLabel *m_found = nullptr;
    QLabel *m_status = nullptr;
    QTimer m_typed; ///< a search begins when typing pauses
    QString m_said; ///< of the last file
};

} // namespace binnacle::widgets
