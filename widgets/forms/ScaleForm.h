// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/ReplicaFacts.h"
#include "widgets/forms/Form.h"

namespace binnacle::widgets {

/// How many pods a workload shall have. Its session edits the scale sub-resource.
class ScaleForm : public Form
{
    Q_OBJECT

public:
    ScaleForm(operations::EditSession &session, operations::ReplicaFacts facts, QWidget *parent = nullptr);

    [[nodiscard]] QString planTitle() const override;
    [[nodiscard]] runbook::GateKind gate() const override { return runbook::GateKind::Ready; }
    [[nodiscard]] QStringList warnings() const override;

private:
    operations::ReplicaFacts m_facts;
};

/// What may surprise when a workload has so many replicas, and what is not known about it; nothing for no number.
[[nodiscard]] QStringList replicaWarnings(const operations::ReplicaFacts &facts, const core::Json &replicas);

} // namespace binnacle::widgets
