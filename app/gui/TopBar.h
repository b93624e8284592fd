// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/ClusterSession.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace binnacle::gui {

/// Where one is: context, namespaces, how old the data is, and whether the cluster answers at all.
class TopBar : public QWidget
{
    Q_OBJECT

public:
    explicit TopBar(QWidget *parent = nullptr);

    void setContext(const QString &name, bool insecure);
    /// Shown once a cluster is chosen.
    void setReadOnly(bool readOnly);
    /// What is shown of the cluster; its button appears with the first.
    void setPicture(const QString &title);
    [[nodiscard]] QToolButton &pictureButton() const { return *m_picture; }
    void setNamespaces(const QStringList &names);
    void setConnection(Connection connection, std::optional<std::chrono::seconds> age, const QString &problem);
    [[nodiscard]] QToolButton &contextButton() const { return *m_context; }
    void addButton(QAction *action);

signals:
    /// Empty: all.
    void scopeChanged(const QString &nameSpace);
    void reconnectWanted();
    /// The operator asks for the other of read-only and changeable.
    void readOnlyPressed();
    void picturePressed();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QLabel *m_name;
    QToolButton *m_context;
    QToolButton *m_readOnly;
    QToolButton *m_picture;
    QComboBox *m_scope;
    QToolButton *m_connection;
    QLabel *m_age;
};

} // namespace binnacle::gui
