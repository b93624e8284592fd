// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QKeySequence>
#include <QLabel>
#include <QTabBar>
#include <QWidget>

#include <map>

namespace binnacle::tests {

/// What is shown and shares its Alt key with something else that is shown: by keyboard neither is sure to be pressed.
/// "Alt+M: Merge, Most replicas".
inline QStringList ambiguousMnemonics(const QWidget &window)
{
    std::map<QString, QStringList> owners;
    const auto add = [&owners](const QString &text) {
        if (const auto keys = QKeySequence::mnemonic(text); !keys.isEmpty())
            owners[keys.toString()].append(QString(text).remove(QLatin1Char('&')));
    };
    for (const auto *button : window.findChildren<QAbstractButton *>()) {
        if (button->isVisible())
            add(button->text());
    }
    for (const auto *label : window.findChildren<QLabel *>()) {
        if (label->isVisible() && label->buddy() != nullptr)
            add(label->text());
    }
    for (const auto *tabs : window.findChildren<QTabBar *>()) {
        for (int index = 0; tabs->isVisible() && index < tabs->count(); ++index)
            add(tabs->tabText(index));
    }
    QStringList ambiguous;
    for (const auto &[keys, texts] : owners) {
        if (texts.size() > 1)
            ambiguous += keys + QStringLiteral(": ") + texts.join(QStringLiteral(", "));
    }
    return ambiguous;
}

} // namespace binnacle::tests
