// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <QSortFilterProxyModel>

#include <memory>

namespace binnacle::widgets {

/// Rows of any table of objects that hold the text, whose labels the selector selects, and, when only faults are
/// wanted, that are not well.
class ObjectFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit ObjectFilter(QObject *parent = nullptr);
    ~ObjectFilter() override;

    void setText(const QString &text);
    /// A LabelSelector of the API; nullptr: all.
    void setLabels(std::shared_ptr<const core::Json> selector);
    void setFaultsOnly(bool on);

protected:
    [[nodiscard]] bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;

private:
    QString m_text;
    std::shared_ptr<const core::Json> m_labels;
    bool m_faultsOnly = false;
};

} // namespace binnacle::widgets
