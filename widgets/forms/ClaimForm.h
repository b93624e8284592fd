// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/ClaimFacts.h"
#include "widgets/forms/Form.h"

namespace binnacle::widgets {

/// How large a volume claim is: it can only grow.
class ClaimForm : public Form
{
    Q_OBJECT

public:
    ClaimForm(operations::EditSession &session, operations::ClaimFacts facts, QWidget *parent = nullptr);

    [[nodiscard]] QString planTitle() const override;
    /// Until the file system has the new size too.
    [[nodiscard]] runbook::GateKind gate() const override { return runbook::GateKind::Ready; }
    [[nodiscard]] QStringList warnings() const override;
    void showValues() override;

private:
    [[nodiscard]] core::Result<core::Json> sizeFrom(const QString &text) const;

    operations::ClaimFacts m_facts;
    FieldRow *m_size;
};

} // namespace binnacle::widgets
