// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/metrics/PromqlPage.h"

#include "core/WhenFinished.h"
#include "metrics/PrometheusAnswer.h"
#include "widgets/charts/TimeChart.h"
#include "widgets/metrics/ChartPanel.h"
#include "widgets/theme/Text.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QStringListModel>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

/// PromQL's functions, aggregations and words; Prometheus has no request that lists them.
QStringList promqlWords()
{
    return QString(
               u"abs absent absent_over_time avg avg_over_time bool bottomk by ceil changes clamp clamp_max clamp_min "
               "count count_over_time count_values day_of_month day_of_week delta deriv exp floor group group_left "
               "group_right histogram_quantile hour idelta ignoring increase irate label_join label_replace "
               "last_over_time ln log10 log2 max max_over_time min min_over_time minute month offset on "
               "predict_linear quantile quantile_over_time rate resets round scalar sgn sort sort_desc sqrt stddev "
               "stddev_over_time sum sum_over_time time timestamp topk unless vector without year"_s)
        .split(u' ');
}

bool isWordCharacter(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u':';
}

constexpr int mostRows = 500;

} // namespace

PromqlPage::PromqlPage(QWidget *parent)
    : QWidget(parent),
      m_expression(new QLineEdit(this)),
      m_completer(new QCompleter(this)),
      m_words(new QStringListModel(promqlWords(), this)),
      m_message(new QLabel(this)),
      m_chart(new TimeChart(this)),
      m_table(new QTableWidget(this))
{
    build();
    connect(m_expression, &QLineEdit::textEdited, this, &PromqlPage::suggest);
    connect(m_expression, &QLineEdit::returnPressed, this, &PromqlPage::ask);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &PromqlPage::complete);
}

PromqlPage::~PromqlPage()
{
    m_asking.cancel();
}

void PromqlPage::build()
{
    m_expression->setObjectName(u"promqlExpression"_s);
    m_expression->setAccessibleName(tr("PromQL expression"));
    m_expression->setPlaceholderText(tr("sum by (pod) (rate(container_cpu_usage_seconds_total[5m])) – Enter asks"));
    m_expression->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_completer->setModel(m_words);
    m_completer->setWidget(m_expression);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->popup()->setObjectName(u"promqlCompletion"_s);
    m_message->setObjectName(u"promqlMessage"_s);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_chart->setObjectName(u"promqlChart"_s);
    m_chart->setAccessibleName(tr("Chart of the expression"));
    m_chart->setMessage(tr("Write an expression and press Enter."));
    m_table->setObjectName(u"promqlTable"_s);
    m_table->setAccessibleName(tr("Values of the expression"));
    m_table->setColumnCount(2);
    m_table->setHorizontalHeaderLabels({tr("Series"), tr("Newest value")});
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    auto *parts = new QSplitter(Qt::Vertical, this);
    parts->setChildrenCollapsible(false);
    parts->setHandleWidth(8);
    parts->addWidget(m_chart);
    parts->addWidget(m_table);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(m_expression);
    column->addWidget(m_message);
    column->addWidget(parts, 1);
    setFocusProxy(m_expression);
}

void PromqlPage::setClient(std::shared_ptr<const metrics::PrometheusClient> client)
{
    m_client = std::move(client);
    learnNames();
}

void PromqlPage::learnNames()
{
    const auto learn = [this](const core::Result<std::vector<std::string>> &names) {
        if (!names)
            return; // it can be typed all the same
        QStringList words = m_words->stringList();
        for (const std::string &name : *names)
            words.append(toQt(name));
        words.removeDuplicates();
        words.sort();
        m_words->setStringList(words);
    };
    core::whenFinished(m_client->labelValues("__name__"), this, learn);
    core::whenFinished(m_client->labelNames(), this, learn);
}

int PromqlPage::wordStart() const
{
    const QString text = m_expression->text();
    int start = m_expression->cursorPosition();
    while (start > 0 && isWordCharacter(text[start - 1]))
        --start;
    return start;
}

void PromqlPage::suggest()
{
    constexpr int shortest = 2;
    const int start = wordStart();
    const QString word = m_expression->text().mid(start, m_expression->cursorPosition() - start);
    if (word.size() < shortest) {
        m_completer->popup()->hide();
        return;
    }
    m_completer->setCompletionPrefix(word);
    m_completer->complete();
}

void PromqlPage::complete(const QString &word)
{
    const int start = wordStart();
    QString text = m_expression->text();
    text.replace(start, m_expression->cursorPosition() - start, word);
    m_expression->setText(text);
    m_expression->setCursorPosition(start + static_cast<int>(word.size()));
}

void PromqlPage::setRange(const metrics::TimeRange &range)
{
    m_range = range;
    if (!m_asked.isEmpty() && m_expression->text() == m_asked)
        ask();
}

void PromqlPage::ask()
{
    m_asked = m_expression->text();
    if (!m_client || !m_range || m_asked.trimmed().isEmpty())
        return;
    m_completer->popup()->hide();
    m_asking.cancel();
    m_asking = core::CancellationSource();
    core::whenFinished(m_client->queryRange(m_asked.toStdString(), *m_range, m_asking.token()), this,
                       [this](const core::Result<metrics::QueryResult> &result) { show(result); });
}

void PromqlPage::show(const core::Result<metrics::QueryResult> &result)
{
    if (!result) {
        showProblem(result.error());
        return;
    }
    QStringList warnings;
    for (const std::string &warning : result->warnings)
        warnings.append(toQt(warning));
    m_message->setText(warnings.join(u'\n'));
    if (result->isEmpty()) {
        m_chart->setMessage(tr("Nothing came back for %1: no series has that name and those labels in this range, or a "
                               "comparison left none.")
                                .arg(m_asked));
        m_table->setRowCount(0);
        return;
    }
    const auto milliseconds = [](metrics::Time time) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    };
    m_chart->setRange(milliseconds(m_range->start), milliseconds(m_range->end));
    m_chart->setLines(chartLines(*result, {}, m_range->step), metrics::Unit::Number);
    showTable(*result);
}

void PromqlPage::showProblem(const core::Error &error)
{
    if (error.kind == core::ErrorKind::Cancelled)
        return;
    const auto place = metrics::syntaxErrorOf(error);
    if (!place) {
        m_message->setText(toQt(error.describe()));
        return;
    }
    const int at = metrics::characterAt(m_asked.toStdString(), *place);
    m_message->setText(tr("At character %1: %2").arg(at + 1).arg(toQt(place->message)));
    if (m_expression->text() != m_asked)
        return; // it has been changed since
    int end = at;
    while (end < m_asked.size() && isWordCharacter(m_asked[end]))
        ++end;
    m_expression->setSelection(at, std::max(1, end - at));
}

void PromqlPage::showTable(const metrics::QueryResult &result)
{
    const int rows = std::min(mostRows, static_cast<int>(result.series.size()));
    m_table->setRowCount(rows);
    for (int row = 0; row < rows; ++row) {
        const metrics::Series &series = result.series[static_cast<std::size_t>(row)];
        m_table->setItem(row, 0, new QTableWidgetItem(toQt(metrics::describe(series.labels))));
        m_table->setItem(row, 1,
                         new QTableWidgetItem(series.samples.empty() ? QString() : toQt(series.samples.back().text)));
    }
    if (static_cast<std::size_t>(rows) < result.series.size())
        m_message->setText(tr("%1 series; the table shows the first %2.").arg(result.series.size()).arg(rows));
}

} // namespace binnacle::widgets
