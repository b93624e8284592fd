// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "metrics/Series.h"

#include <string>
#include <vector>

namespace binnacle::metrics {

enum class AlertState {
    Pending, ///< its condition holds, and has not yet for as long as its rule asks
    Firing,
};

/// One alert, as Prometheus' /api/v1/alerts tells it.
struct Alert
{
    Labels labels;
    Labels annotations;
    AlertState state = AlertState::Pending;
    std::string activeAt; ///< RFC 3339: since when
    std::string value;

    [[nodiscard]] std::string name() const;
    /// Of a label or an annotation; empty: it has none.
    [[nodiscard]] std::string label(const std::string &name) const;
    [[nodiscard]] std::string annotation(const std::string &name) const;
};

/// Firing ones first, and of each state the longest first. `data` is that of the answer.
[[nodiscard]] std::vector<Alert> alertsFrom(const core::Json &data);

/// What an alert may be about: a workload with what belongs to it.
struct AlertSubject
{
    std::string nameSpace;
    std::string kind;
    std::string name;
    std::vector<std::string> pods;
    std::vector<std::string> services;
    std::vector<std::string> volumes; ///< PersistentVolumeClaims
};

/// Whether the labels name the subject: its namespace, and itself, one of its pods, services or volumes. Labels are
/// those of kube-state-metrics and of Prometheus' Kubernetes service discovery, "exported_" before them too, as
/// Prometheus renames what a target says of others.
[[nodiscard]] bool concerns(const Alert &alert, const AlertSubject &subject);

} // namespace binnacle::metrics
