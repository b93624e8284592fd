// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/drawer/ObjectDrawer.h"

#include "cluster/HealthRules.h"
#include "core/Clock.h"
#include "items/EventRow.h"
#include "items/Relations.h"
#include "widgets/drawer/ActionsPage.h"
#include "widgets/drawer/YamlHighlighter.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QDateTime>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <variant>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

namespace {

QString ageOf(kube::Timestamp then, const core::Clock &clock)
{
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch());
    return then == 0 ? QString() : toQt(core::formatDuration(now - std::chrono::seconds(then)));
}

QListWidget *makeList(const QString &objectName, const QString &name)
{
    auto *list = new QListWidget;
    list->setObjectName(objectName);
    list->setAccessibleName(name);
    list->setWordWrap(true);
    list->setFrameShape(QFrame::NoFrame);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return list;
}

QString roleWord(items::RelationRole role)
{
    switch (role) {
    case items::RelationRole::Owner:
        return ObjectDrawer::tr("Owner");
    case items::RelationRole::Owned:
        return ObjectDrawer::tr("Belongs to it");
    case items::RelationRole::Uses:
        return ObjectDrawer::tr("Used by it");
    case items::RelationRole::UsedBy:
        return ObjectDrawer::tr("Uses it");
    case items::RelationRole::SendsTo:
        return ObjectDrawer::tr("Gets its traffic");
    case items::RelationRole::ReachedBy:
        return ObjectDrawer::tr("Sends traffic to it");
    case items::RelationRole::RoutesTo:
        return ObjectDrawer::tr("Gets its requests");
    case items::RelationRole::RoutedFrom:
        return ObjectDrawer::tr("Routes requests to it");
    case items::RelationRole::Scales:
        return ObjectDrawer::tr("Scaled by it");
    case items::RelationRole::ScaledBy:
        return ObjectDrawer::tr("Scales it");
    case items::RelationRole::Protects:
        return ObjectDrawer::tr("Protected by it");
    case items::RelationRole::ProtectedBy:
        return ObjectDrawer::tr("Protects it");
    case items::RelationRole::RunsOn:
        return ObjectDrawer::tr("Runs on it");
    }
    return {};
}

/// Keeps a list's current row and scroll position while it is filled anew.
class ListPlace
{
public:
    explicit ListPlace(QListWidget &list)
        : m_list(list), m_row(list.currentRow()), m_scroll(list.verticalScrollBar()->value())
    {
    }
    ~ListPlace()
    {
        m_list.setCurrentRow(std::min(m_row, m_list.count() - 1));
        m_list.verticalScrollBar()->setValue(m_scroll);
    }
    ListPlace(const ListPlace &) = delete;
    ListPlace &operator=(const ListPlace &) = delete;

private:
    QListWidget &m_list;
    int m_row;
    int m_scroll;
};

} // namespace

ObjectDrawer::ObjectDrawer(QWidget *parent) : QWidget(parent)
{
    setObjectName(u"drawer"_s);
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Details"));
    setMinimumWidth(336);
    build();
}

void ObjectDrawer::build()
{
    m_title = new QLabel(this);
    m_title->setProperty("role", u"heading"_s);
    m_title->setObjectName(u"drawerTitle"_s);
    m_subtitle = new QLabel(this);
    m_subtitle->setProperty("role", u"muted"_s);
    auto *close = new QToolButton(this);
    close->setObjectName(u"drawerClose"_s);
    close->setIcon(themedIcon(u"close"_s));
    close->setAccessibleName(tr("Close the details"));
    close->setToolTip(tr("Close (Esc)"));
    connect(close, &QToolButton::clicked, this, &ObjectDrawer::closed);

    m_state = new QLabel;
    m_state->setObjectName(u"drawerState"_s);
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::RichText);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_facts = new QLabel;
    m_facts->setTextFormat(Qt::RichText);
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *summary = new QWidget;
    auto *summaryLayout = new QVBoxLayout(summary);
    summaryLayout->setContentsMargins(16, 16, 16, 16);
    summaryLayout->setSpacing(16);
    summaryLayout->addWidget(m_state);
    summaryLayout->addWidget(m_facts);
    summaryLayout->addStretch(1);
    auto *scroll = new QScrollArea;
    scroll->setWidget(summary);
    scroll->setWidgetResizable(true);

    m_yaml = new QPlainTextEdit;
    m_yaml->setObjectName(u"drawerYaml"_s);
    m_yaml->setAccessibleName(tr("YAML"));
    m_yaml->setReadOnly(true);
    m_yaml->setLineWrapMode(QPlainTextEdit::NoWrap);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_yaml->setFont(fixed);
    m_yaml->setStyleSheet(u"font-family: '%1'; font-size: 12px;"_s.arg(fixed.family()));
    new YamlHighlighter(m_yaml->document());
    m_events = makeList(u"drawerEvents"_s, tr("Events"));
    m_relations = makeList(u"drawerRelations"_s, tr("Relations"));
    connect(m_relations, &QListWidget::itemActivated, this, [this](const QListWidgetItem *item) {
        if (item->data(Qt::UserRole).isValid())
            emit objectWanted(item->data(Qt::UserRole).value<kube::ObjectKey>());
    });

    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(u"drawerTabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(scroll, tr("Summary"));
    m_tabs->addTab(m_yaml, tr("YAML"));
    m_tabs->addTab(m_events, tr("Events"));
    m_tabs->addTab(m_relations, tr("Relations"));
    m_actions = new ActionsPage;
    m_tabs->addTab(m_actions, tr("Actions"));
    m_tabs->setUsesScrollButtons(true);
    connect(m_tabs, &QTabWidget::currentChanged, this, &ObjectDrawer::refresh);
    connect(m_tabs, &QTabWidget::currentChanged, this, &ObjectDrawer::wantYaml);

    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_subtitle);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(16, 16, 8, 8);
    head->addLayout(words, 1);
    head->addWidget(close, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_tabs, 1);
}

