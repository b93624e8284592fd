// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/ResourcesForm.h"

#include "widgets/theme/Text.h"

#include <QGroupBox>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

QString resourceName(const operations::ContainerResource &resource)
{
    if (resource.name == "cpu")
        return ResourcesForm::tr("CPU");
    if (resource.name == "memory")
        return ResourcesForm::tr("Memory");
    return toQt(resource.name);
}

QString exampleOf(core::Amount amount)
{
    switch (amount) {
    case core::Amount::Cores:
        return ResourcesForm::tr("not set; 500m, 2 cores");
    case core::Amount::Bytes:
        return ResourcesForm::tr("not set; 512Mi, 1.5 GiB");
    case core::Amount::Count:
        break;
    }
    return ResourcesForm::tr("not set");
}

/// An empty image is no image: it cannot be removed.
FieldFormat imageFormat()
{
    auto format = plainText();
    format.fromText = [](const QString &text) -> core::Result<core::Json> {
        if (text.trimmed().isEmpty())
            return core::fail(core::ErrorKind::Usage, ResourcesForm::tr("an image is needed").toStdString());
        return core::Json(text.trimmed().toStdString());
    };
    return format;
}

} // namespace

ResourcesForm::ResourcesForm(operations::EditSession &session, QWidget *parent)
    : Form(session, parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
}

void ResourcesForm::addContainer(const operations::ContainerFields &container)
{
    auto *group =
        new QGroupBox((container.init ? tr("Init container %1") : tr("Container %1")).arg(toQt(container.name)), this);
    auto *rows = new QVBoxLayout(group);
    rows->addWidget(addField(tr("Image"), container.image, imageFormat(), group));
    for (const auto &resource : container.resources) {
        const QString name = resourceName(resource);
        auto *request = addField(tr("%1 request").arg(name), resource.request, typedAmount(resource.amount), group);
        auto *limit = addField(tr("%1 limit").arg(name), resource.limit, typedAmount(resource.amount), group);
        for (auto *row : {request, limit}) {
            row->editor()->setPlaceholderText(exampleOf(resource.amount));
            row->editor()->setAccessibleName(tr("%1 of %2").arg(row->editor()->accessibleName(), toQt(container.name)));
            rows->addWidget(row);
        }
        m_pairs.push_back({resource, request});
    }
    m_layout->addWidget(group);
}

void ResourcesForm::showValues()
{
    // The containers are known once the object is; a merge keeps them, as they are picked by name.
    if (m_pairs.empty() && session().base().is_object()) {
        for (const auto &container : operations::containersOf(session().object().kind, session().base()))
            addContainer(container);
    }
    Form::showValues();
}

QString ResourcesForm::excess(const Pair &pair) const
{
    const auto request = session().value(pair.resource.request);
    const auto limit = session().value(pair.resource.limit);
    if (!request.is_string() || !limit.is_string())
        return {};
    const auto wanted = core::Quantity::parse(request.get<std::string>());
    const auto allowed = core::Quantity::parse(limit.get<std::string>());
    return wanted && allowed && *wanted > *allowed ? tr("more than the limit of %1").arg(toQt(limit.get<std::string>()))
                                                   : QString();
}

QStringList ResourcesForm::showProblems(const std::vector<operations::FieldProblem> &problems)
{
    auto homeless = Form::showProblems(problems);
    for (const auto &pair : m_pairs) {
        if (const QString text = excess(pair); !text.isEmpty() && !pair.request->isUnreadable())
            pair.request->setProblem(text);
    }
    return homeless;
}

bool ResourcesForm::isUnreadable() const
{
    return Form::isUnreadable() ||
           std::any_of(m_pairs.begin(), m_pairs.end(), [this](const Pair &pair) { return !excess(pair).isEmpty(); });
}

QString ResourcesForm::planTitle() const
{
    return tr("Change containers of %1").arg(toQt(session().object().describe()));
}

QStringList ResourcesForm::warnings() const
{
    if (session().edit().fields.empty())
        return {};
    if (session().object().kind.kind == "CronJob")
        return {tr("Jobs that run already keep what they have; the next one gets this.")};
    const bool paused = session().value("/spec/paused") == true;
    return {paused ? tr("Its rollout is paused: pods get this when it is resumed.")
                   : tr("All its pods are replaced, one after another, as its strategy says.")};
}

} // namespace binnacle::widgets
