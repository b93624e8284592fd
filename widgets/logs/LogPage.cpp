// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logs/LogPage.h"

#include "core/WhenFinished.h"
#include "logs/LogFields.h"
#include "logs/LogLevels.h"
#include "widgets/logs/LogFile.h"
#include "widgets/logs/LogView.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QPixmap>
#include <QShortcut>
#include <QSpinBox>
#include <QSplitter>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t mostAtOnce = 20'000; ///< lines, a few milliseconds' worth

QToolButton *button(QWidget *parent, const QString &name, const QString &text, const QString &tip, bool checkable)
{
    auto *made = new QToolButton(parent);
    made->setObjectName(name);
    made->setText(text);
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    made->setCheckable(checkable);
    return made;
}

QIcon swatch(std::uint16_t source)
{
    QPixmap pixmap(12, 12);
    pixmap.fill(sourceColor(source));
    return pixmap;
}

} // namespace

LogPage::LogPage(Environment environment, logs::PodFinder pods, QWidget *parent)
    : QWidget(parent), m_environment(std::move(environment)), m_pods(std::move(pods))
{
    setObjectName(u"logPage"_s);
    build();
    m_typed.setSingleShot(true);
    m_typed.setInterval(250);
    connect(&m_typed, &QTimer::timeout, this, &LogPage::refilter);
    connect(&m_rows, &logs::LogRows::changed, this, &LogPage::refreshStatus);
    connect(&m_rows, &logs::LogRows::renewed, this, &LogPage::refreshStatus);
    m_more.setSingleShot(true);
    connect(&m_more, &QTimer::timeout, this, [this] {
        if (m_session)
            take();
    });
    restart();
}

LogPage::~LogPage() = default;

void LogPage::build()
{
    m_view = new LogView(m_lines, m_rows, this);
    m_view->setObjectName(u"logView"_s);
    m_view->setMinimumHeight(72);
    m_fields = new QTreeWidget(this);
    m_fields->setObjectName(u"logFields"_s);
    m_fields->setAccessibleName(tr("Fields of the line"));
    m_fields->setHeaderLabels({tr("Field"), tr("Value")});
    m_fields->setRootIsDecorated(false);
    m_fields->setWordWrap(true);
    m_fields->hide();
    m_status = new QLabel(this);
    m_status->setObjectName(u"logStatus"_s);
    m_status->setProperty("role", u"muted"_s);
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto *beside = new QSplitter(this);
    beside->addWidget(m_view);
    beside->addWidget(m_fields);
    beside->setStretchFactor(0, 3);
    beside->setStretchFactor(1, 2);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 4);
    layout->setSpacing(4);
    auto *bar = new QHBoxLayout;
    bar->setSpacing(16);
    bar->addWidget(buildReading());
    bar->addWidget(buildSearching(), 1);
    layout->addLayout(bar);
    layout->addWidget(beside, 1);
    layout->addWidget(m_status);
    connect(m_view, &LogView::followingChanged, m_follow, &QToolButton::setChecked);
    connect(m_view, &LogView::activated, this, [this] {
        m_fields->setVisible(!m_fields->isVisible());
        showFields();
    });
    connect(m_view, &LogView::currentChanged, this, &LogPage::showFields);
    const auto key = [this](const QKeySequence &keys, QWidget *in, auto run) {
        auto *shortcut = new QShortcut(keys, in);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, run);
    };
    key(QKeySequence::Find, this, [this] { focusSearch(); });
    key(QKeySequence(Qt::Key_F3), this, [this] { find(true); });
    key(QKeySequence(Qt::SHIFT | Qt::Key_F3), this, [this] { find(false); });
    key(QKeySequence::Save, this, [this] { save(); });
    setFocusProxy(m_view);
}

