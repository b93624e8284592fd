// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/QuotaFacts.h"
#include "widgets/forms/Form.h"

#include <map>
#include <set>

class QComboBox;
class QGridLayout;

namespace binnacle::widgets {

/// What containers, pods and claims of a namespace may ask for, and what containers get that do not say. Also makes a
/// limit range that does not exist yet.
class LimitRangeForm : public Form
{
    Q_OBJECT

public:
    explicit LimitRangeForm(operations::EditSession &session, QWidget *parent = nullptr);
    ~LimitRangeForm() override;

    /// What shares the namespace: for the warnings, and for the names that can be added. Read while the form is shown.
    void setFacts(operations::QuotaFacts facts);

    [[nodiscard]] QString planTitle() const override;
    [[nodiscard]] QStringList warnings() const override;
    void showValues() override;
    [[nodiscard]] QStringList showProblems(const std::vector<operations::FieldProblem> &problems) override;

protected:
    [[nodiscard]] core::Result<void> setField(const std::string &path, const core::Json &value) override;

private:
    /// Which value a field is.
    struct Cell
    {
        std::string type;
        std::string bound;
        std::string resource;
    };

    QWidget *makeGroup(const std::string &type, const QString &title);
    QWidget *makeAddLine();
    void addRow(const std::string &type, const std::string &resource);
    void suggest();

    operations::QuotaFacts m_facts;
    std::map<std::string, QGridLayout *> m_grids; ///< by type
    std::map<std::string, Cell> m_cells;          ///< by path
    std::set<std::pair<std::string, std::string>> m_shown;
    QComboBox *m_type;
    QComboBox *m_resource;
};

} // namespace binnacle::widgets
