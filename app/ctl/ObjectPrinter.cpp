// SPDX-License-Identifier: GPL-3.0-or-later
#include "ObjectPrinter.h"

#include "core/YamlWriter.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::ctl {

namespace {

constexpr std::size_t columnGap = 3;

[[nodiscard]] std::string upper(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return c == ' ' ? '-' : static_cast<char>(std::toupper(c)); });
    return text;
}

[[nodiscard]] std::string cellText(const core::Json &cell)
{
    if (cell.is_string())
        return cell.get<std::string>();
    return cell.is_null() ? "<none>" : cell.dump();
}

/// As kubectl does by default: nobody reads them, and they are half of the text.
void dropManagedFields(core::Json &object)
{
    if (const auto meta = object.find("metadata"); meta != object.end() && meta->is_object())
        meta->erase("managedFields");
}

} // namespace

ObjectPrinter::ObjectPrinter(const Environment &environment, const kube::ApiResource &resource, bool withNamespace)
    : m_environment(environment), m_resource(resource), m_withNamespace(withNamespace)
{
}

bool ObjectPrinter::isTable() const
{
    return m_environment.options.output.empty() || m_environment.options.output == "table";
}

bool ObjectPrinter::isEmpty(const core::Json &list) const
{
    const char *const member = list.contains("rows") ? "rows" : "items";
    return !list.contains(member) || list[member].empty();
}

void ObjectPrinter::takeColumns(const core::Json &table)
{
    // Watch events carry column definitions only now and then; priority above 0 is for wide output.
    const auto definitions = table.find("columnDefinitions");
    if (definitions == table.end() || !definitions->is_array() || definitions->empty() || !m_titles.empty())
        return;
    if (m_withNamespace)
        m_titles.push_back("NAMESPACE");
    for (std::size_t position = 0; position < definitions->size(); ++position) {
        const auto &definition = (*definitions)[position];
        if (definition.value("priority", 0) > 0)
            continue;
        m_titles.push_back(upper(definition.value("name", "")));
        m_columns.push_back(position);
    }
    for (const auto &title : m_titles)
        m_widths.push_back(title.size());
}

std::vector<std::string> ObjectPrinter::cellsOf(const core::Json &row) const
{
    std::vector<std::string> cells;
    if (m_withNamespace)
        cells.push_back(row.value("/object/metadata/namespace"_json_pointer, ""));
    const auto values = row.find("cells");
    for (const std::size_t position : m_columns) {
        const bool isThere = values != row.end() && values->is_array() && position < values->size();
        cells.push_back(isThere ? cellText((*values)[position]) : "");
    }
    return cells;
}

bool ObjectPrinter::printRows(const core::Json &table, bool withHeader)
{
    takeColumns(table);
    std::vector<std::vector<std::string>> rows;
    if (withHeader)
        rows.push_back(m_titles);
    for (const auto &row : table.value("rows", core::Json::array()))
        rows.push_back(cellsOf(row));
    for (const auto &row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column)
            m_widths[column] = std::max(m_widths[column], row[column].size());
    }
    std::string text;
    for (const auto &row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            text += row[column];
            if (column + 1 < row.size())
                text.append(m_widths[column] - row[column].size() + columnGap, ' ');
        }
        text += '\n';
    }
    return m_environment.console.print(text);
}

void ObjectPrinter::printAll(const core::Json &list, bool beforeWatch, const core::Namespace &nameSpace)
{
    if (isTable()) {
        if (isEmpty(list) && !beforeWatch)
            m_environment.console.message("No " + m_resource.gvr.resource + " found" +
                                          (m_resource.namespaced && !nameSpace.isEmpty()
                                               ? " in namespace " + nameSpace.value() + "."
                                               : std::string(".")));
        else
            (void)printRows(list, true);
        return;
    }
    if (!beforeWatch) {
        core::Json shown = list;
        dropManagedFields(shown);
        if (const auto items = shown.find("items"); items != shown.end() && items->is_array())
            std::for_each(items->begin(), items->end(), dropManagedFields);
        (void)printStructured(m_environment, shown);
        return;
    }
    for (const auto &item : list.value("items", core::Json::array()))
        (void)printEvent({{"type", "ADDED"}, {"object", item}});
}

bool ObjectPrinter::printEvent(const core::Json &event)
{
    const auto object = event.find("object");
    if (object == event.end())
        return true;
    if (isTable())
        return printRows(*object, false);
    core::Json shown = event;
    dropManagedFields(shown["object"]);
    if (m_environment.options.wantsJson())
        return m_environment.console.print(shown.dump(-1, ' ', false, core::Json::error_handler_t::replace) + "\n");
    return m_environment.console.print("---\n" + core::toYaml(shown["object"]));
}

} // namespace binnacle::ctl