QWidget *LogPage::buildReading()
{
    auto *bar = new QWidget(this);
    m_sources = button(bar, u"logSources"_s, tr("Sources"), tr("Which containers are shown, and their colours"), false);
    m_sources->setPopupMode(QToolButton::InstantPopup);
    m_sources->setMenu(new QMenu(m_sources));
    m_follow = button(bar, u"logFollow"_s, tr("Follow"), tr("Stay at the end; off: stay here, nothing is lost"), true);
    m_follow->setChecked(true);
    m_wrap = button(bar, u"logWrap"_s, tr("Wrap"), tr("Break long lines"), true);
    m_times = button(bar, u"logTimes"_s, tr("Times"), tr("Show when each line was written"), true);
    m_since = new QComboBox(bar);
    m_since->setObjectName(u"logSince"_s);
    m_since->setAccessibleName(tr("Since when"));
    m_since->addItem(tr("any time"), 0);
    m_since->addItem(tr("5 minutes"), 300);
    m_since->addItem(tr("1 hour"), 3'600);
    m_since->addItem(tr("1 day"), 86'400);
    m_tail = new QComboBox(bar);
    m_tail->setObjectName(u"logTail"_s);
    m_tail->setAccessibleName(tr("How many of the last lines of each container"));
    m_tail->addItem(tr("last 1,000"), 1'000);
    m_tail->addItem(tr("last 10,000"), 10'000);
    m_tail->addItem(tr("all lines"), -1);
    m_previous = new QCheckBox(tr("Before the restart"), bar);
    m_previous->setObjectName(u"logPrevious"_s);
    m_previous->setToolTip(tr("The log of each container's instance before its last restart"));
    auto *saving = button(bar, u"logSave"_s, tr("Save…"), tr("Save the shown lines to a file"), false);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    for (QWidget *widget :
         std::initializer_list<QWidget *>{m_sources, m_follow, m_wrap, m_times, m_since, m_tail, m_previous, saving})
        row->addWidget(widget);
    connect(m_follow, &QToolButton::toggled, m_view, &LogView::setFollowing);
    connect(m_wrap, &QToolButton::toggled, m_view, &LogView::setWrapped);
    connect(m_times, &QToolButton::toggled, m_view, &LogView::setTimestamps);
    connect(m_since, &QComboBox::activated, this, &LogPage::restart);
    connect(m_tail, &QComboBox::activated, this, &LogPage::restart);
    connect(m_previous, &QCheckBox::toggled, this, &LogPage::restart);
    connect(saving, &QToolButton::clicked, this, &LogPage::save);
    return bar;
}

QWidget *LogPage::buildSearching()
{
    auto *bar = new QWidget(this);
    m_level = new QComboBox(bar);
    m_level->setObjectName(u"logLevel"_s);
    m_level->setAccessibleName(tr("Least level"));
    m_level->addItem(tr("all levels"), static_cast<int>(logs::LogLevel::None));
    m_level->addItem(tr("debug and graver"), static_cast<int>(logs::LogLevel::Debug));
    m_level->addItem(tr("info and graver"), static_cast<int>(logs::LogLevel::Info));
    m_level->addItem(tr("warnings and graver"), static_cast<int>(logs::LogLevel::Warning));
    m_level->addItem(tr("errors and graver"), static_cast<int>(logs::LogLevel::Error));
    m_search = new QLineEdit(bar);
    m_search->setObjectName(u"logSearch"_s);
    m_search->setPlaceholderText(tr("Search: a regular expression"));
    m_search->setAccessibleName(tr("Search the log by a regular expression"));
    m_search->setClearButtonEnabled(true);
    m_found = new QLabel(bar);
    m_found->setObjectName(u"logFound"_s);
    auto *back = button(bar, u"logFindPrevious"_s, u"▲"_s, tr("Previous match (Shift+F3)"), false);
    auto *forth = button(bar, u"logFindNext"_s, u"▼"_s, tr("Next match (F3, Enter)"), false);
    m_onlyMatches = new QCheckBox(tr("Only matches"), bar);
    m_onlyMatches->setObjectName(u"logOnlyMatches"_s);
    m_context = new QSpinBox(bar);
    m_context->setObjectName(u"logContext"_s);
    m_context->setRange(0, 99);
    m_context->setPrefix(u"± "_s);
    m_context->setAccessibleName(tr("Lines around each match"));
    m_context->setToolTip(m_context->accessibleName());
    m_context->setEnabled(false);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_level);
    row->addWidget(m_search, 1);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_found, back, forth, m_onlyMatches, m_context})
        row->addWidget(widget);
    connect(m_level, &QComboBox::activated, this, &LogPage::refilter);
    connect(m_search, &QLineEdit::textChanged, &m_typed, qOverload<>(&QTimer::start));
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        if (m_typed.isActive())
            refilter();
        find(true);
    });
    connect(back, &QToolButton::clicked, this, [this] { find(false); });
    connect(forth, &QToolButton::clicked, this, [this] { find(true); });
    connect(m_onlyMatches, &QCheckBox::toggled, m_context, &QSpinBox::setEnabled);
    connect(m_onlyMatches, &QCheckBox::toggled, this, &LogPage::refilter);
    connect(m_context, &QSpinBox::valueChanged, this, &LogPage::refilter);
    return bar;
}

