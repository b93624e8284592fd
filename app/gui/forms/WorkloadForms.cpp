// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/WorkloadForms.h"

#include "core/WhenFinished.h"
#include "gui/forms/FormHost.h"
#include "kube/Client.h"
#include "operations/ClaimFacts.h"
#include "operations/PodTemplates.h"
#include "widgets/forms/ClaimForm.h"
#include "widgets/forms/ResourcesForm.h"
#include "widgets/theme/Text.h"

#include <QCoreApplication>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(binnacle::gui::WorkloadForms)
};

void openContainers(FormHost &host, const kube::ObjectKey &workload)
{
    host.open(
        workload, {},
        [](operations::EditSession &edit, QWidget *parent) -> widgets::Form * {
            return new widgets::ResourcesForm(edit, parent);
        },
        Texts::tr("Containers of %1").arg(toQt(workload.describe())));
}

void openSize(FormHost &host, const kube::ObjectKey &claim)
{
    core::whenFinished(operations::claimFacts(host.client(), claim), &host,
                       [&host, claim](const core::Result<operations::ClaimFacts> &known) {
                           const auto facts = known ? *known : operations::ClaimFacts();
                           host.open(
                               claim, {},
                               [facts](operations::EditSession &edit, QWidget *parent) -> widgets::Form * {
                                   return new widgets::ClaimForm(edit, facts, parent);
                               },
                               Texts::tr("Grow %1").arg(toQt(claim.describe())),
                               facts.refusal.empty() ? QString() : toQt(facts.refusal + "."));
                       });
}

} // namespace

std::vector<FormAction> workloadForms()
{
    const QString group = Texts::tr("Change the selected thing");
    return {{{u"containers"_s,
              group,
              Texts::tr("Images and resources…"),
              {QKeySequence(u"Ctrl+I"_s)},
              u"object"_s,
              Texts::tr("Changes the image, requests and limits of its containers")},
             [](const core::GroupKind &kind) { return !operations::podSpecPath(kind).empty(); },
             Texts::tr("Only Deployments, StatefulSets, DaemonSets and CronJobs have containers that can be changed; "
                       "those of a Job are fixed once it is made."),
             "patch",
             openContainers},
            {{u"grow"_s,
              group,
              Texts::tr("Grow…"),
              {QKeySequence(u"Ctrl+Shift+G"_s)},
              u"object"_s,
              Texts::tr("Makes the volume larger, where its storage class allows that")},
             [](const core::GroupKind &kind) {
                 return kind == core::GroupKind{"", "PersistentVolumeClaim"};
             },
             Texts::tr("Only volume claims have a size."),
             "patch",
             openSize}};
}

} // namespace binnacle::gui