void ObjectDrawer::setStore(const cluster::Store *store)
{
    m_store = store;
    m_object.reset();
    m_seen = false;
    m_goneSince.reset();
}

void ObjectDrawer::showObject(const kube::ObjectKey &key)
{
    if (m_object != key) {
        m_seen = false;
        m_goneSince.reset();
        m_yamlAsked = false;
        m_yaml->clear();
    }
    m_object = key;
    refresh();
    wantYaml();
}

void ObjectDrawer::showComponent(const stack::ComponentState &component)
{
    showObject(component.component.workload);
}

void ObjectDrawer::showPage(Page page)
{
    m_tabs->setCurrentIndex(static_cast<int>(page));
    m_tabs->currentWidget()->setFocus();
}

void ObjectDrawer::wantYaml()
{
    if (!m_object || m_yamlAsked || m_tabs->currentWidget() != m_yaml)
        return;
    m_yamlAsked = true;
    m_yaml->setPlainText(tr("# asking the cluster"));
    emit yamlWanted(*m_object);
}

void ObjectDrawer::setYaml(const kube::ObjectKey &key, const QString &yaml)
{
    if (m_object == key)
        m_yaml->setPlainText(yaml);
}

void ObjectDrawer::setActions(const QList<QAction *> &actions)
{
    m_actions->setActions(actions);
}

void ObjectDrawer::setActionsSubject(const QString &text)
{
    m_actions->setSubject(text);
}

void ObjectDrawer::watchPresence()
{
    const kube::RecordPointer record = m_store->find(*m_object);
    const auto *feed = m_store->feedFor(m_object->kind, m_object->nameSpace);
    const bool live = feed && feed->state == cluster::FeedState::Live;
    if (record) {
        m_seen = true;
        m_goneSince.reset();
    } else if (m_seen && live && !m_goneSince) { // without a live watch, absence is no proof
        m_goneSince = m_store->clock().now();
    }
}

void ObjectDrawer::refresh()
{
    if (!m_object || !m_store)
        return;
    watchPresence();
    const QString name = toQt(m_object->name);
    m_title->setText(m_goneSince ? tr("%1 (gone)").arg(name) : name);
    m_subtitle->setText(m_object->nameSpace.isEmpty()
                            ? toQt(m_object->kind.kind)
                            : tr("%1 in %2").arg(toQt(m_object->kind.kind), toQt(m_object->nameSpace.value())));
    fillSummary();
    // Lists in hidden pages are filled when they are shown.
    if (m_tabs->currentWidget() == m_events)
        fillEvents();
    else if (m_tabs->currentWidget() == m_relations)
        fillRelations();
}

void ObjectDrawer::addFact(const QString &name, const QString &value)
{
    if (value.isEmpty())
        return;
    m_factText +=
        u"<tr><td style='color:%1;padding:3px 16px 3px 0'>%2</td><td style='padding:3px 0'>%3</td></tr>"_s.arg(
            Theme::colors().muted.name(), name.toHtmlEscaped(), value.toHtmlEscaped());
}

