// SPDX-License-Identifier: GPL-3.0-or-later
#include "ObservedCluster.h"

#include "Await.h"

#include <QTimer>

#include <map>

namespace binnacle::ctl {

namespace {

constexpr auto defaultPatience = std::chrono::seconds(30);

/// What no waiting mends.
[[nodiscard]] bool isFinal(const core::Error &error)
{
    return error.kind == core::ErrorKind::Tls || error.kind == core::ErrorKind::Unauthorized ||
           error.kind == core::ErrorKind::Configuration || error.kind == core::ErrorKind::Unreachable;
}

[[nodiscard]] std::string describe(const cluster::Feed &feed)
{
    return feed.kind.kind +
           (feed.nameSpace.isEmpty() ? " in all namespaces" : " in namespace " + feed.nameSpace.value());
}

/// "Pod in namespace shared (connection reset) and 3 other kinds"
[[nodiscard]] std::string describeLoading(const cluster::Store &store)
{
    std::string first;
    int others = 0;
    for (const auto &[feed, status] : store.feeds()) {
        if (status.state != cluster::FeedState::Loading && status.state != cluster::FeedState::Stale)
            continue;
        if (!first.empty())
            ++others;
        else
            first = describe(feed) + (status.error ? " (" + status.error->message + ")" : "");
    }
    return others == 0 ? first : first + " and " + std::to_string(others) + " other kinds";
}

} // namespace

ObservedCluster::ObservedCluster(const Environment &environment, const ClusterSession &session)
    : m_environment(environment), m_session(session), m_store(environment.clock), m_observer(session.client, m_store)
{
}

core::Result<void> ObservedCluster::sync(std::vector<cluster::Feed> feeds)
{
    // The same failure would come back once a feed: one plain request says it once.
    if (const auto discovery = await(m_session.client->discover()); !discovery)
        return core::fail(discovery.error());

    QEventLoop loop;
    std::optional<core::Error> problem;
    const auto end = [&](core::Error error) {
        problem = std::move(error);
        loop.quit();
    };
    QObject::connect(&m_observer, &cluster::ClusterObserver::synced, &loop, &QEventLoop::quit);
    QObject::connect(&m_store, &cluster::Store::feedChanged, &loop, [&](const cluster::Feed &feed) {
        const auto &status = m_store.feeds().at(feed);
        if (status.error && isFinal(*status.error))
            end(*status.error);
        else if (m_store.isSynced())
            loop.quit();
    });
    QObject::connect(&m_environment.interrupt, &Interrupt::interrupted, &loop,
                     [&] { end(core::makeError(core::ErrorKind::Cancelled, "stopped")); });
    const auto patience = m_environment.options.timeout.value_or(defaultPatience);
    QTimer::singleShot(patience, &loop, [&] {
        end(core::makeError(core::ErrorKind::Timeout,
                            "the cluster did not list " + describeLoading(m_store) + " within " +
                                core::formatDuration(patience),
                            "try again with a longer --timeout"));
    });
    m_observer.observe(std::move(feeds));
    if (!m_store.isSynced() && !problem)
        loop.exec();
    m_store.flush();
    if (problem)
        return core::fail(std::move(*problem));
    return judgeFeeds();
}

core::Result<void> ObservedCluster::judgeFeeds() const
{
    std::optional<core::Error> firstDenied;
    std::size_t unreadable = 0;
    std::map<core::Namespace, std::string> denied; ///< kinds by where they may not be read
    for (const auto &[feed, status] : m_store.feeds()) {
        if (status.state != cluster::FeedState::Denied && status.state != cluster::FeedState::Failed)
            continue;
        ++unreadable;
        if (status.state == cluster::FeedState::Denied) {
            std::string &kinds = denied[feed.nameSpace];
            kinds += (kinds.empty() ? "" : ", ") + feed.kind.kind;
            if (!firstDenied && status.error) {
                firstDenied = status.error;
                if (firstDenied->object.empty())
                    firstDenied->object = describe(feed);
            }
        }
    }
    if (firstDenied && unreadable == m_store.feeds().size())
        return core::fail(std::move(*firstDenied));
    for (const auto &[nameSpace, kinds] : denied) {
        const std::string place = nameSpace.isEmpty() ? "all namespaces" : "namespace " + nameSpace.value();
        m_environment.console.message("warning: what depends on these is Unknown, as this user may not read them in " +
                                      place + ": " + kinds);
    }
    return {};
}

} // namespace binnacle::ctl
