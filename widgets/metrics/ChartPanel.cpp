// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/metrics/ChartPanel.h"

#include "widgets/theme/Text.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace binnacle::widgets {

ChartPanel::ChartPanel(metrics::Panel panel, QWidget *parent)
    : QWidget(parent), m_panel(std::move(panel)), m_title(new QLabel(this)), m_chart(new TimeChart(this))
{
    setObjectName(QStringLiteral("panel:") + toQt(m_panel.id));
    m_title->setText(QStringLiteral("<b>%1</b>").arg(title().toHtmlEscaped()));
    m_chart->setObjectName(QStringLiteral("chart:") + toQt(m_panel.id));
    m_chart->setAccessibleName(title());
    m_chart->setMessage(tr("Asking Prometheus…"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_chart, 1);
}

QString ChartPanel::title() const
{
    return toQt(m_panel.title);
}

std::vector<ChartLine> chartLines(const metrics::QueryResult &result, const std::string &legend,
                                  std::chrono::milliseconds step)
{
    std::vector<ChartLine> lines;
    for (const metrics::Series &series : result.series) {
        const std::string name =
            legend.empty() ? metrics::describe(series.labels) : metrics::legendFor(legend, series.labels);
        lines.push_back({toQt(name), metrics::pointsOf(series, step),
                         legend == "requested" || legend == "limit" || legend == "allowed"});
    }
    std::sort(lines.begin(), lines.end(), [](const ChartLine &a, const ChartLine &b) { return a.name < b.name; });
    return lines;
}

void ChartPanel::setAnswers(const core::Result<std::vector<metrics::LineAnswer>> &answers,
                            const metrics::TimeRange &range)
{
    m_answers.clear();
    if (!answers) {
        if (answers.error().kind != core::ErrorKind::Cancelled)
            m_chart->setMessage(toQt(answers.error().describe()));
        return;
    }
    m_answers = *answers;
    std::vector<ChartLine> lines;
    bool anything = false;
    for (const metrics::LineAnswer &answer : m_answers) {
        for (ChartLine &line : chartLines(answer.result, answer.legend, range.step)) {
            anything |= !line.quiet;
            lines.push_back(std::move(line));
        }
    }
    // What is allowed alone says nothing about what is used.
    if (anything)
        m_chart->setLines(std::move(lines), m_panel.unit);
    else
        m_chart->setMessage(toQt(metrics::whyEmpty(m_answers)));
}

metrics::QueryResult ChartPanel::data() const
{
    metrics::QueryResult all;
    all.type = metrics::ResultType::Matrix;
    for (const metrics::LineAnswer &answer : m_answers) {
        for (metrics::Series series : answer.result.series) {
            series.labels["chart"] = m_panel.title;
            series.labels["line"] = metrics::legendFor(answer.legend, series.labels);
            all.series.push_back(std::move(series));
        }
    }
    return all;
}

} // namespace binnacle::widgets
