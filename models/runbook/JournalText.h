// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runbook/Journal.h"

#include <string>

namespace binnacle::runbook {

/// @{ The bodies of journal entries: pure translations between values and JSON. Reading may throw on foreign content.
[[nodiscard]] std::string dump(const core::Json &json);
[[nodiscard]] core::Json parse(const std::string &text);
[[nodiscard]] core::Json whoRecord();
[[nodiscard]] core::Json intentRecord(const Plan &plan, TaskIndex at, const Previous &previous,
                                      const std::string &kubectl);
[[nodiscard]] core::Json outcomeRecord(const Plan &plan, TaskIndex at, const Applied &applied);
[[nodiscard]] core::Json failureRecord(const Plan &plan, TaskIndex at, const core::Error &error);
[[nodiscard]] Previous previousFrom(const core::Json &body);
[[nodiscard]] Applied appliedFrom(const core::Json &body);
[[nodiscard]] AuditEntry auditFrom(const core::Json &body, const std::string &startedBy);
[[nodiscard]] Outcome outcomeOf(const std::string &text);
/// @}

/// Of a task that was executed again after a crash: what it did first (created) outlives that the repetition found
/// nothing to change.
[[nodiscard]] Applied mergeOutcome(const std::optional<Applied> &first, Applied last);

/// The operator's account on this computer.
[[nodiscard]] std::string operatorName();

[[nodiscard]] std::int64_t toMilliseconds(std::chrono::system_clock::time_point time);
[[nodiscard]] std::chrono::system_clock::time_point fromMilliseconds(std::int64_t milliseconds);

} // namespace binnacle::runbook
