// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "metrics/PrometheusClient.h"

#include <QWidget>

class QCompleter;
class QLabel;
class QLineEdit;
class QStringListModel;
class QTableWidget;

namespace binnacle::widgets {

class TimeChart;

/// A free expression: completed while it is typed, asked by Enter, shown as a chart and as a table; a mistake is
/// selected at the place that Prometheus names.
class PromqlPage : public QWidget
{
    Q_OBJECT

public:
    explicit PromqlPage(QWidget *parent = nullptr);
    ~PromqlPage() override;

    void setClient(std::shared_ptr<const metrics::PrometheusClient> client);
    /// Of the chart; asks again when there is an expression.
    void setRange(const metrics::TimeRange &range);

private:
    void build();
    void learnNames();
    void suggest();
    void complete(const QString &word);
    /// Where the word that is being typed begins.
    [[nodiscard]] int wordStart() const;
    void ask();
    void show(const core::Result<metrics::QueryResult> &result);
    void showProblem(const core::Error &error);
    void showTable(const metrics::QueryResult &result);

    std::shared_ptr<const metrics::PrometheusClient> m_client;
    QLineEdit *m_expression;
    QCompleter *m_completer;
    QStringListModel *m_words;
    QLabel *m_message;
    TimeChart *m_chart;
    QTableWidget *m_table;
    std::optional<metrics::TimeRange> m_range;
    QString m_asked;
    core::CancellationSource m_asking;
};

} // namespace binnacle::widgets
