// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/AutoscalerForm.h"

#include "widgets/forms/ScaleForm.h"
#include "widgets/theme/Text.h"

#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

using Target = operations::AutoscalerMetric::Target;

constexpr const char *fewest = "/spec/minReplicas";
constexpr const char *most = "/spec/maxReplicas";
constexpr int mostReplicas = 100'000;
constexpr int mostPercent = 100'000;
constexpr int longestWindow = 3600; ///< seconds, by the API
constexpr int firstPercent = 80;    ///< of a metric that is added

QString nameOf(const operations::AutoscalerMetric &metric)
{
    const QString name = toQt(metric.name);
    switch (metric.target) {
    case Target::Utilization:
        return AutoscalerForm::tr("%1, % of request").arg(name);
    case Target::AverageValue:
        return AutoscalerForm::tr("%1, a pod").arg(name);
    case Target::Value:
        return AutoscalerForm::tr("%1, in all").arg(name);
    }
    return name;
}

/// Targets that are no percentage are quantities of whatever the metric counts.
FieldFormat formatOf(const operations::AutoscalerMetric &metric)
{
    if (metric.target == Target::Utilization)
        return wholeNumber(1, mostPercent);
    auto format = plainText();
    format.fromText = [](const QString &text) -> core::Result<core::Json> {
        const auto quantity = core::Quantity::parse(text.trimmed().toStdString());
        if (!quantity)
            return core::fail(quantity.error());
        return core::Json(quantity->canonical());
    };
    return format;
}

FieldFormat policiesFormat()
{
    return {[](const core::Json &value) { return toQt(operations::policiesText(value)); },
            [](const QString &text) { return operations::policiesFrom(text.toStdString()); }};
}

} // namespace

AutoscalerForm::AutoscalerForm(operations::EditSession &session, operations::ReplicaFacts facts, QWidget *parent)
    : Form(session, parent), m_facts(std::move(facts)), m_note(new QLabel(this))
{
    m_note->setObjectName(QStringLiteral("autoscalerNote"));
    m_note->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_note);
    layout->addWidget(addField(tr("&Fewest replicas"), fewest, wholeNumber(0, mostReplicas), this));
    layout->addWidget(addField(tr("&Most replicas"), most, wholeNumber(1, mostReplicas), this));
    buildMetrics(*layout);
    buildBehavior(*layout);
}

void AutoscalerForm::buildMetrics(QVBoxLayout &layout)
{
    auto *group = new QGroupBox(tr("Metrics"), this);
    m_metrics = new QVBoxLayout(group);
    auto *buttons = new QHBoxLayout;
    for (const auto &[resource, text] : {std::pair{"cpu", tr("A&dd CPU")}, std::pair{"memory", tr("Add m&emory")}}) {
        auto *button = new QPushButton(text, group);
        button->setObjectName(QStringLiteral("addMetric_%1").arg(QLatin1String(resource)));
        button->setAutoDefault(false);
        m_add[resource] = button;
        buttons->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, name = std::string(resource)] {
            setMetric(operations::resourceMetricPath(name), operations::utilizationMetric(name, firstPercent));
        });
    }
    buttons->addStretch();
    m_metrics->addLayout(buttons);
    layout.addWidget(group);
}

void AutoscalerForm::buildBehavior(QVBoxLayout &layout)
{
    auto *group = new QGroupBox(tr("How fast"), this);
    auto *rows = new QVBoxLayout(group);
    const QStringList selections{QStringLiteral("Max"), QStringLiteral("Min"), QStringLiteral("Disabled")};
    for (const auto &[direction, way, shortcut] :
         {std::tuple{"scaleUp", tr("up"), true}, std::tuple{"scaleDown", tr("down"), false}}) {
        const std::string path = std::string("/spec/behavior/") + direction;
        auto *window = addField(shortcut ? tr("Wait before scaling u&p") : tr("Wait before scaling d&own"),
                                path + "/stabilizationWindowSeconds", optionalNumber(0, longestWindow), group);
        window->setHint(tr("seconds"));
        auto *policies = addField(tr("Steps %1").arg(way), path + "/policies", policiesFormat(), group);
        policies->editor()->setPlaceholderText(tr("100 % / 15 s, 4 pods / 15 s"));
        auto *select = addField(tr("Of several steps %1").arg(way), path + "/selectPolicy", oneOf(selections), group);
        select->editor()->setPlaceholderText(tr("Max, Min or Disabled"));
        for (auto *row : {window, policies, select})
            rows->addWidget(row);
    }
    layout.addWidget(group);
}

