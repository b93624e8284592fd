// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/metrics/MetricsScreen.h"

#include "core/WhenFinished.h"
#include "widgets/metrics/AlertsPage.h"
#include "widgets/metrics/ChartPanel.h"
#include "widgets/metrics/PromqlPage.h"
#include "widgets/theme/Text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QShowEvent>
#include <QTabWidget>

#include <algorithm>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int tailMs = 15'000; ///< Prometheus' usual scrape interval
constexpr int pointsOfChart = 300;

metrics::Time timeOf(std::int64_t milliseconds)
{
    return metrics::Time(std::chrono::duration_cast<metrics::Time::duration>(std::chrono::milliseconds(milliseconds)));
}

std::int64_t millisecondsOf(metrics::Time time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

} // namespace

MetricsScreen::MetricsScreen(Environment environment, QWidget *parent)
    : QWidget(parent),
      m_environment(std::move(environment)),
      m_choice(new QComboBox(this)),
      m_length(new QComboBox(this)),
      m_live(new QCheckBox(tr("&Live"), this)),
      m_source(new QLineEdit(this)),
      m_message(new QLabel(this)),
      m_tabs(new QTabWidget(this)),
      m_scroll(new QScrollArea(this)),
      m_promql(new PromqlPage(this)),
      m_alerts(new AlertsPage(this))
{
    setObjectName(u"metrics"_s);
    build();
    m_tail.setInterval(tailMs);
    connect(&m_tail, &QTimer::timeout, this, [this] {
        if (isVisible() && m_live->isChecked() && !m_zoom)
            refresh();
    });
    m_tail.start();
}

MetricsScreen::~MetricsScreen()
{
    m_asking.cancel();
}

void MetricsScreen::build()
{
    m_message->setObjectName(u"metricsMessage"_s);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_message->hide();
    m_tabs->setObjectName(u"metricsTabs"_s);
    m_scroll->setObjectName(u"metricsCharts"_s);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_tabs->addTab(m_scroll, tr("&Charts"));
    m_tabs->addTab(m_promql, tr("&PromQL"));
    m_tabs->addTab(m_alerts, tr("&Alerts"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 16, 24, 16);
    column->addWidget(buildBar());
    column->addWidget(m_message);
    column->addWidget(m_tabs, 1);
    setFocusProxy(m_choice);
    connect(m_tabs, &QTabWidget::currentChanged, this, &MetricsScreen::refresh);
}

QWidget *MetricsScreen::buildBar()
{
    auto *bar = new QWidget(this);
    auto *title = new QLabel(u"<b>%1</b>"_s.arg(tr("Metrics")), bar);
    title->setObjectName(u"screenTitle"_s);
    m_choice->setObjectName(u"metricsComponent"_s);
    m_choice->setAccessibleName(tr("Component"));
    m_choice->setMinimumContentsLength(18);
    m_length->setObjectName(u"metricsRange"_s);
    m_length->setAccessibleName(tr("Range"));
    const std::pair<QString, int> lengths[] = {{tr("5 minutes"), 5}, {tr("15 minutes"), 15}, {tr("1 hour"), 60},
                                               {tr("3 hours"), 180}, {tr("12 hours"), 720},  {tr("1 day"), 1440},
                                               {tr("2 days"), 2880}, {tr("7 days"), 10080},  {tr("15 days"), 21600}};
    for (const auto &[text, minutes] : lengths)
        m_length->addItem(text, minutes);
    m_length->setCurrentIndex(1);
    m_live->setObjectName(u"metricsLive"_s);
    m_live->setChecked(true);
    m_live->setToolTip(tr("Follow what is new"));
    m_source->setObjectName(u"metricsSource"_s);
    m_source->setAccessibleName(tr("Prometheus"));
    m_source->setMinimumWidth(250);
    m_source->setPlaceholderText(tr("namespace/service:port or URL"));
    m_source->setToolTip(tr("Which Prometheus is asked: NAMESPACE/SERVICE:PORT, or an URL"));
    auto *whole = new QPushButton(tr("&Whole range"), bar);
    whole->setObjectName(u"metricsWholeRange"_s);
    auto *save = new QPushButton(tr("&Export…"), bar);
    save->setObjectName(u"metricsExport"_s);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(title);
    row->addWidget(m_choice);
    row->addWidget(m_length);
    row->addWidget(m_live);
    row->addWidget(whole);
    row->addStretch(1);
    row->addWidget(m_source);
    row->addWidget(save);
    connect(m_choice, &QComboBox::currentIndexChanged, this, [this] {
        renewPanels();
        refresh();
    });
    connect(m_length, &QComboBox::currentIndexChanged, this, &MetricsScreen::zoomOut);
    connect(whole, &QPushButton::clicked, this, &MetricsScreen::zoomOut);
    connect(save, &QPushButton::clicked, this, &MetricsScreen::exportCharts);
    connect(m_source, &QLineEdit::returnPressed, this, &MetricsScreen::takeSourceFromText);
    return bar;
}

const MetricsComponent *MetricsScreen::component() const
{
    const QString id = m_choice->currentData().toString();
    const auto found = std::find_if(m_components.begin(), m_components.end(),
                                    [&id](const MetricsComponent &each) { return each.id == id; });
    return found == m_components.end() ? nullptr : &*found;
}

void MetricsScreen::setComponents(std::vector<MetricsComponent> components)
{
    if (components == m_components)
        return;
    const QString before = m_choice->currentData().toString();
    m_components = std::move(components);
    {
        const QSignalBlocker quiet(m_choice);
        m_choice->clear();
        for (const MetricsComponent &each : m_components)
            m_choice->addItem(each.title, each.id);
        m_choice->setCurrentIndex(std::max(0, m_choice->findData(before)));
    }
    if (m_choice->currentData().toString() != before || m_panels.empty()) {
        renewPanels();
        refresh();
    }
}

void MetricsScreen::showComponent(const QString &id)
{
    if (const int index = m_choice->findData(id); index >= 0)
        m_choice->setCurrentIndex(index);
}

void MetricsScreen::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!m_client)
        findSource();
    else
        refresh();
}

