// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/RolloutForms.h"

#include "gui/forms/FormHost.h"
#include "operations/Rollouts.h"
#include "widgets/rollouts/RolloutDialog.h"

#include <QCoreApplication>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(binnacle::gui::RolloutForms)
};

void open(FormHost &host, const kube::ObjectKey &workload)
{
    auto *dialog = new widgets::RolloutDialog(host.runbookEnvironment({workload}), workload,
                                              host.forbidden("patch", workload), host.window());
    host.follow(dialog);
    host.show(dialog);
}

} // namespace

std::vector<FormAction> rolloutForms()
{
    return {{{u"rollouts"_s,
              Texts::tr("Change the selected thing"),
              Texts::tr("Rollouts…"),
              {QKeySequence(u"Ctrl+Shift+R"_s)},
              u"journal"_s,
              Texts::tr("Shows its revisions and what each would change; pauses, restarts and goes back")},
             operations::hasRevisions,
             Texts::tr("Only Deployments, StatefulSets and DaemonSets have a rollout."),
             "get",
             open}};
}

} // namespace binnacle::gui
