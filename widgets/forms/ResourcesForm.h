// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/PodTemplates.h"
#include "widgets/forms/Form.h"

class QVBoxLayout;

namespace binnacle::widgets {

/// Image, requests and limits of each container of a workload's pods.
class ResourcesForm : public Form
{
    Q_OBJECT

public:
    explicit ResourcesForm(operations::EditSession &session, QWidget *parent = nullptr);

    [[nodiscard]] QString planTitle() const override;
    [[nodiscard]] runbook::GateKind gate() const override { return runbook::GateKind::Ready; }
    [[nodiscard]] QStringList warnings() const override;
    void showValues() override;
    [[nodiscard]] QStringList showProblems(const std::vector<operations::FieldProblem> &problems) override;
    [[nodiscard]] bool isUnreadable() const override;

private:
    /// A request, and the limit that it must not exceed.
    struct Pair
    {
        operations::ContainerResource resource;
        FieldRow *request;
    };

    void addContainer(const operations::ContainerFields &container);
    /// Why the request is too much, or nothing.
    [[nodiscard]] QString excess(const Pair &pair) const;

    QVBoxLayout *m_layout;
    std::vector<Pair> m_pairs;
};

} // namespace binnacle::widgets
