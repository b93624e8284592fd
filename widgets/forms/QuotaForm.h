// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/QuotaFacts.h"
#include "widgets/forms/Form.h"

#include <map>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace binnacle::widgets {

class UsageBar;

/// The hard values of a quota, each beside what is used of it; resources can be added and removed. Also makes a quota
/// that does not exist yet.
class QuotaForm : public Form
{
    Q_OBJECT

public:
    explicit QuotaForm(operations::EditSession &session, QWidget *parent = nullptr);
    ~QuotaForm() override;

    /// What shares the namespace: for the warnings, and for the names that can be added. Read while the form is shown.
    void setFacts(operations::QuotaFacts facts);

    [[nodiscard]] QString planTitle() const override;
    [[nodiscard]] QStringList warnings() const override;
    void showValues() override;

private:
    struct Row
    {
        QWidget *widget = nullptr;
        FieldRow *field = nullptr;
        UsageBar *bar = nullptr;
        QPushButton *remove = nullptr;
    };

    QWidget *makeAddLine();
    Row makeRow(const std::string &resource);
    void syncRows();
    void showUsage();
    void add();
    void removeOrKeep(const std::string &resource);
    void suggest();

    operations::QuotaFacts m_facts;
    QLabel *m_scopes;
    QVBoxLayout *m_list;
    QComboBox *m_resource;
    QLineEdit *m_amount;
    QLabel *m_addProblem;
    std::map<std::string, Row> m_rows;
};

} // namespace binnacle::widgets
