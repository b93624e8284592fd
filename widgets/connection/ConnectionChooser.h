// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "items/ContextModel.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QSortFilterProxyModel;

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

    void setKubeconfig(std::vector<kube::ContextSummary> contexts, items::ContextModel::Marks marks,
                       const std::vector<core::Error> &problems);

signals:
    void contextChosen(const binnacle::core::ContextName &context);
    void demoChosen(const QString &scenario);

private:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void showSelected();
    /// Null: none.
    [[nodiscard]] const kube::ContextSummary *selected() const;
    void connectSelected();

    items::ContextModel *m_contexts;
    QSortFilterProxyModel *m_found;
    QLineEdit *m_search;
    QListView *m_list;
    QLabel *m_detail;
    QLabel *m_problems;
    QPushButton *m_connect;
};

} // namespace binnacle::widgets
