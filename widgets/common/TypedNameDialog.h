// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <vector>

class QComboBox;

namespace binnacle::widgets {

class CommandBox;

/// Before something is destroyed: says what, where, and the equivalent command; the button comes alive when the
/// object's name has been typed. The focus starts on Cancel.
class TypedNameDialog : public QDialog
{
    Q_OBJECT

public:
    struct Text
    {
        QString title;
        QString consequence; ///< what will be gone
        QString place;       ///< context and namespaces
        QString name;        ///< to be typed
        QString action;      ///< of the button
        QString kubectl;     ///< may be empty
        struct Choice
        {
            QString words;
            QString kubectl; ///< instead of the other
        };
        std::vector<Choice> choices; ///< how it can be done; the first is taken unless another is chosen
        QString choicesLabel;
    };

    explicit TypedNameDialog(const Text &text, QWidget *parent = nullptr);
    /// Index into the choices; 0 where there are none.
    [[nodiscard]] int choice() const;

private:
    [[nodiscard]] QLayout *choicesRow(const Text &text, CommandBox *commands);

    QComboBox *m_choice = nullptr;
};

} // namespace binnacle::widgets
