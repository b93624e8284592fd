// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/SecretPlans.h"
#include "widgets/deploy/DeployController.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace binnacle::widgets {

class CommandBox;

/// Makes a new Secret of a chosen type, or a config map, as a runbook. What would not work is said while it is typed.
class SecretCreateDialog : public QDialog
{
    Q_OBJECT

public:
    SecretCreateDialog(DeployController::Environment environment, const QStringList &nameSpaces,
                       QWidget *parent = nullptr);
    ~SecretCreateDialog() override;

signals:
    void progressed(const QString &line);
    void ended(const QString &text, bool failed);
    void created(const binnacle::kube::ObjectKey &object);

private:
    struct Field
    {
        QString key; ///< empty: the operator names it
        QLineEdit *name = nullptr;
        QLineEdit *line = nullptr; ///< one of the two holds the value
        QPlainTextEdit *text = nullptr;
        QPushButton *button = nullptr; ///< imports or generates
    };

    void build();
    void showType();
    void addField(const QString &key, const QString &label, bool several, bool hidden);
    void addOwnField();
    /// Beside the private one, under its name with .pub.
    void addPublicKey(const QLineEdit *privateKey, const QByteArray &publicKey);
    void validate();
    void create();
    void finished();
    void say(const QString &text, bool alarm);
    /// A name that the operator gave to two keys; empty: none.
    [[nodiscard]] QString repeatedKey() const;
    [[nodiscard]] kube::ObjectKey object() const;
    [[nodiscard]] std::string type() const;
    [[nodiscard]] operations::SecretContent content() const;
    [[nodiscard]] core::Result<runbook::Plan> plan(operations::SecretValues &values) const;

    DeployController::Environment m_environment;
    std::unique_ptr<operations::RunbookSession> m_session;
    QComboBox *m_nameSpace;
    QLineEdit *m_name;
    QComboBox *m_type;
    QWidget *m_fieldArea;
    QFormLayout *m_fieldLayout;
    QPushButton *m_more;
    QCheckBox *m_immutable;
    QLabel *m_status;
    CommandBox *m_kubectl;
    QPushButton *m_create;
    std::vector<Field> m_fields;
    int m_captionWidth = 0; ///< pixels
};

} // namespace binnacle::widgets
