// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "core/SecretString.h"
#include "runbook/Plan.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::operations {

/// One key of a Secret or config map, decoded.
struct ConfigEntry
{
    std::string key;
    core::SecretString value;
    bool isBinary = false; ///< not text that an editor could show and give back as it was
    std::string path;      ///< of the field in the object, see core::FieldPath
};

/// The most that all values of a Secret or config map may hold together, in bytes: v1.MaxSecretSize.
constexpr std::size_t mostConfigBytes = 1024 * 1024;

[[nodiscard]] bool isConfigKind(const core::GroupKind &kind); ///< Secret or ConfigMap

/// The keys in order.
[[nodiscard]] std::vector<ConfigEntry> configEntries(const core::Json &object);
/// The entry's value as the object holds it: base64 in Secrets and binaryData.
[[nodiscard]] core::Json encodedConfig(const core::GroupKind &kind, std::string_view value);
/// Where a key with this value belongs: "/data/KEY", in config maps "/binaryData/KEY" for what is no text.
[[nodiscard]] std::string configPath(const core::GroupKind &kind, const std::string &key, std::string_view value);
/// What encodedConfig() made of a value under this path; nothing where the field is absent.
[[nodiscard]] core::SecretString decodedConfig(const core::GroupKind &kind, const std::string &path,
                                               const core::Json &field);

/// UTF-8 without control characters but for tab and line ends.
[[nodiscard]] bool isText(std::string_view bytes);
/// The rule of the API server (IsConfigMapKey) for a key's name, in its words.
[[nodiscard]] core::Result<void> checkConfigKey(const std::string &key);
[[nodiscard]] core::Result<void> checkConfigBytes(std::size_t bytes);
/// Whether the object may be changed at all, and what it would hold is not too much.
[[nodiscard]] core::Result<void> checkConfigObject(const core::Json &before, const core::Json &after);

/// What becomes of one key.
struct KeyChange
{
    std::string key;
    std::optional<core::SecretString> value; ///< nothing: the key is removed
};

/// The edits that make these changes of an object as it is; what is so already is left out. In memory only: of a Secret
/// they hold values. An error for a key to be removed that is not there, or one that has no valid name.
[[nodiscard]] core::Result<runbook::EditTask> configEdits(const core::Json &live,
                                                          const std::vector<KeyChange> &changes);

/// @{ RFC 4648 with padding.
[[nodiscard]] std::string toBase64(std::string_view bytes);
[[nodiscard]] core::SecretString fromBase64(const std::string &text);
/// @}

} // namespace binnacle::operations
