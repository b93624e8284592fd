// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace binnacle::widgets {

/// Says what is about to be done where, with the kubectl commands that would do the same. The focus starts on Cancel.
class ConfirmDialog : public QDialog
{
    Q_OBJECT

public:
    ConfirmDialog(const QString &title, const QString &what, const QString &action, const QString &kubectl,
                  QWidget *parent = nullptr);
    /// What would change, between the words and the commands.
    void showDiff(const QString &diff);
};

} // namespace binnacle::widgets
