// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"
#include "core/SecretString.h"

#include <QString>

namespace binnacle::widgets {

/// A file's bytes, if they are not more than a Secret could hold.
[[nodiscard]] core::Result<core::SecretString> readSecretFile(const QString &path);
/// Replaces the file by one that only its owner can read.
[[nodiscard]] core::Result<void> writeSecretFile(const QString &path, const core::SecretString &value);

} // namespace binnacle::widgets
