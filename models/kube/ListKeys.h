// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

namespace binnacle::kube {

/// Writes out the protocol of ports that leave it to its default, TCP: it is part of the key by which server-side apply
/// tells ports apart, and servers before 1.21 refuse a port without it.
void fillListKeys(core::Json &object);

} // namespace binnacle::kube
