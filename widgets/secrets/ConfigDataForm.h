// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/ConfigReaders.h"
#include "operations/SecretPlans.h"
#include "operations/SecretTypes.h"
#include "widgets/forms/Form.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace binnacle::widgets {

class ReadersView;
class SecretClipboard;
class ValueEditor;

/// The keys of one Secret or config map: their values, what the content means, and who uses it.
class ConfigDataForm : public Form
{
    Q_OBJECT

public:
    /// What the form needs of its surroundings.
    struct Context
    {
        std::shared_ptr<kube::Client> client;
        runbook::Target target;
        const core::Clock *clock = nullptr;
        core::Random *random = nullptr;
        std::filesystem::path journal;
    };

    ConfigDataForm(operations::EditSession &session, Context context, QWidget *parent = nullptr);
    ~ConfigDataForm() override;

    [[nodiscard]] QString planTitle() const override;
    [[nodiscard]] core::Result<runbook::Plan> plan(const FormContext &context,
                                                   operations::SecretValues &secrets) const override;
    [[nodiscard]] QStringList warnings() const override;
    void showValues() override;
    [[nodiscard]] QStringList showProblems(const std::vector<operations::FieldProblem> &problems) override;
    [[nodiscard]] bool isUnreadable() const override;

    [[nodiscard]] QWidget *firstField() const override;
    bool eventFilter(QObject *watched, QEvent *event) override;

signals:
    void restartWanted(const std::vector<binnacle::kube::ObjectKey> &workloads);

private:
    [[nodiscard]] QWidget *buildKeys();
    [[nodiscard]] bool isSecret() const;
    [[nodiscard]] std::string selectedKey() const;
    [[nodiscard]] std::vector<std::string> changedKeys() const;
    [[nodiscard]] std::vector<kube::ObjectKey> restarts() const;
    void select(const std::string &key);
    void fillKeys();
    void showSelected();
    void showContent();
    /// Empty: the key goes.
    void setKey(const std::string &key, const std::optional<core::SecretString> &value);
    void addKey();
    void removeKey();
    void renameKey();
    void generate();
    void importFile();
    void exportFile();
    void askServer();
    void askReaders(const stack::KnownWrites &known);

    Context m_context;
    QTreeWidget *m_keys;
    QLineEdit *m_newKey;
    QPushButton *m_add;
    QPushButton *m_remove;
    QPushButton *m_rename;
    QLabel *m_content; ///< what the values mean, and what is wrong with them
    ValueEditor *m_editor;
    ReadersView *m_readersView;
    QCheckBox *m_restart;
    QCheckBox *m_keep;
    SecretClipboard *m_clipboard;
    operations::ConfigReaders m_readers;
    operations::WayBack m_wayBack;
    QString m_problem; ///< why the content cannot be written
    QString m_notice;  ///< about the last import or export
    int m_question = 0;
};

} // namespace binnacle::widgets
