// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"

#include <string>

namespace binnacle::cluster {

/// A selector as people type it for kubectl -l ("app=web,tier in (db, cache),!canary") as the LabelSelector of the API,
/// with the rules of k8s.io/apimachinery's labels.Parse. An empty text selects everything.
[[nodiscard]] core::Result<core::Json> parseLabelSelector(const std::string &text);

} // namespace binnacle::cluster
