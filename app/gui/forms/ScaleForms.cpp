// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/ScaleForms.h"

#include "core/WhenFinished.h"
#include "gui/forms/FormHost.h"
#include "kube/Client.h"
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

bool isScalable(const core::GroupKind &kind)
{
    static const std::set<core::GroupKind> kinds{
        {"apps", "Deployment"}, {"apps", "StatefulSet"}, {"apps", "ReplicaSet"}};
    return kinds.count(kind) > 0;
}

/// The autoscaler that sets the number of this workload, or the workload itself.
kube::ObjectKey ownerOfNumber(const kube::ObjectKey &workload, const core::Json &autoscalers)
{
    for (const core::Json &autoscaler : autoscalers) {
        const auto target = autoscaler.value("/spec/scaleTargetRef"_json_pointer, core::Json::object());
        if (target.value("kind", "") == workload.kind.kind && target.value("name", "") == workload.name)
            return {{"autoscaling", "HorizontalPodAutoscaler"},
                    workload.nameSpace,
                    autoscaler.value("/metadata/name"_json_pointer, "")};
    }
    return workload;
}

void openForm(FormHost &host, const kube::ObjectKey &workload, const core::Json &autoscalers)
{
    const kube::ObjectKey object = ownerOfNumber(workload, autoscalers);
    const bool own = object == workload;
    host.open(
        object, own ? "scale" : "",
        [own](operations::EditSession &edit, QWidget *parent) -> widgets::Form * {
            if (own)
                return new widgets::ScaleForm(edit, parent);
            return new widgets::AutoscalerForm(edit, parent);
        },
        Texts::tr("Scale %1").arg(toQt(workload.describe())));
}

/// Whoever owns the number is asked for first: what another would set back at once is not offered.
void scale(FormHost &host, const kube::ObjectKey &workload)
{
    core::whenFinished(host.client()->list({"autoscaling", "HorizontalPodAutoscaler"}, workload.nameSpace), &host,
                       [&host, workload](const core::Result<core::Json> &autoscalers) {
                           const bool known = autoscalers && autoscalers->contains("items");
                           openForm(host, workload, known ? (*autoscalers)["items"] : core::Json::array());
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
             Texts::tr("Only Deployments, StatefulSets and ReplicaSets have a number of replicas."),
             "patch",
             scale}};
}

} // namespace binnacle::gui
