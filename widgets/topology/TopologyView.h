// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/topology/ScenePainter.h"

#include <QPointF>
#include <QTimer>
#include <QVariantAnimation>
#include <QWidget>

namespace binnacle::widgets {

/// The living picture: pans, zooms, selects. Repaints only when something changes; nothing ticks while all is well.
class TopologyView : public QWidget
{
    Q_OBJECT

public:
    explicit TopologyView(QWidget *parent = nullptr);

    /// Positions that are the same do not move; others move in a short animation.
    void setTopology(const stack::Topology &topology, const CardDetails &details = {});
    [[nodiscard]] const Scene &scene() const { return m_target; }
    [[nodiscard]] const std::string &selected() const { return m_selected; }
    [[nodiscard]] double scale() const { return m_scale; }
    /// Where a card is on the widget, for tests and tool tips; null when there is none.
    [[nodiscard]] QRect cardRect(const std::string &id) const;

    void setAuxiliaryShown(bool shown);
    void setHiddenStates(const std::set<cluster::HealthState> &states);
    void setSearch(const QString &text);
    /// What is outside of the namespace is dimmed, and the window shows its panel. Empty: all.
    void setNameSpace(const QString &nameSpace);
    /// Empty: the picture is current. Else why it is not; all of it is then drawn as what once was.
    void setStale(const QString &why);
    [[nodiscard]] bool isStale() const { return !m_stale.isEmpty(); }
    void setAlerts(CardAlerts alerts);
    [[nodiscard]] const CardAlerts &alerts() const { return m_alerts; }
    void select(const std::string &id);
    /// Selects the first card that the search finds.
    void selectFirstMatch();

    void zoomBy(double factor);
    void fit();

    [[nodiscard]] bool exportSvg(const QString &file) const;
    [[nodiscard]] bool exportPng(const QString &file, double scale = 2) const;

    [[nodiscard]] QSize sizeHint() const override { return {960, 640}; }

signals:
    void selectionChanged(const QString &id);
    /// Enter or a double click: show everything about it.
    void opened(const QString &id);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] QPointF toScene(const QPointF &point) const { return (point - m_offset) / m_scale; }
    [[nodiscard]] std::string cardAt(const QPointF &scenePoint) const;
    [[nodiscard]] int lineAt(const QPointF &scenePoint) const;
    [[nodiscard]] QString describe(const Scene::Card &card) const;
    [[nodiscard]] QString toolTipAt(const QPointF &scenePoint) const;
    void zoomAt(const QPointF &point, double factor);
    void ensureVisible(const QRectF &area);
    void updateTurning();
    void showArea(const QRectF &area);
    [[nodiscard]] QString toolTipOf(const Scene::Panel &panel) const;
    void paintNothing(QPainter &painter);
    void paintStale(QPainter &painter);
    [[nodiscard]] PaintOptions options() const;
    void paintAll(QPainter &painter, double scale) const;

    Scene m_from;
    Scene m_target;
    Scene m_shown;
    QVariantAnimation m_animation;
    QTimer m_turning; ///< runs only while something is in progress and the widget is visible
    double m_phase = 0;
    double m_scale = 1;
    QPointF m_offset;
    bool m_userMoved = false; ///< until then the picture is fitted to the window
    std::string m_selected;
    std::string m_hovered;
    int m_hoveredLine = -1;
    bool m_auxiliary = true;
    std::set<cluster::HealthState> m_hidden;
    QString m_search;
    QString m_nameSpace;
    QString m_stale;
    CardAlerts m_alerts;
    QPointF m_pressed;
    bool m_panning = false;
};

} // namespace binnacle::widgets
