// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/LogPanel.h"

#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QToolButton>

#include <algorithm>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t mostLines = 2'000;

/// How many lines at the end of `before` are the first of `now`: the rest of `now` is new.
qsizetype overlap(const QStringList &before, const QStringList &now)
{
    for (qsizetype length = std::min(before.size(), now.size()); length > 0; --length) {
        if (std::equal(now.begin(), now.begin() + length, before.end() - length))
            return length;
    }
    return 0;
}

} // namespace

LogPanel::LogPanel(const core::Log *log, QWidget *parent)
    : QWidget(parent), m_log(log), m_filter(new QLineEdit(this)), m_text(new QPlainTextEdit(this))
{
    setObjectName(u"logPanel"_s);
    build();
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &LogPanel::refresh);
}

void LogPanel::build()
{
    auto *title = new QLabel(tr("The program's log"), this);
    title->setProperty("role", u"heading"_s);
    auto *place = new QLabel(this);
    place->setObjectName(u"logFile"_s);
    place->setProperty("role", u"muted"_s);
    place->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    place->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    if (m_log)
        place->setText(QString::fromStdString(m_log->file().string()));
    m_filter->setObjectName(u"logFilter"_s);
    m_filter->setPlaceholderText(tr("Filter lines"));
    m_filter->setAccessibleName(tr("Filter the log's lines"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(200);
    auto *copy = new QPushButton(tr("Copy all"), this);
    copy->setObjectName(u"copyLog"_s);
    auto *close = new QToolButton(this);
    close->setObjectName(u"closeLog"_s);
    close->setIcon(widgets::themedIcon(u"close"_s));
    close->setAccessibleName(tr("Close the log"));
    close->setToolTip(tr("Close the log (Ctrl+L)"));
    m_text->setObjectName(u"programLog"_s);
    m_text->setAccessibleName(tr("The program's log"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setMaximumBlockCount(static_cast<int>(mostLines));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setMinimumHeight(96);
    auto *bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(title);
    bar->addWidget(place, 1);
    bar->addWidget(m_filter);
    bar->addWidget(copy);
    bar->addWidget(close);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_text, 1);
    connect(m_filter, &QLineEdit::textChanged, this, &LogPanel::refresh);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(close, &QToolButton::clicked, this, &LogPanel::closed);
}

void LogPanel::refresh()
{
    if (!m_log) {
        m_text->setPlainText(tr("The log could not be started."));
        return;
    }
    QStringList lines;
    for (const std::string &line : m_log->lastLines(mostLines)) {
        const QString text = widgets::toQt(line).trimmed();
        if (m_filter->text().isEmpty() || text.contains(m_filter->text(), Qt::CaseInsensitive))
            lines.append(text);
    }
    if (lines.isEmpty())
        m_text->setPlaceholderText(m_filter->text().isEmpty()
                                       ? tr("Nothing has been logged yet. --log-level debug logs every request.")
                                       : tr("No line of the log contains this text."));
    showLines(lines);
}

/// Appends what is new, so that a selection and a place that one reads stay; follows the end only from the end.
void LogPanel::showLines(const QStringList &lines)
{
    if (lines == m_shown)
        return;
    QScrollBar *bar = m_text->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    const qsizetype known = overlap(m_shown, lines);
    if (known > 0 && known == m_shown.size()) {
        m_text->appendPlainText(QStringList(lines.mid(known)).join(u'\n'));
    } else {
        const int place = bar->value();
        m_text->setPlainText(lines.join(u'\n'));
        bar->setValue(place);
    }
    m_shown = lines;
    if (atEnd)
        bar->setValue(bar->maximum());
}

void LogPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
    m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->maximum());
    m_second.start();
}

void LogPanel::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_second.stop();
}

} // namespace binnacle::gui
