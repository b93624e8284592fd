// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "items/ObjectTableModel.h"
#include "widgets/tables/TableScreen.h"

namespace binnacle::widgets {

/// The table of one kind.
class ObjectTableView : public TableScreen
{
    Q_OBJECT

public:
    explicit ObjectTableView(const cluster::Store &store, QWidget *parent = nullptr);

    void show(const core::GroupKind &kind, const QString &title, const std::set<core::Namespace> &nameSpaces = {});
    using QWidget::show;

private:
    explicit ObjectTableView(items::ObjectTableModel *model, QWidget *parent);

    items::ObjectTableModel *m_model;
};

} // namespace binnacle::widgets
