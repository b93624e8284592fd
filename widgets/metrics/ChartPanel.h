// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/PanelQuery.h"
#include "widgets/charts/TimeChart.h"

#include <QWidget>

class QLabel;

namespace binnacle::widgets {

/// A chart with its title, and what it was made from for export.
class ChartPanel : public QWidget
{
    Q_OBJECT

public:
    explicit ChartPanel(metrics::Panel panel, QWidget *parent = nullptr);

    [[nodiscard]] const metrics::Panel &panel() const { return m_panel; }
    [[nodiscard]] TimeChart &chart() const { return *m_chart; }
    [[nodiscard]] QString title() const;
    void setAnswers(const core::Result<std::vector<metrics::LineAnswer>> &answers, const metrics::TimeRange &range);
    /// What the chart was made of, as it was asked and answered.
    [[nodiscard]] const std::vector<metrics::LineAnswer> &answers() const { return m_answers; }
    /// What is drawn, with a label `line` that says of which line of the chart.
    [[nodiscard]] metrics::QueryResult data() const;

private:
    metrics::Panel m_panel;
    QLabel *m_title;
    TimeChart *m_chart;
    std::vector<metrics::LineAnswer> m_answers;
};

/// Lines of a result, named by the legend; of an empty legend by their labels.
[[nodiscard]] std::vector<ChartLine> chartLines(const metrics::QueryResult &result, const std::string &legend,
                                                std::chrono::milliseconds step);

} // namespace binnacle::widgets
