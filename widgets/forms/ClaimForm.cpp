// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/ClaimForm.h"

#include "core/FieldPath.h"
#include "widgets/theme/Text.h"

#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

constexpr const char *sizePath = "/spec/resources/requests/storage";
constexpr const char *capacity = "/status/capacity/storage";

std::string textAt(const core::Json &object, const char *pointer)
{
    const auto path = core::FieldPath::parse(pointer);
    const auto value = path ? path->valueIn(object) : core::Json();
    return value.is_string() ? value.get<std::string>() : std::string();
}

} // namespace

ClaimForm::ClaimForm(operations::EditSession &session, operations::ClaimFacts facts, QWidget *parent)
    : Form(session, parent), m_facts(std::move(facts)), m_size(nullptr)
{
    auto format = typedAmount(core::Amount::Bytes);
    format.fromText = [this](const QString &text) { return sizeFrom(text); };
    m_size = addField(tr("Si&ze"), sizePath, std::move(format), this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_size);
}

core::Result<core::Json> ClaimForm::sizeFrom(const QString &text) const
{
    const auto wanted = core::typedQuantity(text.trimmed().toStdString(), core::Amount::Bytes);
    if (!wanted)
        return core::fail(wanted.error());
    const auto now = textAt(session().base(), sizePath);
    const auto has = core::Quantity::parse(now);
    if (has && *wanted < *has)
        return core::fail(core::ErrorKind::Usage,
                          tr("a volume can only grow, and it is %1 now").arg(toQt(now)).toStdString());
    return core::Json(has && *wanted == *has ? now : wanted->canonical());
}

void ClaimForm::showValues()
{
    const auto has = textAt(session().base(), capacity);
    m_size->setHint(has.empty() ? QString() : tr("has %1, class %2").arg(toQt(has), toQt(m_facts.storageClass)));
    Form::showValues();
}

QString ClaimForm::planTitle() const
{
    return tr("Grow %1 to %2").arg(toQt(session().object().describe()), toQt(textAt(session().edited(), sizePath)));
}

QStringList ClaimForm::warnings() const
{
    QStringList all;
    if (session().edit().fields.empty())
        return all;
    for (const auto &warning : operations::growthWarnings(m_facts))
        all << toQt(warning + ".");
    return all;
}

} // namespace binnacle::widgets