void LogPage::restart()
{
    m_session.reset();
    m_arrived.clear();
    m_nextArrived = 0;
    m_lines.clear();
    m_rows.reset();
    m_hidden.clear();
    if (!m_environment.transport)
        return;
    logs::LogOptions options;
    options.previous = m_previous->isChecked();
    options.follow = !options.previous;
    if (const int since = m_since->currentData().toInt(); since > 0)
        options.since = std::chrono::seconds(since);
    if (const int tail = m_tail->currentData().toInt(); tail >= 0)
        options.tail = tail;
    m_session = std::make_unique<logs::LogSession>(m_environment.transport, *m_environment.store, m_pods, options,
                                                   *m_environment.clock);
    connect(m_session.get(), &logs::LogSession::arrived, this, &LogPage::take);
    connect(m_session.get(), &logs::LogSession::sourcesChanged, this, &LogPage::refreshSources);
    connect(m_session.get(), &logs::LogSession::finished, this, &LogPage::refreshStatus);
    m_session->start();
    refreshSources();
}

void LogPage::reconnect()
{
    if (m_session)
        m_session->reconnect();
}

/// A piece at a time: a whole log may arrive at once, and painting goes on in between.
void LogPage::take()
{
    if (m_nextArrived == m_arrived.size()) {
        m_arrived = m_session->take();
        m_nextArrived = 0;
    }
    const std::size_t end = std::min(m_arrived.size(), m_nextArrived + mostAtOnce);
    if (end == m_nextArrived)
        return;
    m_lines.append(m_arrived, m_nextArrived, end);
    m_nextArrived = end;
    m_rows.extend();
    m_more.start();
}

void LogPage::append(const logs::LogLines &lines)
{
    if (lines.isEmpty())
        return;
    m_lines.append(lines);
    m_rows.extend();
}

void LogPage::refilter()
{
    m_typed.stop();
    logs::LogFilter filter;
    filter.level = static_cast<logs::LogLevel>(m_level->currentData().toInt());
    filter.hiddenSources = m_hidden;
    filter.pattern = QRegularExpression(m_search->text(), QRegularExpression::CaseInsensitiveOption);
    filter.onlyMatches = m_onlyMatches->isChecked();
    filter.context = static_cast<std::size_t>(m_context->value());
    const bool valid = filter.pattern.isValid();
    m_search->setStyleSheet(valid ? QString() : u"border-color: %1;"_s.arg(Theme::colors().bad.name()));
    m_search->setToolTip(
        valid
            ? QString()
            : tr("%1, at character %2").arg(filter.pattern.errorString()).arg(filter.pattern.patternErrorOffset() + 1));
    m_rows.setFilter(std::move(filter));
    refreshStatus();
}

void LogPage::find(bool forward)
{
    const auto current = m_view->currentLine();
    const std::uint64_t from = current ? *current : forward ? m_lines.first() : m_lines.end();
    const auto match = forward ? m_rows.matchAfter(from) : m_rows.matchBefore(from);
    if (!match)
        return;
    m_view->setFollowing(false);
    m_view->showLine(*match);
}

