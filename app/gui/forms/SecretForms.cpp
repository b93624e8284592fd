// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/SecretForms.h"

#include "gui/ClusterSession.h"
#include "gui/forms/FormHost.h"
#include "kube/Client.h"
#include "operations/ConfigData.h"
#include "widgets/actions/ObjectRunbook.h"
#include "widgets/secrets/ConfigDataForm.h"
#include "widgets/secrets/SecretCreateDialog.h"
#include "widgets/theme/Text.h"

#include <QCoreApplication>
#include <QScreen>

#include <nlohmann/json.hpp>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(binnacle::gui::SecretForms)
};

void restart(FormHost &host, const std::vector<kube::ObjectKey> &workloads)
{
    auto *runbook = new widgets::ObjectRunbook(host.runbookEnvironment(workloads), host.window(), &host);
    host.follow(runbook);
    QObject::connect(runbook, &widgets::ObjectRunbook::ended, runbook, &QObject::deleteLater);
    runbook->restart(workloads);
}

void editKeys(FormHost &host, const kube::ObjectKey &object)
{
    const auto environment = host.runbookEnvironment({object});
    widgets::ConfigDataForm::Context context{environment.client, environment.target, environment.clock,
                                             environment.random, environment.journal};
    auto *dialog = host.open(
        object, {},
        [&host, context](operations::EditSession &session, QWidget *parent) -> widgets::Form * {
            auto *form = new widgets::ConfigDataForm(session, context, parent);
            QObject::connect(form, &widgets::ConfigDataForm::restartWanted, &host,
                             [&host](const std::vector<kube::ObjectKey> &workloads) { restart(host, workloads); });
            return form;
        },
        Texts::tr("Keys of %1").arg(toQt(object.describe())));
    dialog->resize(QSize(880, 760).boundedTo(dialog->screen()->availableGeometry().size() * 9 / 10));
}

void create(FormHost &host, const kube::ObjectKey &object)
{
    auto *dialog = new widgets::SecretCreateDialog(host.runbookEnvironment({}),
                                                   QStringList{toQt(object.nameSpace.value())}, host.window());
    host.follow(dialog);
    host.show(dialog);
}

} // namespace

std::vector<FormAction> secretForms()
{
    const QString group = Texts::tr("Change the selected thing");
    return {{{u"keys"_s,
              group,
              Texts::tr("Keys and values…"),
              {QKeySequence(u"V"_s)},
              u"secret"_s,
              Texts::tr("Changes keys of a Secret or config map, and shows what uses them")},
             operations::isConfigKind,
             Texts::tr("Only Secrets and config maps have keys."),
             "patch",
             editKeys},
            {{u"newSecret"_s,
              group,
              Texts::tr("New Secret or config map…"),
              {},
              u"secret"_s,
              Texts::tr("Makes a Secret of a type, or a config map, in the namespace of the selected one")},
             operations::isConfigKind,
             Texts::tr("Select a Secret or config map of the namespace first."),
             "create",
             create}};
}

} // namespace binnacle::gui
