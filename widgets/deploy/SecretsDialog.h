// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/SecretValues.h"

#include <QDialog>

#include <vector>

class QLineEdit;
class QPushButton;

namespace binnacle::widgets {

/// Asks for the secret values that only the operator knows. Hidden as they are typed; they go nowhere but into the plan
/// that is about to run.
class SecretsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SecretsDialog(std::vector<operations::SecretPrompt> prompts, QWidget *parent = nullptr);

    /// Hands the values over and clears the fields.
    [[nodiscard]] operations::SecretValues takeValues();

private:
    void validate();

    std::vector<operations::SecretPrompt> m_prompts;
    std::vector<QLineEdit *> m_fields;
    QPushButton *m_accept = nullptr;
};

} // namespace binnacle::widgets
