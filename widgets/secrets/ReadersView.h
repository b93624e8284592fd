// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/ConfigReaders.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace binnacle::widgets {

/// Where the keys of a Secret or config map are used, and which pods still have an old value.
class ReadersView : public QWidget
{
    Q_OBJECT

public:
    explicit ReadersView(QWidget *parent = nullptr);
    void setReaders(const core::Result<operations::ConfigReaders> &readers);

signals:
    /// Exactly those whose pods have an old value.
    void restartWanted(const std::vector<binnacle::kube::ObjectKey> &workloads);

private:
    QTreeWidget *m_table;
    QLabel *m_stale;
    QPushButton *m_restart;
    std::vector<kube::ObjectKey> m_workloads;
};

} // namespace binnacle::widgets
