// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "core/StrongString.h"
#include "kube/Discovery.h"

#include <vector>

namespace binnacle::ctl {

/// Prints what `get` found: the server's Table (meta.k8s.io/v1) as text, or the objects themselves.
class ObjectPrinter
{
public:
    static constexpr const char *tableMediaType = "application/json;as=Table;v=v1;g=meta.k8s.io,application/"
                                                  "json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    ObjectPrinter(const Environment &environment, const kube::ApiResource &resource, bool withNamespace);

    [[nodiscard]] bool isEmpty(const core::Json &list) const;
    /// `beforeWatch`: objects one a line instead of one list.
    void printAll(const core::Json &list, bool beforeWatch, const core::Namespace &nameSpace);
    /// One watch event; false when nobody reads any more.
    [[nodiscard]] bool printEvent(const core::Json &event);

private:
    void takeColumns(const core::Json &table);
    [[nodiscard]] std::vector<std::string> cellsOf(const core::Json &row) const;
    [[nodiscard]] bool printRows(const core::Json &table, bool withHeader);
    [[nodiscard]] bool isTable() const;

    const Environment &m_environment;
    const kube::ApiResource &m_resource;
    bool m_withNamespace;
    std::vector<std::string> m_titles;
    std::vector<std::size_t> m_columns; ///< positions of the shown cells
    std::vector<std::size_t> m_widths;
};

} // namespace binnacle::ctl
