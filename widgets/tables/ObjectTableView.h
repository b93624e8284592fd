// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "items/ObjectTableModel.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QTableView;

namespace binnacle::widgets {

class ObjectFilter;

/// The table of one kind: filter line, faults only, column chooser on the header, keyboard throughout.
class ObjectTableView : public QWidget
{
    Q_OBJECT

public:
    explicit ObjectTableView(const cluster::Store &store, QWidget *parent = nullptr);

    void show(const core::GroupKind &kind, const std::set<core::Namespace> &nameSpaces = {});
    using QWidget::show;
    [[nodiscard]] std::vector<kube::ObjectKey> selected() const;
    void select(const kube::ObjectKey &key);
    /// What `/` does.
    void focusFilter();

signals:
    void objectSelected(const binnacle::kube::ObjectKey &key);
    /// Enter or double click.
    void objectActivated(const binnacle::kube::ObjectKey &key);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void chooseColumns(const QPoint &where);
    void updateCount();
    void sizeColumns();
    [[nodiscard]] const kube::ObjectKey &keyOf(const QModelIndex &proxyIndex) const;

    items::ObjectTableModel *m_model;
    ObjectFilter *m_filter;
    QLineEdit *m_text;
    QCheckBox *m_faults;
    QLabel *m_title;
    QLabel *m_count;
    QTableView *m_table;
};

} // namespace binnacle::widgets
