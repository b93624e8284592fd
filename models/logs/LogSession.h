// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "core/CancellationToken.h"
#include "kube/Transport.h"
#include "logs/LogCollector.h"
#include "logs/LogStrand.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace binnacle::logs {

/// Whose logs: the pods that are meant now. Asked again whenever the cluster changes, so that new ones are followed.
using PodFinder = std::function<std::vector<kube::RecordPointer>(const cluster::Store &)>;

struct LogOptions
{
    bool follow = false;
    bool previous = false;                     ///< of the instance before the last restart
    std::optional<std::chrono::seconds> since; ///< lines of that long ago and later
    std::optional<std::int64_t> tail;          ///< of each container the last so many
    std::optional<std::int64_t> limitBytes;    ///< of each container
    std::string container;                     ///< empty: all of a pod, without init containers that have ended
    bool levels = true;                        ///< find out each line's level
};

/// Reads the logs of all containers that are meant, and merges them by time. Lives in the store's thread; what comes is
/// taken apart in the transport's, waits in bounded memory, and is fetched by take(). Streams that break are opened
/// again without losing or repeating lines, restarted containers and new pods are followed as they come.
///
/// A kubelet sends a log line by line, each in a packet of its own. The whole of what a container has written is
/// therefore asked for as the file that it is on the node (nodes/NAME/proxy/logs, which kubelets serve unless they are
/// told not to), ten times faster; who may not, or where there is none, gets it from pods/log as ever.
class LogSession : public QObject
{
    Q_OBJECT

public:
    /// `transport`, `store` and `clock` outlive it.
    LogSession(std::shared_ptr<kube::Transport> transport, const cluster::Store &store, PodFinder pods,
               LogOptions options, const core::Clock &clock, QObject *parent = nullptr);
    ~LogSession() override;

    void start();
    /// Lines in the order of the merge.
    [[nodiscard]] LogLines take();
    /// At once instead of after a back-off: the machine woke up, the network is back.
    void reconnect();

    struct Source
    {
        LogSource source;
        LogStrand::Phase phase = LogStrand::Phase::Waiting;
        std::optional<core::Error> error; ///< of the last failure, while nothing has come since
    };
    /// Only ever grows; a line's source is an index into it.
    [[nodiscard]] std::vector<Source> sources() const;
    [[nodiscard]] const LogSource &source(std::uint16_t index) const;
    [[nodiscard]] std::size_t sourceCount() const { return m_strands.size(); }
    /// Containers that are not read, as there are more than one session reads.
    [[nodiscard]] std::size_t leftOut() const { return m_leftOut; }

    static constexpr std::size_t mostSources = 256;

signals:
    /// take() has something.
    void arrived();
    void sourcesChanged();
    /// Without follow: nothing more will come, and take() gives the last of it.
    void finished();

private:
    struct Strand;

    void reconcile();
    void adopt(const kube::ObjectRecord &pod, bool historyFirst, bool isNew);
    void act(Strand &strand, const LogStrand::Action &action);
    void open(Strand &strand, const LogStrand::Open &wish);
    /// Whether the file on the node may stand in for what is asked for.
    [[nodiscard]] bool mayReadFile(const Strand &strand, const LogStrand::Open &wish) const;
    [[nodiscard]] kube::HttpRequest fileRequest(const Strand &strand) const;
    [[nodiscard]] kube::HttpRequest request(const Strand &strand, const LogStrand::Open &wish) const;
    void handle(const StreamEnd &end);
    void drain();
    void checkOver();

    std::shared_ptr<kube::Transport> m_transport;
    const cluster::Store &m_store;
    PodFinder m_pods;
    LogOptions m_options;
    std::shared_ptr<LogCollector> m_collector;
    std::vector<std::unique_ptr<Strand>> m_strands;
    std::map<std::pair<std::string, std::string>, std::size_t> m_known; ///< by pod uid and container
    QTimer m_reconcile;
    QTimer m_merge;
    core::CancellationSource m_cancel;
    std::size_t m_leftOut = 0;
    bool m_isFinished = false;
};

} // namespace binnacle::logs
