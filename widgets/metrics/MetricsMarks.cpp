// SPDX-License-Identifier: GPL-3.0-or-later
// What happened while the charts' lines were drawn, and the charts as files.
#include "core/WhenFinished.h"
#include "metrics/Csv.h"
#include "runbook/Journal.h"
#include "widgets/common/Background.h"
#include "widgets/metrics/ChartPanel.h"
#include "widgets/metrics/MetricsScreen.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr QSize exportedChart{640, 260};

std::optional<std::int64_t> millisecondsOf(const std::string &time)
{
    const auto parsed = core::parseTime(time);
    if (!parsed)
        return std::nullopt;
    return std::chrono::duration_cast<std::chrono::milliseconds>(parsed->time_since_epoch()).count();
}

/// Each revision of a Deployment is a replica set, or the first of them is the deployment itself.
std::vector<ChartMark> rollouts(const core::Json &list, const metrics::Subject &subject)
{
    std::vector<ChartMark> marks;
    for (const auto &set : list.value("items", core::Json::array())) {
        const auto &metadata = set["metadata"];
        for (const auto &owner : metadata.value("ownerReferences", core::Json::array())) {
            const auto created = millisecondsOf(metadata.value("creationTimestamp", ""));
            if (owner.value("kind", "") == subject.kind && owner.value("name", "") == subject.name && created)
                marks.push_back({*created, ChartMark::Kind::Rollout,
                                 MetricsScreen::tr("rollout %1").arg(toQt(metadata.value("name", "")))});
        }
    }
    return marks;
}

/// Where the start time of a container changes, it was started again.
std::vector<ChartMark> restarts(const metrics::QueryResult &result)
{
    std::vector<ChartMark> marks;
    for (const metrics::Series &series : result.series) {
        const auto pod = series.labels.find("pod");
        for (std::size_t i = 1; i < series.samples.size(); ++i)
            if (series.samples[i].value != series.samples[i - 1].value)
                marks.push_back({std::llround(series.samples[i].value * 1000), ChartMark::Kind::Restart,
                                 MetricsScreen::tr("%1 restarted")
                                     .arg(pod == series.labels.end() ? QString() : toQt(pod->second))});
    }
    return marks;
}

std::vector<ChartMark> alerts(const std::vector<metrics::Alert> &list)
{
    std::vector<ChartMark> marks;
    for (const metrics::Alert &alert : list)
        if (const auto since = millisecondsOf(alert.activeAt))
            marks.push_back({*since, ChartMark::Kind::Alert, MetricsScreen::tr("alert %1").arg(toQt(alert.name()))});
    return marks;
}

} // namespace

void MetricsScreen::addMarks(std::vector<ChartMark> marks)
{
    m_marks.insert(m_marks.end(), std::make_move_iterator(marks.begin()), std::make_move_iterator(marks.end()));
    for (ChartPanel *const panel : m_panels)
        panel->chart().setMarks(m_marks);
}

void MetricsScreen::collectMarks()
{
    const MetricsComponent *const shown = component();
    if (shown == nullptr)
        return;
    m_marks.clear();
    const metrics::Subject subject = shown->subject;
    const auto token = m_asking.token();
    const auto add = [this, token](std::vector<ChartMark> marks) {
        if (!token.isCancelled())
            addMarks(std::move(marks));
    };
    if (subject.kind == "Deployment")
        core::whenFinished(
            m_environment.client->list({"apps", "ReplicaSet"}, core::Namespace(subject.nameSpace), {}, token), this,
            [add, subject](const core::Result<core::Json> &sets) {
                if (sets)
                    add(rollouts(*sets, subject));
            });
    const auto starts = metrics::expressionFor(
        R"(max by (pod, container) (container_start_time_seconds{$pods, container!="", container!="POD"}))", subject,
        m_range.step);
    core::whenFinished(m_client->queryRange(starts, m_range, token), this,
                       [add](const core::Result<metrics::QueryResult> &result) {
                           if (result)
                               add(restarts(*result));
                       });
    core::whenFinished(m_client->alerts(token), this, [add](const core::Result<std::vector<metrics::Alert>> &list) {
        if (list)
            add(alerts(*list));
    });
    using Runbooks = core::Result<std::vector<runbook::RunbookSummary>>;
    core::whenFinished(
        inBackground([path = m_environment.journal]() -> Runbooks {
            const core::SystemClock clock;
            const auto journal = runbook::Journal::open(path, clock);
            return journal ? (*journal)->runbooks() : Runbooks(core::fail(journal.error()));
        }),
        this, [add, context = m_environment.context](const Runbooks &runbooks) {
            std::vector<ChartMark> marks;
            if (!runbooks)
                return;
            for (const auto &each : *runbooks)
                if (each.target.context.value() == context)
                    marks.push_back(
                        {std::chrono::duration_cast<std::chrono::milliseconds>(each.started.time_since_epoch()).count(),
                         ChartMark::Kind::Runbook, toQt(each.title)});
            add(std::move(marks));
        });
}

void MetricsScreen::paintAll(QPainter &painter, const QSize &size) const
{
    painter.fillRect(QRect(QPoint(0, 0), size), Theme::colors().canvas);
    int top = 0;
    for (const ChartPanel *const panel : m_panels) {
        painter.save();
        painter.translate(0, top);
        painter.setPen(Theme::colors().text);
        painter.drawText(QRect(8, 0, exportedChart.width() - 16, 24), Qt::AlignVCenter, panel->title());
        painter.translate(0, 24);
        panel->chart().paint(painter, exportedChart - QSize(0, 24));
        painter.restore();
        top += exportedChart.height();
    }
}

bool MetricsScreen::writeTo(const QString &file) const
{
    const QSize size(exportedChart.width(), exportedChart.height() * std::max(1, static_cast<int>(m_panels.size())));
    if (file.endsWith(u".csv"_s, Qt::CaseInsensitive)) {
        metrics::QueryResult all;
        for (const ChartPanel *const panel : m_panels) {
            auto data = panel->data();
            all.series.insert(all.series.end(), std::make_move_iterator(data.series.begin()),
                              std::make_move_iterator(data.series.end()));
        }
        QSaveFile out(file);
        return out.open(QIODevice::WriteOnly) && out.write(QByteArray::fromStdString(metrics::toCsv(all))) >= 0 &&
               out.commit();
    }
    if (file.endsWith(u".png"_s, Qt::CaseInsensitive)) {
        constexpr int sharpness = 2;
        QImage image(size * sharpness, QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(sharpness);
        QPainter painter(&image);
        paintAll(painter, size);
        painter.end();
        return image.save(file);
    }
    QFile out(file);
    if (!out.open(QIODevice::WriteOnly))
        return false;
    QSvgGenerator svg;
    svg.setOutputDevice(&out);
    svg.setSize(size);
    svg.setViewBox(QRect(QPoint(0, 0), size));
    QPainter painter(&svg);
    paintAll(painter, size);
    return true;
}

void MetricsScreen::exportCharts()
{
    auto *dialog = new QFileDialog(this, tr("Export the charts"), {},
                                   tr("PNG picture (*.png);;SVG drawing (*.svg);;CSV table (*.csv)"));
    dialog->setObjectName(u"metricsExportDialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"png"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.contains(u"svg"_s)   ? u"svg"_s
                                 : filter.contains(u"csv"_s) ? u"csv"_s
                                                             : u"png"_s);
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        say(writeTo(file) ? tr("The charts are in %1.").arg(file)
                          : tr("%1 could not be written. Choose a folder where you may write.").arg(file));
    });
    dialog->open();
}

} // namespace binnacle::widgets
