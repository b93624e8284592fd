// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/PanelQuery.h"

#include "core/Futures.h"

#include <algorithm>

namespace binnacle::metrics {

namespace {

struct Asking
{
    std::shared_ptr<const PrometheusClient> client;
    std::vector<Alternative> left; ///< with the subject put in
    TimeRange range;
    core::CancellationToken token;
    LineAnswer answer;
};

QFuture<core::Result<LineAnswer>> askNext(const std::shared_ptr<Asking> &asking)
{
    if (asking->left.empty())
        return core::ready(core::Result<LineAnswer>(asking->answer));
    const Alternative next = asking->left.front();
    asking->left.erase(asking->left.begin());
    return core::chain<LineAnswer>(
        asking->client->queryRange(next.expression, asking->range, asking->token),
        [asking, next](core::Result<QueryResult> result) -> QFuture<core::Result<LineAnswer>> {
            if (!result)
                return core::ready(core::Result<LineAnswer>(core::fail(std::move(result.error()))));
            if (result->isEmpty()) {
                asking->answer.empty.push_back(next);
                return askNext(asking);
            }
            asking->answer.expression = next.expression;
            asking->answer.result = std::move(*result);
            return core::ready(core::Result<LineAnswer>(std::move(asking->answer)));
        });
}

} // namespace

QFuture<core::Result<std::vector<LineAnswer>>> askPanel(const std::shared_ptr<const PrometheusClient> &client,
                                                        const Panel &panel, const Subject &subject,
                                                        const TimeRange &range, core::CancellationToken token)
{
    std::vector<QFuture<core::Result<LineAnswer>>> lines;
    for (const Line &line : panel.lines) {
        auto asking = std::make_shared<Asking>();
        asking->client = client;
        asking->range = range;
        asking->token = token;
        asking->answer.legend = line.legend;
        for (const Alternative &alternative : line.alternatives)
            asking->left.push_back({expressionFor(alternative.expression, subject, range.step), alternative.needs});
        lines.push_back(askNext(asking));
    }
    return core::collect(lines);
}

std::string whyEmpty(const std::vector<LineAnswer> &answers)
{
    std::vector<std::string> needs;
    std::string asked;
    for (const LineAnswer &answer : answers) {
        for (const Alternative &alternative : answer.empty) {
            if (asked.empty())
                asked = alternative.expression;
            if (std::find(needs.begin(), needs.end(), alternative.needs) == needs.end())
                needs.push_back(alternative.needs);
        }
    }
    std::string text = "Nothing came back. This chart needs ";
    for (std::size_t i = 0; i < needs.size(); ++i)
        text += (i == 0 ? "" : i + 1 == needs.size() ? ", or " : ", ") + needs[i];
    return text + ": Prometheus does not scrape that, or nothing happened in this range. Asked first: " + asked;
}

} // namespace binnacle::metrics
