// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "forward/ForwardSnapshot.h"

#include <QString>

#include <vector>

namespace binnacle::gui {

/// Where a saved forward belongs.
struct ForwardPlace
{
    std::string context;
    std::string stack; ///< empty: the picture shows none

    friend bool operator==(const ForwardPlace &, const ForwardPlace &) = default;
};

struct SavedForward
{
    ForwardPlace place;
    forward::ForwardRequest request;
    bool startsOnConnect = false;

    friend bool operator==(const SavedForward &, const SavedForward &) = default;
};

/// The forwards that the operator keeps, as JSON in a file that is written anew with every change. Entries that cannot
/// be read, of a later version for instance, stay in the file as they are.
class SavedForwards
{
public:
    explicit SavedForwards(QString file);
    ~SavedForwards();

    [[nodiscard]] std::vector<SavedForward> of(const ForwardPlace &place) const;
    /// Replaces the one for the same port of the same target. An error: the file could not be written.
    [[nodiscard]] core::Result<void> keep(const SavedForward &saved);
    [[nodiscard]] core::Result<void> forget(const ForwardPlace &place, const forward::ForwardRequest &request);

private:
    void read();
    [[nodiscard]] core::Result<void> write() const;
    void erase(const ForwardPlace &place, const forward::ForwardRequest &request);

    QString m_file;
    std::vector<SavedForward> m_saved;
    std::vector<core::Json> m_unread;
};

} // namespace binnacle::gui
