// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace binnacle::widgets {

/// Rows whose name, namespace, reason or a label contain the text; "faults only" leaves what is not healthy.
class ObjectFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit ObjectFilter(QObject *parent = nullptr);

    void setText(const QString &text);
    void setFaultsOnly(bool on);

protected:
    [[nodiscard]] bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;

private:
    QString m_text;
    bool m_faultsOnly = false;
};

} // namespace binnacle::widgets
