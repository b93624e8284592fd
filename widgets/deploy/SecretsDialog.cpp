// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deploy/SecretsDialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace binnacle::widgets {

SecretsDialog::SecretsDialog(std::vector<operations::SecretPrompt> prompts, QWidget *parent)
    : QDialog(parent), m_prompts(std::move(prompts))
{
    setObjectName(QStringLiteral("secretsDialog"));
    setWindowTitle(tr("Secrets that only you know"));
    setMinimumWidth(560);

    auto *form = new QFormLayout;
    form->setSpacing(12);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    for (const auto &prompt : m_prompts) {
        auto *field = new QLineEdit(this);
        const QString name = QString::fromStdString(prompt.key);
        field->setObjectName(QStringLiteral("secret-") + name);
        field->setAccessibleName(name);
        field->setEchoMode(QLineEdit::Password);
        const QString preset = QString::fromStdString(prompt.defaultValue);
        field->setPlaceholderText(!preset.isEmpty() ? tr("empty: %1").arg(preset)
                                  : prompt.optional ? tr("may stay empty")
                                                    : tr("required"));
        auto *label = new QLabel(
            prompt.description.empty() ? name : tr("%1\n%2").arg(name, QString::fromStdString(prompt.description)),
            this);
        label->setBuddy(field);
        form->addRow(label, field);
        m_fields.push_back(field);
        connect(field, &QLineEdit::textChanged, this, &SecretsDialog::validate);
    }
    auto *intro = new QLabel(tr("They are sent to the cluster and kept nowhere else. Keys that the cluster already "
                                "holds are not asked for, and not changed."),
                             this);
    intro->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(this);
    m_accept = buttons->addButton(tr("&Continue"), QDialogButtonBox::AcceptRole);
    m_accept->setObjectName(QStringLiteral("secretsContinue"));
    buttons->addButton(QDialogButtonBox::Cancel);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(16);
    layout->addWidget(intro);
    layout->addLayout(form);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    validate();
}

operations::SecretValues SecretsDialog::takeValues()
{
    operations::SecretValues values;
    for (std::size_t i = 0; i < m_prompts.size(); ++i) {
        if (!m_fields[i]->text().isEmpty())
            values.set(m_prompts[i].secret, m_prompts[i].key, core::SecretString(m_fields[i]->text().toStdString()));
        m_fields[i]->clear();
    }
    return values;
}

void SecretsDialog::validate()
{
    bool complete = true;
    for (std::size_t i = 0; i < m_prompts.size(); ++i)
        complete =
            complete && (m_prompts[i].optional || !m_prompts[i].defaultValue.empty() || !m_fields[i]->text().isEmpty());
    m_accept->setEnabled(complete);
}

} // namespace binnacle::widgets
