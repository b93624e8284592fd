// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/Form.h"

#include "core/FieldPath.h"
#include "operations/ObjectPlans.h"
#include "widgets/theme/Text.h"

#include <QLineEdit>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::widgets {

Form::Form(operations::EditSession &session, QWidget *parent) : QWidget(parent), m_session(session) {}

core::Result<runbook::Plan> Form::plan(const FormContext &context, operations::SecretValues &) const
{
    return operations::editPlan(planTitle().toStdString(), m_session.object(), m_session.edit(), gate(), context.target,
                                context.clock, context.random);
}

QWidget *Form::firstField() const
{
    return findChild<QLineEdit *>();
}

FieldRow *Form::addField(const QString &name, const std::string &path, FieldFormat format, QWidget *parent)
{
    auto *row = new FieldRow(name, path, std::move(format), parent);
    m_rows.push_back(row);
    connect(row, &FieldRow::edited, this, [this, row](const core::Json &value) {
        if (const auto set = setField(row->path(), value); !set)
            row->setProblem(toQt(set.error().message));
        emit stateChanged();
    });
    connect(row, &FieldRow::readableChanged, this, &Form::stateChanged);
    return row;
}

void Form::removeField(FieldRow *row)
{
    std::erase(m_rows, row);
    row->deleteLater(); // it may be what was just typed into
    row->hide();
}

core::Result<void> Form::setField(const std::string &path, const core::Json &value)
{
    return m_session.set(path, value);
}

void Form::refresh(const std::string &typedIn)
{
    for (auto *row : m_rows) {
        if (!row->isUnreadable() && row->path() != typedIn)
            show(*row);
    }
}

void Form::show(FieldRow &row)
{
    const auto path = core::FieldPath::parse(row.path());
    row.setValue(m_session.value(row.path()), path ? path->valueIn(m_session.base()) : core::Json());
    if (row.path() == "/metadata/name") // what exists keeps its name
        row.setEnabled(m_session.isCreation());
}

void Form::showValues()
{
    for (auto *row : m_rows)
        show(*row);
    emit stateChanged();
}

QStringList Form::showProblems(const std::vector<operations::FieldProblem> &problems)
{
    QStringList homeless;
    for (auto *row : m_rows) {
        if (!row->isUnreadable())
            row->setProblem({});
    }
    for (const auto &problem : problems) {
        const auto row =
            std::find_if(m_rows.begin(), m_rows.end(), [&](const auto *each) { return each->path() == problem.path; });
        if (row == m_rows.end())
            homeless << (problem.path.empty() ? toQt(problem.text)
                                              : QStringLiteral("%1: %2").arg(toQt(problem.path), toQt(problem.text)));
        else
            (*row)->setProblem(toQt(problem.text));
    }
    return homeless;
}

bool Form::isUnreadable() const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [](const auto *row) { return row->isUnreadable(); });
}

} // namespace binnacle::widgets
