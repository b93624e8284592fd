// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/forms/Form.h"

namespace binnacle::widgets {

/// Between which numbers an autoscaler chooses. For a workload whose number it owns: setting that would not last.
class AutoscalerForm : public Form
{
    Q_OBJECT

public:
    explicit AutoscalerForm(operations::EditSession &session, QWidget *parent = nullptr);

    [[nodiscard]] QString planTitle() const override;
    [[nodiscard]] QStringList warnings() const override;

private:
    /// The target of the autoscaler in the session, "Deployment backend".
    [[nodiscard]] QString target() const;
};

} // namespace binnacle::widgets
