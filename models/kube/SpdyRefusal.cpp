// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/SpdyRefusal.h"

#include <algorithm>
#include <array>

namespace binnacle::kube {

bool isSpdyRefusal(const core::Result<void> &result)
{
    if (result)
        return false;
    const auto &error = result.error();
    if (error.kind == core::ErrorKind::Protocol)
        return true;
    static constexpr std::array statuses{200, 400, 403, 405, 406, 426, 501, 502, 505};
    return std::find(statuses.begin(), statuses.end(), error.httpStatus) != statuses.end();
}

} // namespace binnacle::kube
