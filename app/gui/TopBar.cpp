// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/TopBar.h"

#include "core/Clock.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/StyleProperty.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;

TopBar::TopBar(QWidget *parent)
    : QWidget(parent),
      m_name(new QLabel(tr("Binnacle"), this)),
      m_context(new QToolButton(this)),
      m_readOnly(new QToolButton(this)),
      m_picture(new QToolButton(this)),
      m_scope(new QComboBox(this)),
      m_connection(new QToolButton(this)),
      m_age(new QLabel(this))
{
    setObjectName(u"topBar"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *logo = new QLabel(this);
    logo->setPixmap(QIcon(u":/icons/binnacle.svg"_s).pixmap(24, 24));
    m_name->setProperty("role", u"heading"_s);
    m_context->setObjectName(u"contextButton"_s);
    m_context->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_context->setIcon(widgets::themedIcon(u"connect"_s));
    m_context->setText(tr("Choose a cluster"));
    m_context->setAccessibleName(tr("Context"));
    m_picture->setObjectName(u"pictureButton"_s);
    m_picture->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_picture->setIcon(widgets::themedIcon(u"overview"_s));
    m_picture->setToolTip(tr("Choose what is shown: a stack, or whatever runs in the cluster"));
    m_picture->setAccessibleName(tr("What is shown"));
    m_picture->hide();
    m_scope->setObjectName(u"namespaceScope"_s);
    m_scope->setAccessibleName(tr("Namespaces"));
    m_scope->setMinimumWidth(136);
    m_scope->addItem(tr("All namespaces"));
    m_connection->setObjectName(u"connectionState"_s);
    m_readOnly->setObjectName(u"readOnlyButton"_s);
    m_readOnly->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_readOnly->setAccessibleName(tr("Read-only"));
    m_readOnly->hide();
    m_connection->setText(tr("No cluster"));
    m_connection->setAccessibleName(tr("Connection"));
    m_connection->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_age->setObjectName(u"dataAge"_s);
    m_age->setProperty("role", u"muted"_s);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 8, 12, 8);
    layout->setSpacing(8);
    layout->addWidget(logo);
    layout->addWidget(m_name);
    layout->addSpacing(16);
    layout->addWidget(m_context);
    layout->addWidget(m_readOnly);
    layout->addWidget(m_picture);
    layout->addWidget(m_scope);
    layout->addStretch(1);
    layout->addWidget(m_age);
    layout->addWidget(m_connection);
    connect(m_scope, &QComboBox::currentIndexChanged, this,
            [this](int index) { emit scopeChanged(index <= 0 ? QString() : m_scope->itemText(index)); });
    connect(m_picture, &QToolButton::clicked, this, &TopBar::picturePressed);
    connect(m_readOnly, &QToolButton::clicked, this, &TopBar::readOnlyPressed);
    connect(m_connection, &QToolButton::clicked, this, &TopBar::reconnectWanted);
}

/// What says least gives way in a small window.
void TopBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool narrow = width() < 1000;
    m_name->setVisible(!narrow);
    for (QToolButton *button : {m_readOnly, m_picture})
        button->setToolButtonStyle(narrow ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
}

void TopBar::addButton(QAction *action)
{
    auto *button = new QToolButton(this);
    button->setObjectName(action->objectName() + u"Button"_s);
    button->setDefaultAction(action);
    button->setIconSize({18, 18});
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setAccessibleName(action->text());
    button->setToolTip(u"%1 (%2)"_s.arg(action->text(), action->shortcut().toString(QKeySequence::NativeText)));
    layout()->addWidget(button);
}

void TopBar::setContext(const QString &name, bool insecure)
{
    const QColor bad = widgets::Theme::colors().bad;
    const QString text = insecure ? tr("%1 – TLS not verified").arg(name) : name;
    m_context->setToolTip(insecure ? tr("%1: TLS verification is off. Whoever sits between you and the server can read "
                                        "and change everything.")
                                         .arg(name)
                                   : tr("%1 – choose another cluster").arg(name));
    m_context->setText(m_context->fontMetrics().elidedText(text, Qt::ElideMiddle, 320));
    m_context->setIcon(widgets::themedIcon(u"connect"_s, insecure ? bad : QColor()));
    widgets::setStyleProperty(*m_context, "insecure", insecure);
}

void TopBar::setPicture(const QString &title)
{
    m_picture->setText(m_picture->fontMetrics().elidedText(title, Qt::ElideRight, 240));
    m_picture->setAccessibleName(tr("Shown: %1").arg(title));
    m_picture->show();
}

void TopBar::setReadOnly(bool readOnly)
{
    const widgets::Colors &c = widgets::Theme::colors();
    m_readOnly->show();
    m_readOnly->setText(readOnly ? tr("Read-only") : tr("Changes allowed"));
    m_readOnly->setIcon(widgets::themedIcon(readOnly ? u"lock"_s : u"unlock"_s, readOnly ? c.text : c.muted));
    widgets::setStyleProperty(*m_readOnly, "locked", readOnly);
    m_readOnly->setToolTip(readOnly
                               ? tr("This context is marked read-only: Binnacle changes nothing here. Press to allow "
                                    "changes.")
                               : tr("Press to mark this context read-only, so that Binnacle changes nothing here."));
    m_readOnly->setAccessibleName(m_readOnly->text());
    m_readOnly->setAccessibleDescription(m_readOnly->toolTip());
}

void TopBar::setNamespaces(const QStringList &names)
{
    QStringList wanted{tr("All namespaces")};
    wanted += names;
    QStringList present;
    for (int i = 0; i < m_scope->count(); ++i)
        present.append(m_scope->itemText(i));
    if (present == wanted)
        return;
    const QString current = m_scope->currentText();
    const QSignalBlocker quiet(m_scope);
    m_scope->clear();
    m_scope->addItems(wanted);
    m_scope->setCurrentIndex(std::max(0, m_scope->findText(current)));
}

void TopBar::setConnection(Connection connection, std::optional<std::chrono::seconds> age, const QString &problem)
{
    const widgets::Colors &c = widgets::Theme::colors();
    const auto [text, state] = [connection]() -> std::pair<QString, cluster::HealthState> {
        switch (connection) {
        case Connection::Live:
            return {tr("Live"), cluster::HealthState::Healthy};
        case Connection::Stale:
            return {tr("Connection lost"), cluster::HealthState::Degraded};
        case Connection::Failed:
            return {tr("Not connected"), cluster::HealthState::Degraded};
        case Connection::Refused:
            return {tr("No permission"), cluster::HealthState::Degraded};
        case Connection::Connecting:
            break;
        }
        return {tr("Connecting"), cluster::HealthState::Progressing};
    }();
    const bool loud = state == cluster::HealthState::Degraded;
    m_connection->setText(text);
    m_connection->setIcon(widgets::themedIcon(loud ? u"close"_s : u"connect"_s, c.state(state)));
    widgets::setStyleProperty(*m_connection, "state",
                              loud                                         ? u"lost"_s
                              : state == cluster::HealthState::Progressing ? u"busy"_s
                                                                           : u"live"_s);
    m_connection->setToolTip(problem.isEmpty() ? tr("Press to connect anew") : problem);
    m_connection->setAccessibleName(tr("Connection: %1").arg(text));
    m_age->setText(age ? tr("Data %1 old").arg(widgets::toQt(core::formatDuration(*age))) : QString());
    widgets::setStyleProperty(*m_age, "role", loud ? u"alert"_s : u"muted"_s);
}

} // namespace binnacle::gui
