// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Kubeconfig.h"

#include <QDialog>

class QLabel;
class QListView;
class QPushButton;

namespace binnacle::items {
class ContextModel;
}

namespace binnacle::widgets {

/// Where to connect: the demo cluster, or a context of the kubeconfigs. A context that cannot be used stays in the list
/// and says why; the others are not affected.
class ConnectionChooser : public QDialog
{
    Q_OBJECT

public:
    struct Scenario
    {
        QString id;
        QString title;
    };

    explicit ConnectionChooser(std::vector<Scenario> scenarios, QWidget *parent = nullptr);

    void setKubeconfig(std::vector<kube::ContextSummary> contexts, const std::vector<core::Error> &problems);

signals:
    void contextChosen(const binnacle::core::ContextName &context);
    void demoChosen(const QString &scenario);

private:
    void showSelected();
    void connectSelected();

    items::ContextModel *m_contexts;
    QListView *m_list;
    QLabel *m_detail;
    QLabel *m_problems;
    QPushButton *m_connect;
};

} // namespace binnacle::widgets
