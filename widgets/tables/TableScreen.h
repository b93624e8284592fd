// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/ObjectReference.h"

#include <QWidget>

#include <optional>
#include <vector>

class QAbstractItemModel;
class QCheckBox;
class QLabel;
class QLineEdit;
class QMenu;
class QModelIndex;
class QTableView;
class QToolButton;

namespace binnacle::widgets {

class ObjectFilter;

/// A table of objects: filter lines for text and labels, faults only, column chooser, several rows at once, keyboard
/// throughout. What the rows are, its model says by items::ObjectRole.
class TableScreen : public QWidget
{
    Q_OBJECT

public:
    TableScreen(QAbstractItemModel &model, const QString &objectName, QWidget *parent = nullptr);

    void setTitle(const QString &title);
    /// Lays the columns out as the operator left them; `hidden` until then. Again after the model's columns changed.
    void setLayoutId(const QString &id, const QStringList &hidden = {});
    void sortBy(const QString &columnId, Qt::SortOrder order);
    /// For rows that have no labels.
    void hideLabelFilter();
    /// Shown by a right click or the menu key.
    void setContextActions(const QList<QAction *> &actions);

    [[nodiscard]] std::vector<kube::ObjectKey> selected() const;
    [[nodiscard]] std::optional<kube::ObjectKey> current() const;
    /// False: it is not among the rows that are shown.
    bool select(const kube::ObjectKey &key);
    /// The selected rows with their heading, as tab-separated values of the columns that are shown.
    [[nodiscard]] QString selectedText() const;
    /// What `/` does.
    void focusFilter();
    [[nodiscard]] QTableView &table() const { return *m_table; }

signals:
    /// Double click; Enter is an action of the window.
    void objectActivated();
    void selectionChanged();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildTable();
    void buildBar();
    void connectAll();
    void filterLabels(const QString &text);
    void fillColumnMenu();
    void showColumnMenu(const QPoint &globalPosition);
    void showContextMenu(const QPoint &position);
    void setColumnShown(int column, bool shown);
    void updateCount();
    [[nodiscard]] QString columnId(int column) const;
    [[nodiscard]] kube::ObjectKey keyOf(const QModelIndex &index) const;

    ObjectFilter *m_filter;
    QLineEdit *m_text;
    QLineEdit *m_labels;
    QCheckBox *m_faults;
    QToolButton *m_columnButton;
    QMenu *m_columnMenu;
    QLabel *m_title;
    QLabel *m_count;
    QTableView *m_table;
    QString m_layoutId;
    QList<QAction *> m_contextActions;
};

} // namespace binnacle::widgets
