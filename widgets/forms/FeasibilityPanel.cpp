// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/FeasibilityPanel.h"

#include "core/WhenFinished.h"
#include "operations/ClusterSurvey.h"
#include "widgets/common/Background.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QLabel>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

constexpr int pauseOfTyping = 200; ///< milliseconds

QString replicas(long long count)
{
    return count == 1 ? FeasibilityPanel::tr("Fits 1 replica.") : FeasibilityPanel::tr("Fits %1 replicas.").arg(count);
}

/// The first, and how many more there are.
QString firstOf(const std::vector<stack::Finding> &findings)
{
    const QString first = toQt(findings.front().message);
    return findings.size() == 1 ? first : FeasibilityPanel::tr("%1 (and %2 more)").arg(first).arg(findings.size() - 1);
}

} // namespace

FeasibilityPanel::FeasibilityPanel(std::shared_ptr<kube::Client> client, const operations::EditSession &session,
                                   QWidget *parent)
    : QWidget(parent),
      m_client(std::move(client)),
      m_session(session),
      m_text(new QLabel(this)),
      m_unread(new QLabel(this))
{
    setVisible(operations::bearsOnFeasibility(session.object().kind));
    m_text->setObjectName(QStringLiteral("feasibility"));
    m_text->setAccessibleName(tr("Whether it fits"));
    m_unread->setObjectName(QStringLiteral("feasibilityUnread"));
    for (QLabel *label : {m_text, m_unread}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_unread->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_text);
    layout->addWidget(m_unread);
    m_pause.setSingleShot(true);
    m_pause.setInterval(pauseOfTyping);
    connect(&m_pause, &QTimer::timeout, this, &FeasibilityPanel::judge);
    connect(&session, &operations::EditSession::checked, &m_pause, qOverload<>(&QTimer::start));
    connect(&session, &operations::EditSession::loaded, this, &FeasibilityPanel::refresh);
}

FeasibilityPanel::~FeasibilityPanel()
{
    m_reading.cancel();
}

void FeasibilityPanel::refresh()
{
    if (!operations::bearsOnFeasibility(m_session.object().kind))
        return;
    if (!m_facts)
        say(tr("Looking whether it fits…"), Theme::colors().muted);
    m_reading.cancel();
    m_reading = {};
    core::whenFinished(operations::surveyCluster(m_client, {m_session.object().nameSpace}, m_reading.token()), this,
                       [this](const core::Result<stack::ClusterFacts> &facts) {
                           if (facts) {
                               m_facts = std::make_shared<const stack::ClusterFacts>(*facts);
                               judge();
                           } else if (facts.error().kind != core::ErrorKind::Cancelled) {
                               say(tr("? Whether it fits is not known: %1").arg(toQt(facts.error().message)),
                                   Theme::colors().unsure);
                           }
                       });
}

QFuture<core::Result<operations::EditImpact>> FeasibilityPanel::impact() const
{
    if (!m_facts || m_session.base().is_null())
        return core::ready(core::Result<operations::EditImpact>(operations::EditImpact()));
    return inBackground([facts = m_facts, object = m_session.object(), before = m_session.base(),
                         after = m_session.edited()]() -> core::Result<operations::EditImpact> {
        return operations::impactOf(object, before, after, *facts);
    });
}

void FeasibilityPanel::judge()
{
    if (!m_facts || m_session.base().is_null())
        return;
    const int asked = ++m_asked;
    core::whenFinished(impact(), this, [this, asked](const core::Result<operations::EditImpact> &impact) {
        if (asked == m_asked && impact)
            show(*impact);
    });
}

void FeasibilityPanel::show(const operations::EditImpact &impact)
{
    // How many fit is said only where nothing is refused: else it would read as if they did.
    const QString room = impact.fits ? QLatin1Char(' ') + replicas(*impact.fits) : QString();
    const bool isEdited = !m_session.edit().fields.empty();
    const auto &colors = Theme::colors();
    switch (operations::fitOf(impact)) {
    case operations::Fit::Breaks:
        say(tr("✕ Would not fit: %1").arg(firstOf(impact.broken)), colors.bad);
        break;
    case operations::Fit::MendsPart:
        say(tr("✕ Mends only part of it. Still so: %1").arg(firstOf(impact.standing)), colors.bad);
        break;
    case operations::Fit::StaysBroken:
        say((isEdited ? tr("✕ Broken already, and this change does not mend it: %1") : tr("✕ Broken already: %1"))
                .arg(firstOf(impact.standing)),
            colors.bad);
        break;
    case operations::Fit::Surprises:
        say(tr("⚠ %1").arg(firstOf(impact.broken)), colors.warning);
        break;
    case operations::Fit::Mends:
        say(tr("✓ Mends: %1").arg(firstOf(impact.mended)) + room, colors.good);
        break;
    case operations::Fit::Fits:
        say((isEdited ? tr("✓ It fits.") : QString()) + room, colors.muted);
        break;
    }
    QStringList unread;
    for (const std::string &line : m_facts->unread)
        unread += toQt(line);
    m_unread->setText(unread.join(QStringLiteral("; ")));
    m_unread->setVisible(!unread.isEmpty());
}

void FeasibilityPanel::say(const QString &text, const QColor &colour)
{
    m_text->setText(text.trimmed());
    m_text->setStyleSheet(QStringLiteral("color: %1").arg(colour.name()));
    m_text->setVisible(!text.trimmed().isEmpty());
}

} // namespace binnacle::widgets
