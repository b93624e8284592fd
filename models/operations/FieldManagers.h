// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"

#include <optional>
#include <string>

namespace binnacle::operations {

/// The object with metadata.managedFields, which the client's verbs leave out.
[[nodiscard]] QFuture<core::Result<core::Json>> withManagers(const std::shared_ptr<kube::Client> &client,
                                                             const kube::ObjectKey &key,
                                                             const core::CancellationToken &token = {});

/// Pure: the field manager (KEP-555) that has written the object's own fields since Binnacle created it, Binnacle's
/// later writes among them; nothing: nobody. Status, labels, annotations and finalizers do not count: controllers write
/// those.
[[nodiscard]] std::optional<std::string> laterWriter(const core::Json &object);

} // namespace binnacle::operations
