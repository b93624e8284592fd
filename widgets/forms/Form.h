// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Random.h"
#include "operations/EditSession.h"
#include "operations/SecretValues.h"
#include "widgets/forms/FieldRow.h"

#include <QWidget>

#include <vector>

namespace binnacle::widgets {

/// What a form's runbook is made with.
struct FormContext
{
    const runbook::Target &target;
    const core::Clock &clock;
    core::Random &random;
};

/// The fields of one object that an operator edits together. A form only reads and sets fields of its session;
/// checking, previewing, merging and running belong to the FormDialog around it.
class Form : public QWidget
{
    Q_OBJECT

public:
    explicit Form(operations::EditSession &session, QWidget *parent = nullptr);

    [[nodiscard]] operations::EditSession &session() const { return m_session; }
    /// Of the runbook: "Scale Deployment app-backend/backend from 2 to 5".
    [[nodiscard]] virtual QString planTitle() const = 0;
    /// The runbook that makes the change. Values of Secrets go to `secrets`, never into the plan.
    [[nodiscard]] virtual core::Result<runbook::Plan> plan(const FormContext &context,
                                                           operations::SecretValues &secrets) const;
    /// Where typing begins.
    [[nodiscard]] virtual QWidget *firstField() const;
    /// What the runbook waits for after the change.
    [[nodiscard]] virtual runbook::GateKind gate() const { return runbook::GateKind::None; }
    /// What is allowed and yet may surprise: shown before the change is made.
    [[nodiscard]] virtual QStringList warnings() const { return {}; }
    /// Takes the session's values into the editors: at first, and after a merge.
    virtual void showValues();
    /// Puts each problem at its field; the answer is what found no field.
    [[nodiscard]] virtual QStringList showProblems(const std::vector<operations::FieldProblem> &problems);
    /// Something typed cannot be read.
    [[nodiscard]] virtual bool isUnreadable() const;

signals:
    /// isUnreadable() or warnings() may have changed.
    void stateChanged();

protected:
    /// A row that edits one field. Owned by `parent`, which must be in this form and live as long.
    FieldRow *addField(const QString &name, const std::string &path, FieldFormat format, QWidget *parent);
    /// Deletes a row; its field keeps its value.
    void removeField(FieldRow *row);

    /// Writes what was typed in a row to the session.
    [[nodiscard]] virtual core::Result<void> setField(const std::string &path, const core::Json &value);
    /// Shows the session's values where nothing unreadable was typed, but for the row that is being typed in.
    void refresh(const std::string &typedIn = {});

private:
    void show(FieldRow &row);

    operations::EditSession &m_session;
    std::vector<FieldRow *> m_rows;
};

} // namespace binnacle::widgets
