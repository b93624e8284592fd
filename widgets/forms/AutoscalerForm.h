// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/AutoscalerFields.h"
#include "operations/ReplicaFacts.h"
#include "widgets/forms/Form.h"

#include <map>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace binnacle::widgets {

/// Between which numbers an autoscaler chooses, by which metrics, and how fast. For a workload whose number it owns:
/// setting that would not last.
class AutoscalerForm : public Form
{
    Q_OBJECT

public:
    /// `facts` are of its target.
    AutoscalerForm(operations::EditSession &session, operations::ReplicaFacts facts, QWidget *parent = nullptr);

    [[nodiscard]] QString planTitle() const override;
    [[nodiscard]] QStringList warnings() const override;
    void showValues() override;

private:
    struct MetricRow
    {
        QWidget *line;
        FieldRow *field;
    };

    /// The target of the autoscaler in the session, "Deployment backend".
    [[nodiscard]] QString target() const;
    void showNote();
    void buildMetrics(QVBoxLayout &layout);
    void buildBehavior(QVBoxLayout &layout);
    /// The rows are those of the metrics that the session's object has.
    void showMetrics();
    void addMetricRow(const operations::AutoscalerMetric &metric);
    void setMetric(const std::string &path, const core::Json &value);

    operations::ReplicaFacts m_facts;
    QLabel *m_note;
    QVBoxLayout *m_metrics = nullptr;
    std::map<std::string, MetricRow> m_rows;    ///< by the path of the target
    std::map<std::string, QPushButton *> m_add; ///< by resource
};

} // namespace binnacle::widgets