void MetricsScreen::say(const QString &text)
{
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

void MetricsScreen::findSource()
{
    say(tr("Looking for a Prometheus among the cluster's services…"));
    const std::shared_ptr<kube::Transport> transport(m_environment.client, &m_environment.client->transport());
    core::whenFinished(
        metrics::discoverPrometheus(m_environment.client, m_environment.nameSpaces, m_environment.preferred), this,
        [this, transport](const core::Result<std::vector<metrics::PrometheusCandidate>> &found) {
            if (found)
                useSource(metrics::openSource(found->front().source, transport));
            else
                useSource(core::fail(found.error()));
        });
}

void MetricsScreen::takeSourceFromText()
{
    auto source = metrics::sourceFromText(m_source->text().trimmed().toStdString());
    if (!source) {
        say(toQt(source.error().describe()));
        return;
    }
    const std::shared_ptr<kube::Transport> transport(m_environment.client, &m_environment.client->transport());
    useSource(metrics::openSource(std::move(*source), transport));
}

void MetricsScreen::useSource(const core::Result<std::shared_ptr<metrics::PrometheusClient>> &client)
{
    if (!client) {
        say(toQt(client.error().describe()));
        for (ChartPanel *const panel : m_panels)
            panel->chart().setMessage(tr("There is no Prometheus to ask: enter one above."));
        return;
    }
    m_client = *client;
    m_source->setText(toQt(m_client->source().describe()));
    say({});
    m_promql->setClient(m_client);
    m_alerts->setClient(m_client);
    refresh();
}

void MetricsScreen::renewPanels()
{
    m_panels.clear();
    m_grid = new QWidget;
    m_grid->setObjectName(u"metricsGrid"_s);
    m_scroll->setWidget(m_grid);
    const MetricsComponent *const shown = component();
    if (shown == nullptr)
        return;
    for (metrics::Panel &panel : metrics::panelsFor(shown->subject)) {
        auto *made = new ChartPanel(std::move(panel), m_grid);
        TimeChart *const chart = &made->chart();
        connect(chart, &TimeChart::cursorMoved, this, [this, chart](std::optional<std::int64_t> time) {
            for (ChartPanel *const other : m_panels)
                if (&other->chart() != chart)
                    other->chart().setCursorTime(time);
        });
        connect(chart, &TimeChart::rangeChosen, this, &MetricsScreen::zoom);
        connect(chart, &TimeChart::wholeRangeWanted, this, &MetricsScreen::zoomOut);
        m_panels.push_back(made);
    }
    arrangePanels();
}

void MetricsScreen::arrangePanels()
{
    constexpr int columns = 3;
    auto *grid = new QGridLayout(m_grid);
    grid->setContentsMargins(0, 8, 8, 8);
    grid->setSpacing(16);
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        m_panels[i]->setMinimumHeight(220);
        grid->addWidget(m_panels[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    }
    for (int column = 0; column < columns; ++column)
        grid->setColumnStretch(column, 1);
}

void MetricsScreen::zoom(std::int64_t from, std::int64_t to)
{
    constexpr std::int64_t shortest = 60'000;
    if (to - from < shortest) {
        const std::int64_t middle = (from + to) / 2;
        from = middle - shortest / 2;
        to = middle + shortest / 2;
    }
    m_zoom = {from, to};
    refresh();
}

void MetricsScreen::zoomOut()
{
    m_zoom.reset();
    refresh();
}

void MetricsScreen::refresh()
{
    const MetricsComponent *const shown = component();
    if (!m_client || !isVisible())
        return;
    const auto now = m_environment.clock->now();
    const auto length = m_zoom ? std::chrono::milliseconds(m_zoom->second - m_zoom->first)
                               : std::chrono::milliseconds(std::chrono::minutes(m_length->currentData().toInt()));
    const auto end = m_zoom ? timeOf(m_zoom->second) : now;
    m_range = metrics::rangeEnding(end, length, pointsOfChart);
    m_asking.cancel();
    m_asking = core::CancellationSource();
    if (m_tabs->currentWidget() == m_promql)
        m_promql->setRange(m_range);
    else if (m_tabs->currentWidget() == m_alerts)
        m_alerts->refresh();
    if (m_tabs->currentWidget() != m_scroll || shown == nullptr)
        return;
    for (ChartPanel *const panel : m_panels) {
        const auto range = m_range;
        core::whenFinished(metrics::askPanel(m_client, panel->panel(), shown->subject, range, m_asking.token()), panel,
                           [panel, range](const core::Result<std::vector<metrics::LineAnswer>> &answers) {
                               panel->chart().setRange(millisecondsOf(range.start), millisecondsOf(range.end));
                               panel->setAnswers(answers, range);
                           });
    }
    collectMarks();
}

} // namespace binnacle::widgets
