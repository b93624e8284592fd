// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ActionRegistry.h"

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
    action->setShortcutContext(Qt::WindowShortcut);
    action->setData(definition.group);
    if (!definition.icon.isEmpty())
        action->setIcon(widgets::themedIcon(definition.icon));
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    m_window.addAction(action);
    m_actions.push_back(action);
    return *action;
}

QAction *ActionRegistry::find(const QString &id) const
{
    for (QAction *action : m_actions) {
        if (action->objectName() == id)
            return action;
    }
    return nullptr;
}

void ActionRegistry::setEnabled(const QString &id, bool enabled, const QString &why)
{
    if (QAction *action = find(id)) {
        action->setEnabled(enabled);
        action->setToolTip(enabled ? action->text() : why);
    }
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
