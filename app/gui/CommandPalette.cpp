// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/CommandPalette.h"

#include "widgets/theme/Icons.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;

CommandPalette::CommandPalette(std::vector<Entry> entries, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint),
      m_entries(std::move(entries)),
      m_text(new QLineEdit(this)),
      m_list(new QListWidget(this))
{
    setObjectName(u"commandPalette"_s);
    setAccessibleName(tr("Command palette"));
    m_text->setObjectName(u"paletteText"_s);
    m_text->setAccessibleName(tr("What to do or where to go"));
    m_text->setPlaceholderText(tr("Type a command, a component or a kind"));
    m_list->setObjectName(u"paletteList"_s);
    m_list->setAccessibleName(tr("Matches"));
    m_list->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_text);
    layout->addWidget(m_list);
    resize(560, 400);
    m_text->installEventFilter(this);
    connect(m_text, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_text, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    filter({});
    m_text->setFocus();
}

void CommandPalette::filter(const QString &text)
{
    m_list->clear();
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const Entry &entry = m_entries[i];
        const bool all = std::all_of(words.begin(), words.end(), [&entry](const QString &word) {
            return entry.text.contains(word, Qt::CaseInsensitive) || entry.hint.contains(word, Qt::CaseInsensitive);
        });
        if (!all)
            continue;
        auto *item =
            new QListWidgetItem(widgets::themedIcon(entry.icon.isEmpty() ? u"chevron"_s : entry.icon),
                                entry.hint.isEmpty() ? entry.text : u"%1    %2"_s.arg(entry.text, entry.hint), m_list);
        item->setData(Qt::UserRole, static_cast<int>(i));
        if (!entry.why.isEmpty()) {
            // Grey, yet within reach of the arrow keys: who cannot see the tool tip must be able to read the reason.
            item->setText(u"%1    %2"_s.arg(entry.text, entry.why));
            item->setForeground(palette().color(QPalette::Disabled, QPalette::Text));
            item->setToolTip(entry.why);
            item->setData(Qt::AccessibleDescriptionRole, tr("Not possible: %1").arg(entry.why));
        }
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item)
        return;
    const Entry entry = m_entries[static_cast<std::size_t>(item->data(Qt::UserRole).toInt())];
    if (!entry.why.isEmpty())
        return;
    accept();
    entry.run();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        if (step != 0) {
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace binnacle::gui
