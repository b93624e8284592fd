// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace binnacle::kube {

/// What the API server wants people to know beside its answer: deprecated versions, unknown fields, Pod Security
/// (KEP-1693: Warning headers of code 299; RFC 7234, section 5.5). Other codes are about caches and say nothing here.
[[nodiscard]] std::vector<std::string> apiWarnings(const std::vector<std::pair<std::string, std::string>> &headers);

} // namespace binnacle::kube
