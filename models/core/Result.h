// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"

#include <tl/expected.hpp>

namespace binnacle::core {

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string next = {})
{
    return tl::unexpected<Error>(makeError(kind, std::move(message), std::move(next)));
}

} // namespace binnacle::core
