// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/connection/PluginConsentDialog.h"

#include "kube/Kubeconfig.h"
#include "widgets/theme/Text.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace binnacle::widgets {

PluginConsentDialog::PluginConsentDialog(const kube::ContextSummary &context, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("pluginConsent"));
    setWindowTitle(tr("Run a program to log in?"));
    setMinimumWidth(560);

    auto *what =
        new QLabel(tr("The kubeconfig says that context %1 (user %2, server %3) logs in with a program on this "
                      "computer. It would run with your rights:")
                       .arg(toQt(context.name.value()), toQt(context.user), toQt(context.server)),
                   this);
    what->setTextFormat(Qt::PlainText);
    what->setWordWrap(true);

    QStringList vector{toQt(context.execCommand)};
    for (const std::string &argument : context.execArguments)
        vector.append(QStringLiteral("    ") + toQt(argument));
    auto *command = new QPlainTextEdit(vector.join(QLatin1Char('\n')), this);
    command->setObjectName(QStringLiteral("pluginCommand"));
    command->setAccessibleName(tr("The program and its arguments, one a line"));
    command->setReadOnly(true);
    command->setTabChangesFocus(true);
    command->setLineWrapMode(QPlainTextEdit::NoWrap);
    command->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    command->setMinimumHeight(
        (static_cast<int>(std::min<qsizetype>(vector.size(), 10)) + 1) * command->fontMetrics().lineSpacing() + 16);

    auto *why = new QLabel(tr("Allow it only if you know this program and where the kubeconfig comes from. Binnacle "
                              "asks once for this context and this command, and again when either changes."),
                           this);
    why->setWordWrap(true);
    why->setProperty("role", QStringLiteral("muted"));

    auto *buttons = new QDialogButtonBox(this);
    auto *allow = buttons->addButton(tr("&Allow and connect"), QDialogButtonBox::AcceptRole);
    allow->setObjectName(QStringLiteral("allowPlugin"));
    allow->setAutoDefault(false);
    auto *cancel = buttons->addButton(QDialogButtonBox::Cancel);
    cancel->setObjectName(QStringLiteral("refusePlugin"));
    cancel->setDefault(true);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(what);
    layout->addWidget(command, 1);
    layout->addWidget(why);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    cancel->setFocus();
}

} // namespace binnacle::widgets
