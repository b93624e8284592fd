// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Clock.h"
#include "kube/Client.h"
#include "metrics/PanelQuery.h"
#include "widgets/charts/TimeChart.h"

#include <QTimer>
#include <QWidget>

#include <filesystem>
#include <optional>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QScrollArea;
class QTabWidget;

namespace binnacle::widgets {

class AlertsPage;
class ChartPanel;
class PromqlPage;

/// A component whose numbers can be shown.
struct MetricsComponent
{
    QString id;
    QString title;
    metrics::Subject subject;

    friend bool operator==(const MetricsComponent &a, const MetricsComponent &b)
    {
        return a.id == b.id && a.title == b.title && a.subject.images == b.subject.images;
    }
};

/// Charts of a component, a free expression, and alerts, from the Prometheus that the cluster has.
class MetricsScreen : public QWidget
{
    Q_OBJECT

public:
    struct Environment
    {
        std::shared_ptr<kube::Client> client;
        const core::Clock *clock = nullptr;
        std::filesystem::path journal;
        std::string context;                     ///< whose runbooks are marked
        std::vector<core::Namespace> nameSpaces; ///< looked through where not all may be listed
        std::vector<std::string> preferred;      ///< services of the stack: "namespace/name"
    };

    explicit MetricsScreen(Environment environment, QWidget *parent = nullptr);
    ~MetricsScreen() override;

    void setComponents(std::vector<MetricsComponent> components);
    /// Shows this one; an id that is not there changes nothing.
    void showComponent(const QString &id);
    [[nodiscard]] const std::vector<ChartPanel *> &panels() const { return m_panels; }
    [[nodiscard]] metrics::TimeRange range() const { return m_range; }

protected:
    void showEvent(QShowEvent *event) override;

private:
    void build();
    QWidget *buildBar();
    void findSource();
    void useSource(const core::Result<std::shared_ptr<metrics::PrometheusClient>> &client);
    void takeSourceFromText();
    void say(const QString &text);
    void renewPanels();
    void arrangePanels();
    void refresh();
    void collectMarks();
    void addMarks(std::vector<ChartMark> marks);
    void zoom(std::int64_t from, std::int64_t to);
    void zoomOut();
    void exportCharts();
    [[nodiscard]] bool writeTo(const QString &file) const;
    void paintAll(QPainter &painter, const QSize &size) const;
    [[nodiscard]] const MetricsComponent *component() const;

    Environment m_environment;
    std::vector<MetricsComponent> m_components;
    std::shared_ptr<metrics::PrometheusClient> m_client;
    QComboBox *m_choice;
    QComboBox *m_length;
    QCheckBox *m_live;
    QLineEdit *m_source;
    QLabel *m_message;
    QTabWidget *m_tabs;
    QScrollArea *m_scroll;
    QWidget *m_grid = nullptr;
    PromqlPage *m_promql;
    AlertsPage *m_alerts;
    std::vector<ChartPanel *> m_panels;
    std::vector<ChartMark> m_marks;
    metrics::TimeRange m_range;
    std::optional<std::pair<std::int64_t, std::int64_t>> m_zoom;
    core::CancellationSource m_asking;
    QTimer m_tail; ///< asks again while the screen is seen and live
};

} // namespace binnacle::widgets
