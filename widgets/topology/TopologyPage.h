// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/topology/TopologyView.h"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QToolButton;

namespace binnacle::widgets {

/// The overview screen: the picture with its search, state filter, zoom and export.
class TopologyPage : public QWidget
{
    Q_OBJECT

public:
    explicit TopologyPage(QWidget *parent = nullptr);

    void setTopology(const QString &title, const stack::Topology &topology, const CardDetails &details);
    /// Empty: current. Else since when it is not, for the picture and the chips.
    void setStale(const QString &why);
    [[nodiscard]] TopologyView &view() const { return *m_view; }
    /// What `/` does.
    void focusSearch();
    void exportPicture();

private:
    void addStateChips(QHBoxLayout &row);
    void addTools(QHBoxLayout &row);
    QToolButton *addTool(QHBoxLayout &row, const QString &name, const QString &icon, const QString &text);
    void applyFilter();
    void updateChips();

    TopologyView *m_view;
    QLabel *m_title;
    QLabel *m_summary;
    QLineEdit *m_search;
    std::map<cluster::HealthState, int> m_counts;
    std::map<cluster::HealthState, QToolButton *> m_chips;
};

} // namespace binnacle::widgets
