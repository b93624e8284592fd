// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace binnacle::widgets {

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
    };

    explicit TypedNameDialog(const Text &text, QWidget *parent = nullptr);
};

} // namespace binnacle::widgets
