// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/topology/TopologyPage.h"

#include "widgets/theme/Icons.h"
#include "widgets/theme/Theme.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr cluster::HealthState allStates[] = {cluster::HealthState::Degraded,  cluster::HealthState::Missing,
                                              cluster::HealthState::Unknown,   cluster::HealthState::Progressing,
                                              cluster::HealthState::Suspended, cluster::HealthState::Healthy};

QIcon stateIcon(cluster::HealthState state, const QColor &color)
{
    QIcon icon;
    for (const int scale : {1, 2}) {
        QPixmap pixmap(16 * scale, 16 * scale);
        pixmap.setDevicePixelRatio(scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paintStateIcon(painter, QRectF(1, 1, 14, 14), state, color);
        icon.addPixmap(pixmap);
    }
    return icon;
}

} // namespace

TopologyPage::TopologyPage(QWidget *parent)
    : QWidget(parent),
      m_view(new TopologyView(this)),
      m_title(new QLabel(this)),
      m_summary(new QLabel(this)),
      m_search(new QLineEdit(this))
{
    setObjectName(u"topologyPage"_s);
    m_title->setProperty("role", u"title"_s);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // gives way to the tools
    m_title->setText(tr("Overview"));
    m_summary->setProperty("role", u"muted"_s);
    m_search->setObjectName(u"topologySearch"_s);
    m_search->setAccessibleName(tr("Search components"));
    m_search->setPlaceholderText(tr("Search  /"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(96);
    m_search->setMaximumWidth(200);

    auto *head = new QHBoxLayout;
    head->setContentsMargins(24, 16, 24, 8);
    head->setSpacing(12);
    head->addWidget(m_title);
    head->addWidget(m_summary, 1);
    addTools(*head);
    auto *chips = new QHBoxLayout;
    chips->setContentsMargins(24, 0, 24, 8);
    chips->setSpacing(8);
    addStateChips(*chips);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addLayout(chips);
    layout->addWidget(m_view, 1);

    connect(m_search, &QLineEdit::textChanged, m_view, &TopologyView::setSearch);
    connect(m_search, &QLineEdit::returnPressed, m_view, &TopologyView::selectFirstMatch);
}

QToolButton *TopologyPage::addTool(QHBoxLayout &row, const QString &name, const QString &icon, const QString &text)
{
    auto *button = new QToolButton(this);
    button->setObjectName(name);
    button->setIcon(themedIcon(icon));
    button->setIconSize({18, 18});
    button->setToolTip(text);
    button->setAccessibleName(text);
    row.addWidget(button);
    return button;
}

void TopologyPage::addTools(QHBoxLayout &row)
{
    row.addWidget(m_search);
    connect(addTool(row, u"zoomOut"_s, u"minus"_s, tr("Zoom out (-)")), &QToolButton::clicked, this,
            [this] { m_view->zoomBy(1 / 1.2); });
    connect(addTool(row, u"zoomFit"_s, u"fit"_s, tr("Show everything (0)")), &QToolButton::clicked, this,
            [this] { m_view->fit(); });
    connect(addTool(row, u"zoomIn"_s, u"plus"_s, tr("Zoom in (+)")), &QToolButton::clicked, this,
            [this] { m_view->zoomBy(1.2); });
    connect(addTool(row, u"exportPicture"_s, u"export"_s, tr("Export as SVG or PNG")), &QToolButton::clicked, this,
            &TopologyPage::exportPicture);
}

void TopologyPage::addStateChips(QHBoxLayout &row)
{
    for (const cluster::HealthState state : allStates) {
        auto *chip = new QToolButton(this);
        chip->setObjectName(u"filter%1"_s.arg(QString::fromLatin1(cluster::toString(state))));
        chip->setProperty("chip", true);
        chip->setCheckable(true);
        chip->setChecked(true);
        chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        chip->setIconSize({16, 16});
        chip->setText(stateWord(state));
        chip->setToolTip(tr("Show or hide what is in this state: %1").arg(stateWord(state)));
        connect(chip, &QToolButton::toggled, this, &TopologyPage::applyFilter);
        m_chips[state] = chip;
        row.addWidget(chip);
    }
    row.addStretch(1);
    auto *auxiliary = new QToolButton(this);
    auxiliary->setObjectName(u"showAuxiliary"_s);
    auxiliary->setProperty("chip", true);
    auxiliary->setCheckable(true);
    auxiliary->setChecked(true);
    auxiliary->setText(tr("Scrapes and logs"));
    auxiliary->setToolTip(tr("Show or hide the dashed lines of monitoring and log collection"));
    connect(auxiliary, &QToolButton::toggled, m_view, &TopologyView::setAuxiliaryShown);
    row.addWidget(auxiliary);
}

void TopologyPage::applyFilter()
{
    std::set<cluster::HealthState> hidden;
    for (const auto &[state, chip] : m_chips) {
        if (!chip->isChecked())
            hidden.insert(state);
    }
    m_view->setHiddenStates(hidden);
}

void TopologyPage::setTopology(const QString &title, const stack::Topology &topology, const CardDetails &details)
{
    m_counts.clear();
    for (const stack::ComponentState &component : topology.components)
        ++m_counts[component.health.state];
    updateChips();
    m_title->setText(title);
    m_summary->setText(
        tr("Components: %1 · Namespaces: %2").arg(topology.components.size()).arg(topology.nameSpaces.size()));
    m_view->setTopology(topology, details);
}

void TopologyPage::setStale(const QString &why)
{
    const bool changed = why.isEmpty() == m_view->isStale();
    m_view->setStale(why);
    if (changed)
        updateChips();
}

void TopologyPage::updateChips()
{
    PaintOptions options;
    options.stale = m_view->isStale();
    for (const auto &[state, chip] : m_chips) {
        const int count = m_counts[state];
        const QString text = u" %1  %2"_s.arg(options.stateText(state)).arg(count);
        chip->setVisible(count > 0 || !chip->isChecked());
        if (chip->text() != text) {
            chip->setText(text);
            chip->setAccessibleName(tr("%1 components %2").arg(count).arg(options.stateText(state)));
        }
        chip->setIcon(stateIcon(state, options.stateColor(state)));
    }
}

void TopologyPage::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void TopologyPage::exportPicture()
{
    auto *dialog = new QFileDialog(this, tr("Export the picture"), {}, tr("SVG drawing (*.svg);;PNG picture (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"svg"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        const bool png = file.endsWith(u".png"_s, Qt::CaseInsensitive);
        if (png ? m_view->exportPng(file) : m_view->exportSvg(file))
            return;
        auto *box = new QMessageBox(QMessageBox::Warning, tr("Export"),
                                    tr("%1 could not be written. Choose a folder where you may write.").arg(file),
                                    QMessageBox::Ok, this);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
    dialog->open();
}

} // namespace binnacle::widgets
