// SPDX-License-Identifier: GPL-3.0-or-later
#include "ExitStatus.h"

namespace binnacle::ctl {

ExitStatus exitStatusOf(const core::Error &error)
{
    switch (error.kind) {
    case core::ErrorKind::Usage:
        return ExitStatus::Usage;
    case core::ErrorKind::Configuration: // a kubeconfig that cannot be used leads to no cluster
    case core::ErrorKind::Unreachable:
    case core::ErrorKind::Tls:
    case core::ErrorKind::Unauthorized:
        return ExitStatus::Unreachable;
    case core::ErrorKind::Timeout:
        return error.httpStatus == 0 ? ExitStatus::Unreachable : ExitStatus::Failed;
    case core::ErrorKind::Forbidden:
        return ExitStatus::Forbidden;
    case core::ErrorKind::Cancelled:
        return ExitStatus::Cancelled;
    case core::ErrorKind::GateTimeout:
        return ExitStatus::GateTimeout;
    case core::ErrorKind::Conflict:
    case core::ErrorKind::AlreadyExists:
        return ExitStatus::Conflict;
    case core::ErrorKind::NotFound:
    case core::ErrorKind::Expired:
    case core::ErrorKind::Invalid:
    case core::ErrorKind::TooManyRequests:
    case core::ErrorKind::Server:
    case core::ErrorKind::Protocol:
    case core::ErrorKind::Unsupported:
    case core::ErrorKind::Io:
        return ExitStatus::Failed;
    }
    return ExitStatus::Failed;
}

} // namespace binnacle::ctl
