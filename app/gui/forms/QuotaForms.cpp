// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/QuotaForms.h"

#include "core/WhenFinished.h"
#include "gui/forms/FormHost.h"
#include "kube/Client.h"
#include "operations/QuotaEdits.h"
#include "operations/QuotaFacts.h"
#include "widgets/forms/LimitRangeForm.h"
#include "widgets/forms/QuotaForm.h"
#include "widgets/theme/Text.h"

#include <QCoreApplication>
#include <QInputDialog>

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(binnacle::gui::QuotaForms)
};

const core::GroupKind quotaKind{"", "ResourceQuota"};
const core::GroupKind rangeKind{"", "LimitRange"};

/// What quotas count, and the namespaces that have them.
bool isCounted(const core::GroupKind &kind)
{
    static const std::set<core::GroupKind> kinds{{"", "Namespace"},
                                                 {"", "Pod"},
                                                 {"", "PersistentVolumeClaim"},
                                                 {"", "Service"},
                                                 {"apps", "Deployment"},
                                                 {"apps", "StatefulSet"},
                                                 {"apps", "DaemonSet"},
                                                 {"apps", "ReplicaSet"},
                                                 {"batch", "Job"},
                                                 {"batch", "CronJob"},
                                                 quotaKind,
                                                 rangeKind};
    return kinds.count(kind) > 0;
}

core::Namespace nameSpaceOf(const kube::ObjectKey &object)
{
    return object.nameSpace.isEmpty() ? core::Namespace(object.name) : object.nameSpace;
}

template <typename SomeForm>
void giveFacts(FormHost &host, widgets::FormDialog *dialog, const core::Namespace &nameSpace)
{
    auto *form = qobject_cast<SomeForm *>(&dialog->form());
    core::whenFinished(operations::quotaFacts(host.client(), nameSpace), form,
                       [form](const core::Result<operations::QuotaFacts> &facts) {
                           if (facts)
                               form->setFacts(*facts);
                       });
}

/// The form for this object, or for one to be made.
template <typename SomeForm>
void openForm(FormHost &host, const kube::ObjectKey &object, bool isNew)
{
    const auto make = [](operations::EditSession &session, QWidget *parent) -> widgets::Form * {
        return new SomeForm(session, parent);
    };
    const bool isQuota = object.kind == quotaKind;
    widgets::FormDialog *dialog = nullptr;
    if (isNew)
        dialog = host.openNew(isQuota ? operations::newQuota(object) : operations::newLimitRange(object), object, make,
                              isQuota ? Texts::tr("New quota") : Texts::tr("New limit range"));
    else
        dialog = host.open(object, {}, make,
                           (isQuota ? Texts::tr("Quota %1") : Texts::tr("Limit range %1")).arg(toQt(object.name)));
    giveFacts<SomeForm>(host, dialog, object.nameSpace);
}

/// One of these, or a new one.
template <typename SomeForm>
void choose(FormHost &host, const kube::ObjectKey &fresh, const QStringList &names)
{
    auto *chooser = new QInputDialog(host.window());
    chooser->setObjectName(u"quotaChooser"_s);
    chooser->setWindowTitle(Texts::tr("Namespace %1").arg(toQt(fresh.nameSpace.value())));
    chooser->setLabelText(Texts::tr("There is more than one. Which?"));
    const QString another = Texts::tr("A new one…");
    chooser->setComboBoxItems(names + QStringList{another});
    QObject::connect(chooser, &QInputDialog::textValueSelected, &host, [&host, fresh, another](const QString &name) {
        kube::ObjectKey object = fresh;
        if (name != another)
            object.name = name.toStdString();
        openForm<SomeForm>(host, object, name == another);
    });
    host.show(chooser);
}

/// Of the namespace: the one that there is, the chosen one, or a new one.
template <typename SomeForm>
void openOf(FormHost &host, const kube::ObjectKey &subject, const core::GroupKind &kind, const char *freshName)
{
    if (subject.kind == kind) {
        openForm<SomeForm>(host, subject, false);
        return;
    }
    const kube::ObjectKey fresh{kind, nameSpaceOf(subject), freshName};
    core::whenFinished(host.client()->list(kind, fresh.nameSpace), &host,
                       [&host, fresh](const core::Result<core::Json> &list) {
                           if (!list) {
                               emit host.reported(toQt(list.error().describe()), true);
                               return;
                           }
                           QStringList names;
                           for (const auto &item : list->value("items", core::Json::array()))
                               names << toQt(item.value("/metadata/name"_json_pointer, ""));
                           if (names.size() > 1) {
                               choose<SomeForm>(host, fresh, names);
                               return;
                           }
                           kube::ObjectKey object = fresh;
                           if (!names.isEmpty())
                               object.name = names.front().toStdString();
                           openForm<SomeForm>(host, object, names.isEmpty());
                       });
}

} // namespace

std::vector<FormAction> quotaForms()
{
    const QString group = Texts::tr("Change the selected thing");
    const QString otherwise = Texts::tr("Only what lives in a namespace is limited by one.");
    return {{{u"quota"_s,
              group,
              Texts::tr("Quota of the namespace…"),
              {QKeySequence(u"Q"_s)},
              u"components"_s,
              Texts::tr("Shows what is used of the quota, and changes or makes one")},
             isCounted,
             otherwise,
             "get",
             [](FormHost &host, const kube::ObjectKey &subject) {
                 openOf<widgets::QuotaForm>(host, subject, quotaKind, "quota");
             }},
            {{u"limits"_s,
              group,
              Texts::tr("Limit range of the namespace…"),
              {QKeySequence(u"Shift+Q"_s)},
              u"components"_s,
              Texts::tr("Changes what containers, pods and claims may ask for, and get when they do not say")},
             isCounted,
             otherwise,
             "get",
             [](FormHost &host, const kube::ObjectKey &subject) {
                 openOf<widgets::LimitRangeForm>(host, subject, rangeKind, "limits");
             }}};
}

} // namespace binnacle::gui
