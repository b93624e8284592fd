// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ActionRegistry.h"

#include "widgets/common/ActionText.h"
#include "widgets/theme/Icons.h"

#include <QKeySequence>
#include <QWidget>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;

ActionRegistry::ActionRegistry(QWidget &window) : QObject(&window), m_window(window) {}

QAction &ActionRegistry::add(const Definition &definition, std::function<void()> run)
{
    auto *action = new QAction(definition.text, &m_window);
    action->setObjectName(definition.id);
    action->setShortcuts(definition.shortcuts);
    action->setData(definition.group);
    action->setProperty(widgets::descriptionProperty, definition.description);
    if (!definition.icon.isEmpty())
        action->setIcon(widgets::themedIcon(definition.icon));
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    if (definition.keys == Keys::Window) {
        action->setShortcutContext(Qt::WindowShortcut);
        m_window.addAction(action);
    } else {
        action->setShortcutContext(Qt::WidgetShortcut);
        m_viewActions.push_back(action);
    }
    m_actions.push_back(action);
    setState(definition.id, {});
    return *action;
}

void ActionRegistry::listen(QWidget &view)
{
    for (QAction *action : m_viewActions)
        view.addAction(action);
}

QAction *ActionRegistry::find(const QString &id) const
{
    for (QAction *action : m_actions) {
        if (action->objectName() == id)
            return action;
    }
    return nullptr;
}

void ActionRegistry::setState(const QString &id, const State &state)
{
    QAction *action = find(id);
    if (!action)
        return;
    const QString description = widgets::descriptionOf(*action);
    const QString keys = widgets::keysOf(*action);
    const QString name = keys.isEmpty() ? action->text() : u"%1 (%2)"_s.arg(action->text(), keys);
    const QString said = state.why.isEmpty()                       ? description
                         : description.isEmpty() || !state.enabled ? state.why
                                                                   : u"%1 – %2"_s.arg(description, state.why);
    action->setProperty(widgets::whyProperty, state.why);
    action->setVisible(state.applies);
    action->setEnabled(state.enabled && state.applies);
    action->setToolTip(state.why.isEmpty() ? name : u"%1\n%2"_s.arg(name, state.why));
    action->setStatusTip(said.isEmpty() ? action->text() : said);
    action->setWhatsThis(action->statusTip());
}

QString ActionRegistry::helpText() const
{
    QString html;
    QString group;
    for (const QAction *action : m_actions) {
        if (action->shortcuts().isEmpty())
            continue;
        if (action->data().toString() != group) {
            group = action->data().toString();
            html += u"<tr><td colspan=2 style='padding-top:12px'><b>%1</b></td></tr>"_s.arg(group.toHtmlEscaped());
        }
        QStringList keys;
        for (const QKeySequence &key : action->shortcuts())
            keys.append(key.toString(QKeySequence::NativeText).toHtmlEscaped());
        html += u"<tr><td style='padding:3px 24px 3px 0'><code>%1</code></td><td>%2</td></tr>"_s.arg(
            keys.join(u", "_s), action->text().toHtmlEscaped());
    }
    return u"<table>"_s + html + u"</table>"_s;
}

} // namespace binnacle::gui