void LogPage::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void LogPage::refreshSources()
{
    QStringList labels;
    if (m_session) {
        const auto sources = m_session->sources();
        for (const auto &source : sources)
            labels << toQt(source.source.label());
    }
    QMenu *menu = m_sources->menu();
    for (int index = static_cast<int>(menu->actions().size()); index < labels.size(); ++index) {
        const auto source = static_cast<std::uint16_t>(index);
        QAction *action = menu->addAction(swatch(source), labels[index]);
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, this, [this, source](bool shown) {
            if (shown)
                m_hidden.erase(source);
            else
                m_hidden.insert(source);
            refilter();
        });
    }
    for (qsizetype index = menu->actions().size() - 1; index >= labels.size(); --index)
        delete menu->actions()[index];
    for (qsizetype index = 0; index < labels.size(); ++index)
        menu->actions()[index]->setText(labels[index]);
    m_view->setSourceLabels(labels);
    refreshStatus();
}

void LogPage::refreshStatus()
{
    const QLocale locale;
    QStringList parts;
    if (m_session) {
        int reading = 0;
        QString problem;
        const auto sources = m_session->sources();
        for (const auto &source : sources) {
            reading += source.phase == logs::LogStrand::Phase::Reading ? 1 : 0;
            if (source.error && problem.isEmpty())
                problem = tr("%1: %2").arg(toQt(source.source.label()), toQt(source.error->message));
        }
        if (sources.empty())
            parts << tr("No pods are there yet; their logs come when they are.");
        else
            parts << tr("%1 of %2 containers read").arg(reading).arg(sources.size());
        if (m_session->leftOut() > 0)
            parts << tr("%1 more containers left out").arg(m_session->leftOut());
        if (!problem.isEmpty())
            parts << problem;
    }
    parts << tr("%1 lines").arg(locale.toString(static_cast<qulonglong>(m_rows.count())));
    if (m_lines.first() > 0 && m_lines.memory() > logs::LogStore::defaultLimit / 2)
        parts << tr("only the newest %1 MiB are kept").arg(logs::LogStore::defaultLimit / 1024 / 1024);
    if (!m_said.isEmpty())
        parts << m_said;
    m_status->setText(parts.join(u" · "_s));
    m_found->setText(!m_rows.filter().searches()
                         ? QString()
                         : tr("%1 found").arg(locale.toString(static_cast<qulonglong>(m_rows.matchCount()))) +
                               (m_rows.isBusy() ? u"…"_s : QString()));
}

void LogPage::showFields()
{
    const auto line = m_view->currentLine();
    if (!m_fields->isVisible() || !line)
        return;
    m_fields->clear();
    const auto at = m_lines.line(*line);
    const auto add = [this](const QString &name, const QString &value) {
        new QTreeWidgetItem(m_fields, QStringList{name, value});
    };
    add(tr("time"), QDateTime::fromMSecsSinceEpoch(at.entry->stamp / 1'000'000).toString(Qt::ISODateWithMs));
    if (m_session && at.entry->source < m_session->sourceCount()) {
        const auto &source = m_session->source(at.entry->source);
        add(tr("namespace"), toQt(source.nameSpace.value()));
        add(tr("pod"), toQt(source.pod));
        add(tr("container"), toQt(source.container));
    }
    if (at.entry->level != logs::LogLevel::None)
        add(tr("level"), toQt(logs::toString(at.entry->level)));
    const auto fields = logs::fieldsOf(at.text);
    for (const auto &field : fields)
        add(toQt(field.name), toQt(field.value));
    if (fields.empty())
        add(tr("line"), m_view->textOf(*line));
    m_fields->resizeColumnToContents(0);
}

void LogPage::save()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the log"), u"log.txt"_s);
    if (!file.isEmpty())
        saveTo(file);
}

void LogPage::saveTo(const QString &file)
{
    std::vector<std::string> labels;
    if (m_session) {
        for (const auto &source : m_session->sources())
            labels.push_back(source.source.label());
    }
    m_said = tr("saving…");
    refreshStatus();
    core::whenFinished(saveLog(m_lines, m_rows, labels, file), this, [this, file](const core::Result<void> &saved) {
        m_said = saved ? tr("saved to %1").arg(file) : tr("not saved: %1").arg(toQt(saved.error().describe()));
        refreshStatus();
    });
}

} // namespace binnacle::widgets