void AutoscalerForm::showNote()
{
    QString text = tr("This autoscaler owns the number of %1: a number set by hand would not last, so its limits are "
                      "edited here.")
                       .arg(target());
    const auto version = session().base().is_object() ? session().base().value("apiVersion", "") : std::string();
    if (version == "autoscaling/v1")
        text +=
            QLatin1Char(' ') + tr("This server shows no more of it than its limits: metrics cannot be edited here.");
    else if (version == "autoscaling/v2beta2")
        text += QLatin1Char(' ') +
                tr("This server is of before Kubernetes 1.23: metrics of single containers may not be available.");
    m_note->setText(text);
}

void AutoscalerForm::showValues()
{
    showNote();
    showMetrics();
    Form::showValues();
}

void AutoscalerForm::showMetrics()
{
    const auto metrics = operations::metricsOf(session().edited());
    std::map<std::string, const operations::AutoscalerMetric *> wanted;
    for (const auto &metric : metrics)
        wanted[metric.path] = &metric;
    for (auto row = m_rows.begin(); row != m_rows.end();) {
        if (wanted.contains(row->first)) {
            ++row;
            continue;
        }
        removeField(row->second.field);
        row->second.line->hide();
        row->second.line->deleteLater();
        row = m_rows.erase(row);
    }
    for (const auto &metric : metrics) {
        if (!m_rows.contains(metric.path))
            addMetricRow(metric);
    }
    for (const auto &[resource, button] : m_add)
        button->setVisible(session().value(operations::resourceMetricPath(resource)).is_null());
}

void AutoscalerForm::addMetricRow(const operations::AutoscalerMetric &metric)
{
    auto *line = new QWidget(this);
    auto *field = addField(nameOf(metric), metric.path, formatOf(metric), line);
    auto *remove = new QPushButton(tr("Remove"), line);
    remove->setObjectName(QStringLiteral("removeMetric_%1").arg(toQt(metric.name)));
    remove->setAccessibleName(tr("Remove the metric %1").arg(toQt(metric.name)));
    remove->setAutoDefault(false);
    connect(remove, &QPushButton::clicked, this, [this, element = metric.element] { setMetric(element, nullptr); });
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(field, 1);
    layout->addWidget(remove);
    m_metrics->insertWidget(m_metrics->count() - 1, line); // above the buttons
    m_rows[metric.path] = {line, field};
}

void AutoscalerForm::setMetric(const std::string &path, const core::Json &value)
{
    if (session().set(path, value))
        showValues();
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
    const auto edit = session().edit();
    const bool limits = std::any_of(edit.fields.begin(), edit.fields.end(), [](const auto &field) {
        return field.path == std::string_view(fewest) || field.path == std::string_view(most);
    });
    if (!limits && !edit.fields.empty())
        return tr("Change how %1 scales").arg(toQt(session().object().describe()));
    return tr("Let %1 choose from %2 to %3 replicas")
        .arg(toQt(session().object().describe()), toQt(session().value(fewest).dump()),
             toQt(session().value(most).dump()));
}

QStringList AutoscalerForm::warnings() const
{
    const auto least = session().value(fewest);
    const std::string idle = operations::idleWarning(m_facts);
    QStringList all = idle.empty() ? replicaWarnings(m_facts, least) : QStringList{toQt(idle + ".")};
    if (least == session().value(most) && !least.is_null())
        all << tr("With equal limits nothing is scaled: the number is fixed.");
    return all;
}

} // namespace binnacle::widgets
