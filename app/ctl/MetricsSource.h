// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ClusterSession.h"
#include "metrics/PrometheusClient.h"

namespace CLI {
class App;
}

namespace binnacle::ctl {

/// --source: which Prometheus is asked.
class MetricsSource
{
public:
    void declare(CLI::App &command);

    /// The one that is named, else the likeliest of the cluster's services. `session`: null opens the options' cluster
    /// when it is needed; an URL needs none.
    [[nodiscard]] core::Result<std::shared_ptr<metrics::PrometheusClient>> open(const Environment &environment,
                                                                                const ClusterSession *session) const;

private:
    std::string m_text;
};

} // namespace binnacle::ctl
