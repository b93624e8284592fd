// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"

#include <tl/expected.hpp>

#include <string>
#include <vector>

namespace binnacle::simulator {

struct Resource;

/// One entry of Status.details.causes.
struct ApiCause
{
    std::string reason;
    std::string message;
    std::string field;
};

/// A refusal in the API's own words: becomes a metav1.Status.
struct ApiError
{
    int code = 500;
    std::string reason;
    std::string message;
    std::string group;
    std::string kind; ///< what Status.details.kind says: the resource, or the kind when Invalid
    std::string name;
    std::vector<ApiCause> causes;
    int retryAfterSeconds = 0;

    [[nodiscard]] core::Json toStatus() const;
};

template <typename T>
using ApiResult = tl::expected<T, ApiError>;

[[nodiscard]] tl::unexpected<ApiError> refuse(ApiError error);
[[nodiscard]] ApiError badRequest(const std::string &message);
[[nodiscard]] ApiError notFound(const Resource &resource, const std::string &name);
[[nodiscard]] ApiError alreadyExists(const Resource &resource, const std::string &name);
[[nodiscard]] ApiError conflict(const Resource &resource, const std::string &name, const std::string &why);
[[nodiscard]] ApiError forbidden(const Resource &resource, const std::string &name, const std::string &why);
[[nodiscard]] ApiError invalid(const Resource &resource, const std::string &name, std::vector<ApiCause> causes);
[[nodiscard]] ApiError expired(const std::string &message);

} // namespace binnacle::simulator