void ObjectDrawer::fillSummary()
{
    const kube::RecordPointer record = m_store->find(*m_object);
    const cluster::Health health =
        record ? cluster::healthOf(*record, *m_store) : cluster::healthOf(*m_object, *m_store);
    m_state->setText(u"<span style='color:%1;font-weight:600;font-size:14px'>%2</span><br>%3"_s.arg(
        Theme::colors().state(health.state).name(), stateWord(health.state), toQt(health.reason).toHtmlEscaped()));
    m_factText.clear();
    if (m_goneSince) {
        const auto seconds = m_goneSince->time_since_epoch();
        const QDateTime since =
            QDateTime::fromSecsSinceEpoch(std::chrono::duration_cast<std::chrono::seconds>(seconds).count());
        const auto ago = std::chrono::duration_cast<std::chrono::seconds>(m_store->clock().now() - *m_goneSince);
        m_state->setText(u"<span style='color:%1;font-weight:600;font-size:14px'>%2</span><br>%3"_s.arg(
            Theme::colors().bad.name(),
            tr("Gone since %1 (%2 ago)")
                .arg(since.toString(u"HH:mm:ss"_s), toQt(core::formatDuration(ago)))
                .toHtmlEscaped(),
            tr("The cluster no longer has it. What is shown here was true until then.").toHtmlEscaped()));
    } else if (record) {
        addFact(tr("Age"), ageOf(record->meta.created, m_store->clock()));
        addFact(tr("API version"), toQt(record->gvk.apiVersion()));
        if (const auto *pod = std::get_if<kube::PodRecord>(&record->body)) {
            addFact(tr("Node"), toQt(pod->node.str()));
            addFact(tr("Address"), toQt(pod->podIp));
            for (const kube::ContainerRecord &container : pod->containers)
                addFact(toQt(container.name.str()),
                        container.restarts == 0
                            ? toQt(container.image.str())
                            : tr("%1, restarts: %2").arg(toQt(container.image.str())).arg(container.restarts));
        }
        for (const auto &[key, value] : record->meta.labels)
            addFact(toQt(key.str()), toQt(value.str()));
    } else {
        addFact(tr("Next"), tr("Deploy the stack, or look in another namespace."));
    }
    if (m_goneSince)
        return; // the last facts stay
    m_facts->setText(u"<table>"_s + m_factText + u"</table>"_s);
}

void ObjectDrawer::fillEvents()
{
    std::vector<items::EventRow> rows = items::eventRows(m_store->eventsOf(*m_object), *m_store);
    std::sort(rows.begin(), rows.end(),
              [](const auto &a, const auto &b) { return std::pair(-a.last, a.id) < std::pair(-b.last, b.id); });
    const ListPlace place(*m_events);
    m_events->clear();
    for (const items::EventRow &row : rows) {
        const QString times = row.count > 1 ? tr("%1 · %2 times · %3 ago") : tr("%1 · %3 ago");
        QString head = times;
        head.replace(u"%1"_s, row.reason).replace(u"%2"_s, QString::number(row.count));
        head.replace(u"%3"_s, ageOf(row.last, m_store->clock()));
        auto *item = new QListWidgetItem(u"%1\n%2"_s.arg(head, row.message), m_events);
        if (row.warning) {
            item->setForeground(Theme::colors().bad);
            item->setIcon(themedIcon(u"stop"_s, Theme::colors().bad)); // never by colour alone
            item->setData(Qt::AccessibleTextRole, tr("Warning: %1").arg(item->text()));
        }
    }
    if (m_events->count() == 0)
        m_events->addItem(tr("No events. The cluster keeps them for an hour."));
}

void ObjectDrawer::fillRelations()
{
    const ListPlace place(*m_relations);
    m_relations->clear();
    for (const items::Relation &relation : items::relationsOf(*m_object, *m_store)) {
        const kube::ObjectKey &key = relation.key;
        const kube::RecordPointer record = m_store->find(key);
        const cluster::Health health = record ? cluster::healthOf(*record, *m_store) : cluster::healthOf(key, *m_store);
        auto *item =
            new QListWidgetItem(themedIcon(iconOfKind(toQt(key.kind.kind)), Theme::colors().state(health.state)),
                                u"%1\n%2 · %3 · %4"_s.arg(toQt(key.name), roleWord(relation.role), toQt(key.kind.kind),
                                                          stateWord(health.state)),
                                m_relations);
        item->setData(Qt::UserRole, QVariant::fromValue(key));
        item->setToolTip(toQt(health.reason));
    }
    if (m_relations->count() == 0)
        m_relations->addItem(tr("Nothing is known to belong to it."));
}

} // namespace binnacle::widgets
