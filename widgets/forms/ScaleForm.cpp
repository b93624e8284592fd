// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/ScaleForm.h"

#include "core/FieldPath.h"
#include "widgets/theme/Text.h"

#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

constexpr const char *replicas = "/spec/replicas";
constexpr int mostReplicas = 100'000;

} // namespace

ScaleForm::ScaleForm(operations::EditSession &session, QWidget *parent) : Form(session, parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(addField(tr("&Replicas"), replicas, wholeNumber(0, mostReplicas), this));
}

QString ScaleForm::planTitle() const
{
    return tr("Scale %1 to %2").arg(toQt(session().object().describe()), toQt(session().value(replicas).dump()));
}

QStringList ScaleForm::warnings() const
{
    if (session().value(replicas) == 0)
        return {tr("With no replicas nothing of it runs: whatever needs it will fail.")};
    return {};
}

} // namespace binnacle::widgets
