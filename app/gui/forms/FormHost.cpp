// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forms/FormHost.h"

#include "gui/ClusterSession.h"
#include "widgets/theme/Text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::gui {

FormHost::FormHost(const Environment &environment, ClusterSession &session, QObject *parent)
    : QObject(parent), m_environment(environment), m_session(session)
{
}

FormHost::~FormHost() = default;

std::shared_ptr<kube::Client> FormHost::client() const
{
    return m_session.client();
}

widgets::DeployController::Environment FormHost::runbookEnvironment(const std::vector<kube::ObjectKey> &objects) const
{
    widgets::DeployController::Environment environment;
    environment.client = m_session.client();
    environment.clock = m_environment.clock;
    environment.random = m_environment.random;
    environment.target = {m_session.context(), m_session.client()->transport().server(), {}};
    environment.journal = m_environment.journal;
    const bool watched = !objects.empty() && std::all_of(objects.begin(), objects.end(), [this](const auto &key) {
        return m_session.store().feedFor(key.kind, key.nameSpace) != nullptr;
    });
    environment.store = watched ? &m_session.store() : nullptr;
    return environment;
}

QString FormHost::forbidden(const std::string &verb, const kube::ObjectKey &object,
                            const std::string &subresource) const
{
    const cluster::Permission permission = m_session.may(verb, object, subresource);
    return permission.isDenied() ? widgets::toQt(permission.why) : QString();
}

widgets::FormDialog *FormHost::open(const kube::ObjectKey &object, const std::string &subresource,
                                    const widgets::FormDialog::MakeForm &make, const QString &title,
                                    const QString &whyNot)
{
    return open(std::make_unique<operations::EditSession>(client(), object, subresource),
                forbidden("patch", object, subresource), make, title, whyNot);
}

widgets::FormDialog *FormHost::openNew(core::Json object, const kube::ObjectKey &key,
                                       const widgets::FormDialog::MakeForm &make, const QString &title)
{
    auto session = std::make_unique<operations::EditSession>(client(), key);
    session->create(std::move(object));
    return open(std::move(session), forbidden("create", key), make, title, {});
}

widgets::FormDialog *FormHost::open(std::unique_ptr<operations::EditSession> session, const QString &denied,
                                    const widgets::FormDialog::MakeForm &make, const QString &title,
                                    const QString &whyNot)
{
    const kube::ObjectKey object = session->object();
    auto *dialog = new widgets::FormDialog(runbookEnvironment({object}), std::move(session), make, title,
                                           denied.isEmpty() ? whyNot : denied, window());
    follow(dialog);
    show(dialog);
    return dialog;
}

void FormHost::runbookEnded(const QString &text, bool failed)
{
    emit activityChanged({});
    if (!text.isEmpty())
        emit reported(text, failed);
}

void FormHost::show(QDialog *dialog)
{
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(this, &QObject::destroyed, dialog, &QWidget::close);
    dialog->show();
}

} // namespace binnacle::gui
