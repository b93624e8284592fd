// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/forms/Form.h"

namespace binnacle::widgets {

/// How many pods a workload shall have. Its session edits the scale sub-resource.
class ScaleForm : public Form
{
    Q_OBJECT

public:
    explicit ScaleForm(operations::EditSession &session, QWidget *parent = nullptr);

    [[nodiscard]] QString planTitle() const override;
    [[nodiscard]] runbook::GateKind gate() const override { return runbook::GateKind::Ready; }
    [[nodiscard]] QStringList warnings() const override;
};

} // namespace binnacle::widgets
