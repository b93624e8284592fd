// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/ScaleForms.h"

#include "core/WhenFinished.h"
#include "gui/forms/FormHost.h"
#include "kube/Client.h"
#include "operations/ReplicaFacts.h"
#include "widgets/forms/AutoscalerForm.h"
#include "widgets/forms/ScaleForm.h"
#include "widgets/theme/Text.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(binnacle::gui::ScaleForms)
};

const core::GroupKind autoscalerKind{"autoscaling", "HorizontalPodAutoscaler"};

bool isScalable(const core::GroupKind &kind)
{
    static const std::set<core::GroupKind> kinds{
        {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "ReplicaSet"}, autoscalerKind};
    return kinds.count(kind) > 0;
}

void openAutoscaler(FormHost &host, const kube::ObjectKey &autoscaler, const operations::ReplicaFacts &facts,
                    const QString &title)
{
    host.open(
        autoscaler, {},
        [facts](operations::EditSession &edit, QWidget *parent) -> widgets::Form * {
            return new widgets::AutoscalerForm(edit, facts, parent);
        },
        title);
}

void openForm(FormHost &host, const kube::ObjectKey &workload, const operations::ReplicaFacts &facts)
{
    const QString title = Texts::tr("Scale %1").arg(toQt(workload.describe()));
    if (facts.isAutoscaled())
        return openAutoscaler(host, *facts.autoscaler, facts, title);
    host.open(
        workload, "scale",
        [facts](operations::EditSession &edit, QWidget *parent) -> widgets::Form * {
            return new widgets::ScaleForm(edit, facts, parent);
        },
        title);
}

/// What an autoscaler scales; an empty name where that cannot be told.
kube::ObjectKey targetOf(const kube::ObjectKey &autoscaler, const core::Result<core::Json> &live)
{
    const auto target = live ? live->value("/spec/scaleTargetRef"_json_pointer, core::Json::object()) : core::Json();
    if (!target.is_object())
        return {};
    const auto version = target.value("apiVersion", "");
    const auto slash = version.find('/');
    return {{slash == std::string::npos ? "" : version.substr(0, slash), target.value("kind", "")},
            autoscaler.nameSpace,
            target.value("name", "")};
}

/// The form opens whatever is known about the number: what cannot be read is said when the form reads it itself.
void scaleTarget(FormHost &host, const kube::ObjectKey &autoscaler)
{
    const auto live = host.client()->get(autoscaler);
    core::whenFinished(live, &host, [&host, autoscaler](const core::Result<core::Json> &answer) {
        const QString title = Texts::tr("Scale with %1").arg(toQt(autoscaler.describe()));
        const auto target = targetOf(autoscaler, answer);
        if (target.name.empty())
            return openAutoscaler(host, autoscaler, {}, title);
        core::whenFinished(operations::replicaFacts(host.client(), target), &host,
                           [&host, autoscaler, title](const core::Result<operations::ReplicaFacts> &facts) {
                               openAutoscaler(host, autoscaler, facts ? *facts : operations::ReplicaFacts(), title);
                           });
    });
}

/// Whoever owns the number is asked for first: what another would set back at once is not offered.
void scale(FormHost &host, const kube::ObjectKey &object)
{
    if (object.kind == autoscalerKind)
        return scaleTarget(host, object);
    core::whenFinished(operations::replicaFacts(host.client(), object), &host,
                       [&host, object](const core::Result<operations::ReplicaFacts> &facts) {
                           if (facts && facts->owner && isScalable(facts->owner->kind))
                               return scale(host, *facts->owner);
                           openForm(host, object, facts ? *facts : operations::ReplicaFacts());
                       });
}

} // namespace

std::vector<FormAction> scaleForms()
{
    return {{{u"scale"_s,
              Texts::tr("Change the selected thing"),
              Texts::tr("Scale…"),
              {QKeySequence(u"Ctrl+S"_s)},
              u"components"_s,
              Texts::tr("Changes how many pods it has, or between which numbers its autoscaler chooses")},
             isScalable,
             Texts::tr("Only Deployments, StatefulSets, ReplicaSets and autoscalers have a number of replicas."),
             "patch",
             scale,
             {},
             [](const core::GroupKind &kind) { return std::string(kind == autoscalerKind ? "" : "scale"); }}};
}

} // namespace binnacle::gui
