// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "MetricsSource.h"

namespace binnacle::ctl {

/// Asks the cluster's Prometheus.
class QueryCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &program) override;
    [[nodiscard]] core::Result<void> run(const Environment &environment) override;

private:
    [[nodiscard]] core::Result<metrics::TimeRange> range(const Environment &environment) const;
    [[nodiscard]] core::Result<metrics::QueryResult> ask(const Environment &environment,
                                                         const metrics::PrometheusClient &client) const;
    void print(const Environment &environment, const metrics::QueryResult &result,
               const metrics::PrometheusSource &source) const;

    MetricsSource m_source;
    std::string m_expression;
    std::string m_time;
    std::string m_range;
    std::string m_step;
};

} // namespace binnacle::ctl
