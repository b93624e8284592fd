// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Random.h"
#include "widgets/forms/FormDialog.h"

namespace binnacle::cluster {
class Store;
}

namespace binnacle::gui {

class ClusterSession;

/// What the forms of one connection work with: the cluster, the user's permissions, the journal, and the window that
/// their dialogs belong to. Destroyed when the connection goes; the dialogs close with it.
class FormHost : public QObject
{
    Q_OBJECT

public:
    struct Environment
    {
        const core::Clock *clock = nullptr;
        core::Random *random = nullptr;
        std::filesystem::path journal;
        QWidget *window = nullptr; ///< of the dialogs
    };

    /// The session outlives the host.
    FormHost(const Environment &environment, ClusterSession &session, QObject *parent = nullptr);
    ~FormHost() override;

    [[nodiscard]] ClusterSession &session() const { return m_session; }
    [[nodiscard]] QWidget *window() const { return m_environment.window; }
    [[nodiscard]] std::shared_ptr<kube::Client> client() const;
    /// Of a runbook on these objects. Its gates are judged from the window's store where that watches all of them; for
    /// anything else the runbook watches by itself.
    [[nodiscard]] widgets::DeployController::Environment
    runbookEnvironment(const std::vector<kube::ObjectKey> &objects) const;
    /// Why this user may not do it; empty: may, or it is not known.
    [[nodiscard]] QString forbidden(const std::string &verb, const kube::ObjectKey &object,
                                    const std::string &subresource = {}) const;

    /// Shows a form for the object, or for a sub-resource of it. The dialog does not block and deletes itself.
    /// `whyNot`: what else than permissions forbids the change; empty: nothing.
    widgets::FormDialog *open(const kube::ObjectKey &object, const std::string &subresource,
                              const widgets::FormDialog::MakeForm &make, const QString &title,
                              const QString &whyNot = {});
    /// Shows a form for an object that does not exist yet, and begins as `object`.
    widgets::FormDialog *openNew(core::Json object, const kube::ObjectKey &key,
                                 const widgets::FormDialog::MakeForm &make, const QString &title);
    /// Hands on what a dialog with the signals progressed(QString) and ended(QString, bool) says of its runbook.
    template <typename Runner>
    void follow(Runner *runner)
    {
        connect(runner, &Runner::progressed, this, &FormHost::activityChanged);
        connect(runner, &Runner::ended, this, &FormHost::runbookEnded);
    }
    /// Shows a dialog that is no form of fields. It deletes itself when closed, and closes when the connection goes.
    void show(QDialog *dialog);

signals:
    /// What runs now and what it waits for; empty: nothing.
    void activityChanged(const QString &line);
    void reported(const QString &text, bool failed);

private:
    void runbookEnded(const QString &text, bool failed);
    widgets::FormDialog *open(std::unique_ptr<operations::EditSession> session, const QString &denied,
                              const widgets::FormDialog::MakeForm &make, const QString &title, const QString &whyNot);

    Environment m_environment;
    ClusterSession &m_session;
};

} // namespace binnacle::gui
