// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/ForwardForms.h"

#include "core/WhenFinished.h"
#include "gui/ClusterSession.h"
#include "gui/forms/FormHost.h"
#include "gui/forward/ForwardService.h"
#include "kube/Client.h"
#include "widgets/forward/ForwardDialog.h"
#include "widgets/theme/Text.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(binnacle::gui::ForwardForms)
};

void openDialog(FormHost &host, const kube::ObjectKey &target)
{
    auto *dialog = new widgets::ForwardDialog(target, host.window());
    QObject::connect(dialog, &QDialog::accepted, &host, [&host, dialog] {
        host.session().forwards().ask(dialog->requests(), dialog->isToBeSaved(), dialog->startsOnConnect());
    });
    core::whenFinished(host.client()->get(target), dialog, [dialog, target](const core::Result<core::Json> &object) {
        if (object)
            dialog->setPorts(forward::offeredPorts(target.kind, *object));
        else
            dialog->setProblem(
                Texts::tr("Its ports could not be read: %1").arg(widgets::toQt(object.error().describe())));
    });
    host.show(dialog);
}

} // namespace

std::vector<FormAction> forwardForms()
{
    return {{{u"forward"_s,
              Texts::tr("Selected thing"),
              Texts::tr("Forward a port…"),
              {QKeySequence(u"F"_s)},
              u"connect"_s,
              Texts::tr("Opens a port of this computer that leads to its pods")},
             forward::canForwardTo,
             Texts::tr("Only Pods, Services, Deployments, StatefulSets and DaemonSets can be forwarded to."),
             "get",
             openDialog}};
}

} // namespace binnacle::gui
