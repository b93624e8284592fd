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

QStringList replicaWarnings(const operations::ReplicaFacts &facts, const core::Json &replicas)
{
    QStringList all;
    if (!replicas.is_number_integer())
        return all;
    for (const auto &warning : operations::replicaWarnings(facts, replicas.get<long long>()))
        all << toQt(warning + ".");
    for (const auto &kind : facts.unread)
        all << ScaleForm::tr("%1 objects may not be listed here: whether one limits the number is not known.")
                   .arg(toQt(kind));
    return all;
}

ScaleForm::ScaleForm(operations::EditSession &session, operations::ReplicaFacts facts, QWidget *parent)
    : Form(session, parent), m_facts(std::move(facts))
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
    return replicaWarnings(m_facts, session().value(replicas));
}

} // namespace binnacle::widgets
