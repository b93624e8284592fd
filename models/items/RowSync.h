// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace binnacle::items {

/// What a model tells its views while rows come and go; each is called around the change of one row.
template <typename Model>
struct RowSignals
{
    Model &model;
    void insert(int row, bool begin) const { begin ? model.beginRow(row, true) : model.endRow(true); }
    void remove(int row, bool begin) const { begin ? model.beginRow(row, false) : model.endRow(false); }
    void changed(int row) const { model.rowChanged(row); }
};

/// Makes `rows` equal to `wanted` row by row, so that views keep selection and place. Both are in order of their id.
template <typename Row, typename Model>
void syncRows(std::vector<Row> &rows, std::vector<Row> wanted, const RowSignals<Model> &views)
{
    std::size_t at = 0;
    for (Row &row : wanted) {
        while (at < rows.size() && rows[at].id < row.id) {
            views.remove(static_cast<int>(at), true);
            rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
            views.remove(static_cast<int>(at), false);
        }
        if (at < rows.size() && rows[at].id == row.id) {
            if (!(rows[at] == row)) {
                rows[at] = std::move(row);
                views.changed(static_cast<int>(at));
            }
        } else {
            views.insert(static_cast<int>(at), true);
            rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), std::move(row));
            views.insert(static_cast<int>(at), false);
        }
        ++at;
    }
    while (rows.size() > at) {
        const int last = static_cast<int>(rows.size()) - 1;
        views.remove(last, true);
        rows.pop_back();
        views.remove(last, false);
    }
}

} // namespace binnacle::items
