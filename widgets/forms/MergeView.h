// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/FieldEdits.h"

#include <QWidget>

#include <vector>

class QTableWidget;

namespace binnacle::widgets {

/// Fields that somebody else changed while a form was open: what was seen, what is there now, what the operator wants;
/// for each the operator chooses. Theirs is chosen at first: nothing is overwritten by default.
class MergeView : public QWidget
{
    Q_OBJECT

public:
    explicit MergeView(QWidget *parent = nullptr);
    /// `hidden`: the values are nobody's business, only which fields they are of.
    void setConflicts(const std::vector<operations::FieldConflict> &conflicts, bool hidden = false);

signals:
    /// The paths whose value the operator keeps.
    void merged(const std::vector<std::string> &mine);

private:
    void giveChoicesRoom();

    QTableWidget *m_table;
    std::vector<std::string> m_paths;
};

} // namespace binnacle::widgets
