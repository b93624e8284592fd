// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/drawer/ObjectDrawer.h"

#include "cluster/HealthRules.h"
#include "core/Clock.h"
#include "widgets/drawer/YamlHighlighter.h"
#include "widgets/theme/Icons.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

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
        emit objectWanted(
            {{item->data(Qt::UserRole).toString().toStdString(), item->data(Qt::UserRole + 1).toString().toStdString()},
             core::Namespace(item->data(Qt::UserRole + 2).toString().toStdString()),
             item->data(Qt::UserRole + 3).toString().toStdString()});
    });

    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(u"drawerTabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(scroll, tr("Summary"));
    m_tabs->addTab(m_yaml, tr("YAML"));
    m_tabs->addTab(m_events, tr("Events"));
    m_tabs->addTab(m_relations, tr("Relations"));
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
    m_component.reset();
}

void ObjectDrawer::showObject(const kube::ObjectKey &key)
{
    if (m_object != key) {
        m_component.reset();
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
    m_component = component.component;
    refresh();
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

void ObjectDrawer::refresh()
{
    if (!m_object || !m_store)
        return;
    m_title->setText(toQt(m_object->name));
    m_subtitle->setText(m_object->nameSpace.isEmpty()
                            ? toQt(m_object->kind.kind)
                            : tr("%1 in %2").arg(toQt(m_object->kind.kind), toQt(m_object->nameSpace.value())));
    fillSummary();
    fillEvents();
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
    if (record) {
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
    m_facts->setText(u"<table>"_s + m_factText + u"</table>"_s);
}

void ObjectDrawer::fillEvents()
{
    m_events->clear();
    for (const kube::RecordPointer &record : m_store->eventsOf(*m_object)) {
        const auto *event = std::get_if<kube::EventRecord>(&record->body);
        if (!event)
            continue;
        auto *item = new QListWidgetItem(
            u"%1 · %2\n%3"_s.arg(toQt(event->reason.str()), ageOf(event->last, m_store->clock()), toQt(event->message)),
            m_events);
        if (event->type == "Warning")
            item->setForeground(Theme::colors().bad);
    }
    if (m_events->count() == 0)
        m_events->addItem(tr("No events. The cluster keeps them for an hour."));
}

void ObjectDrawer::addRelation(const QString &role, const kube::ObjectKey &key)
{
    const kube::RecordPointer record = m_store->find(key);
    const cluster::Health health = record ? cluster::healthOf(*record, *m_store) : cluster::healthOf(key, *m_store);
    auto *item = new QListWidgetItem(themedIcon(iconOfKind(toQt(key.kind.kind)), Theme::colors().state(health.state)),
                                     u"%1\n%2 · %3"_s.arg(toQt(key.name), role, stateWord(health.state)), m_relations);
    item->setData(Qt::UserRole, toQt(key.kind.group));
    item->setData(Qt::UserRole + 1, toQt(key.kind.kind));
    item->setData(Qt::UserRole + 2, toQt(key.nameSpace.value()));
    item->setData(Qt::UserRole + 3, toQt(key.name));
    item->setToolTip(toQt(health.reason));
}

void ObjectDrawer::fillRelations()
{
    m_relations->clear();
    if (m_component) {
        for (const kube::ObjectKey &service : m_component->services)
            addRelation(tr("Service"), service);
        for (const kube::ObjectKey &volume : m_component->volumes)
            addRelation(tr("Volume"), volume);
    }
    const kube::RecordPointer record = m_store->find(*m_object);
    if (record) {
        if (const kube::OwnerReference *owner = record->meta.controller()) {
            if (const auto found = m_store->findByUid(core::Uid(owner->uid.str())))
                addRelation(tr("Owner"), found->key());
        }
        for (const kube::RecordPointer &child : m_store->ownedBy(core::Uid(record->meta.uid))) {
            addRelation(toQt(child->gvk.kind), child->key());
            for (const kube::RecordPointer &grandchild : m_store->ownedBy(core::Uid(child->meta.uid)))
                addRelation(toQt(grandchild->gvk.kind), grandchild->key());
        }
    }
    if (m_relations->count() == 0)
        m_relations->addItem(tr("Nothing is known to belong to it."));
}

} // namespace binnacle::widgets
