// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/AutoscalerForm.h"

#include "widgets/theme/Text.h"

#include <QLabel>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

constexpr const char *fewest = "/spec/minReplicas";
constexpr const char *most = "/spec/maxReplicas";
constexpr int mostReplicas = 100'000;

} // namespace

AutoscalerForm::AutoscalerForm(operations::EditSession &session, QWidget *parent) : Form(session, parent)
{
    auto *note = new QLabel(this);
    note->setObjectName(QStringLiteral("autoscalerNote"));
    note->setWordWrap(true);
    connect(&session, &operations::EditSession::loaded, note, [this, note] {
        note->setText(
            tr("This autoscaler owns the number of %1: a number set by hand would not last, so its limits are "
               "edited here.")
                .arg(target()));
    });
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(note);
    layout->addWidget(addField(tr("&Fewest replicas"), fewest, wholeNumber(0, mostReplicas), this));
    layout->addWidget(addField(tr("&Most replicas"), most, wholeNumber(1, mostReplicas), this));
}

QString AutoscalerForm::target() const
{
    const auto kind = session().value("/spec/scaleTargetRef/kind");
    const auto name = session().value("/spec/scaleTargetRef/name");
    return kind.is_string() && name.is_string() ? toQt(kind.get<std::string>() + " " + name.get<std::string>())
                                                : tr("its target");
}

QString AutoscalerForm::planTitle() const
{
    return tr("Let %1 choose from %2 to %3 replicas")
        .arg(toQt(session().object().describe()), toQt(session().value(fewest).dump()),
             toQt(session().value(most).dump()));
}

QStringList AutoscalerForm::warnings() const
{
    const auto least = session().value(fewest);
    return least == session().value(most) && !least.is_null()
               ? QStringList{tr("With equal limits nothing is scaled: the number is fixed.")}
               : QStringList();
}

} // namespace binnacle::widgets
