// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "logs/LogRows.h"

#include <QFuture>

#include <string>
#include <vector>

namespace binnacle::widgets {

/// Writes the rows with their times and sources to a file that only its owner may read, in another thread.
[[nodiscard]] QFuture<core::Result<void>> saveLog(const logs::LogStore &lines, const logs::LogRows &rows,
                                                  std::vector<std::string> labels, const QString &file);

} // namespace binnacle::widgets
