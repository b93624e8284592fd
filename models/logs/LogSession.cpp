// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogSession.h"

#include "logs/LogStamp.h"

#include <algorithm>

namespace binnacle::logs {

namespace {

using kube::ContainerPhase;

constexpr std::chrono::milliseconds reconcileAfter{100};
constexpr std::chrono::milliseconds mergeEvery{50};
/// A container may say nothing for long, and a server sends no headers before its first line. A connection that is
/// dead is found by TCP's keep-alive; a stream that is only silent is opened again after this, and nothing is lost.
constexpr std::chrono::hours silence{1};
constexpr std::chrono::seconds fileSilence{10}; ///< of a file, which is there

ContainerSight sightOf(const kube::ObjectRecord &pod, const kube::ContainerRecord &container)
{
    ContainerSight sight;
    sight.exists = true;
    sight.restarts = container.restarts;
    sight.running = container.phase == ContainerPhase::Running && pod.meta.deleted == 0;
    sight.started = container.restarts > 0 || container.phase == ContainerPhase::Running ||
                    container.phase == ContainerPhase::Terminated;
    return sight;
}

/// The instance that is asked for, by how many restarts came before it, as kubelets name its file.
int instanceOf(int restarts, const LogStrand::Open &wish)
{
    return restarts - (wish.previous ? 1 : 0);
}

} // namespace

struct LogSession::Strand
{
    Strand(std::uint16_t number, LogSource from, LogStrand::Options options, bool appearedLater)
        : index(number), source(std::move(from)), state(options), isNew(appearedLater)
    {
        timer.setSingleShot(true);
    }

    std::uint16_t index;
    LogSource source;
    LogStrand state;
    bool isNew; ///< found after the session began: read from its beginning
    std::string node;
    int restarts = 0;
    int fileInstance = -1;    ///< whose file was asked for
    bool isFileTried = false; ///< and was of no use
    bool readsFile = false;   ///< the open stream does
    LogStrand::Open wish;
    int generation = 0;
    QTimer timer;
    core::CancellationSource cancel;
};

LogSession::LogSession(std::shared_ptr<kube::Transport> transport, const cluster::Store &store, PodFinder pods,
                       LogOptions options, const core::Clock &clock, QObject *parent)
    : QObject(parent),
      m_transport(std::move(transport)),
      m_store(store),
      m_pods(std::move(pods)),
      m_options(std::move(options))
{
    LogCollector::Options collecting;
    collecting.levels = m_options.levels;
    collecting.mostBytes = m_options.limitBytes;
    m_collector = std::make_shared<LogCollector>(
        collecting, clock, [this] { QMetaObject::invokeMethod(this, &LogSession::drain, Qt::QueuedConnection); });
    m_reconcile.setSingleShot(true);
    m_reconcile.setInterval(reconcileAfter);
    connect(&m_reconcile, &QTimer::timeout, this, &LogSession::reconcile);
    m_merge.setSingleShot(true);
    m_merge.setInterval(mergeEvery);
    connect(&m_merge, &QTimer::timeout, this, &LogSession::drain);
}

LogSession::~LogSession()
{
    m_collector->shut();
    for (const auto &strand : m_strands)
        strand->cancel.cancel();
}

void LogSession::start()
{
    if (m_options.follow)
        connect(&m_store, &cluster::Store::changed, this, [this] {
            if (!m_reconcile.isActive())
                m_reconcile.start();
        });
    const auto pods = m_pods(m_store);
    std::size_t containers = 0;
    for (const auto &pod : pods)
        containers += std::get<kube::PodRecord>(pod->body).containers.size();
    const bool isOne = !m_options.container.empty() && pods.size() == 1;
    for (const auto &pod : pods)
        adopt(*pod, m_options.follow && ((containers > 1 && !isOne) || !m_options.tail), false);
    for (const auto &strand : m_strands)
        m_collector->expect(strand->index);
    reconcile();
    checkOver();
}

void LogSession::adopt(const kube::ObjectRecord &pod, bool historyFirst, bool isNew)
{
    for (const auto &container : std::get<kube::PodRecord>(pod.body).containers) {
        const bool hasEnded = container.init && !container.sidecar && container.phase == ContainerPhase::Terminated &&
                              container.exitCode == 0;
        const bool isMeant = m_options.container.empty() ? !hasEnded : container.name == m_options.container;
        if (!isMeant || m_known.count({pod.meta.uid, container.name.str()}) != 0)
            continue;
        if (m_strands.size() >= mostSources) {
            ++m_leftOut;
            continue;
        }
        LogSource source{core::Namespace(pod.meta.nameSpace.str()), pod.meta.name, pod.meta.uid, container.name.str()};
        const LogStrand::Options options{m_options.follow && !m_options.previous, m_options.previous, historyFirst};
        m_known.emplace(std::pair(source.podUid, source.container), m_strands.size());
        m_strands.push_back(
            std::make_unique<Strand>(static_cast<std::uint16_t>(m_strands.size()), std::move(source), options, isNew));
        connect(&m_strands.back()->timer, &QTimer::timeout, this,
                [this, strand = m_strands.back().get()] { act(*strand, strand->state.timerFired()); });
    }
}

void LogSession::reconcile()
{
    m_leftOut = 0;
    std::map<std::size_t, ContainerSight> sights;
    for (const auto &pod : m_pods(m_store)) {
        adopt(*pod, false, true);
        for (const auto &container : std::get<kube::PodRecord>(pod->body).containers) {
            if (const auto known = m_known.find({pod->meta.uid, container.name.str()}); known != m_known.end()) {
                sights[known->second] = sightOf(*pod, container);
                m_strands[known->second]->node = std::get<kube::PodRecord>(pod->body).node.str();
                m_strands[known->second]->restarts = container.restarts;
            }
        }
    }
    for (std::size_t index = 0; index < m_strands.size(); ++index) {
        Strand &strand = *m_strands[index];
        const auto sight = sights.find(index);
        act(strand, strand.state.sighted(sight == sights.end() ? ContainerSight() : sight->second));
    }
    emit sourcesChanged();
}

void LogSession::act(Strand &strand, const LogStrand::Action &action)
{
    if (const auto *open = std::get_if<LogStrand::Open>(&action))
        this->open(strand, *open);
    else if (const auto *wait = std::get_if<LogStrand::Wait>(&action))
        strand.timer.start(wait->delay);
    if (strand.state.phase() != LogStrand::Phase::Reading && strand.state.phase() != LogStrand::Phase::Paused)
        m_collector->close(strand.index);
}

kube::HttpRequest LogSession::request(const Strand &strand, const LogStrand::Open &wish) const
{
    kube::HttpRequest request;
    request.path = "/api/v1/namespaces/" + kube::percentEncode(strand.source.nameSpace.value()) + "/pods/" +
                   kube::percentEncode(strand.source.pod) + "/log";
    request.query = {{"container", strand.source.container}, {"timestamps", "true"}};
    if (wish.follow)
        request.query.emplace_back("follow", "true");
    if (wish.previous)
        request.query.emplace_back("previous", "true");
    if (const auto since = m_collector->since(strand.index)) {
        request.query.emplace_back("sinceTime", formatSeconds(*since));
    } else if (!strand.isNew) {
        if (m_options.since)
            request.query.emplace_back("sinceSeconds",
                                       std::to_string(std::max<long long>(m_options.since->count(), 1)));
        if (m_options.tail)
            request.query.emplace_back("tailLines", std::to_string(*m_options.tail));
    }
    request.headers = {{"Accept", "text/plain, */*"}, {"Accept-Encoding", "identity"}};
    request.timeout = silence;
    return request;
}

bool LogSession::mayReadFile(const Strand &strand, const LogStrand::Open &wish) const
{
    const bool isWhole = !m_options.tail && !m_options.since && !m_options.limitBytes && !wish.follow;
    const int instance = instanceOf(strand.restarts, wish);
    // What pods/log has begun, it ends, and a later instance has a file of its own.
    const bool isBegun = m_collector->since(strand.index) && strand.fileInstance != instance;
    return isWhole && !isBegun && !strand.isFileTried && !strand.node.empty() && instance >= 0;
}

kube::HttpRequest LogSession::fileRequest(const Strand &strand) const
{
    kube::HttpRequest request;
    const LogSource &source = strand.source;
    request.path = "/api/v1/nodes/" + kube::percentEncode(strand.node) + "/proxy/logs/pods/" +
                   kube::percentEncode(source.nameSpace.value() + "_" + source.pod + "_" + source.podUid) + "/" +
                   kube::percentEncode(source.container) + "/" + std::to_string(strand.fileInstance) + ".log";
    request.headers = {{"Accept", "*/*"}, {"Accept-Encoding", "identity"}};
    if (const auto offset = m_collector->fileOffset(strand.index); offset > 0)
        request.headers.emplace_back("Range", "bytes=" + std::to_string(offset) + "-");
    request.timeout = fileSilence;
    return request;
}

void LogSession::open(Strand &strand, const LogStrand::Open &wish)
{
    strand.cancel = core::CancellationSource();
    strand.wish = wish;
    strand.readsFile = mayReadFile(strand, wish);
    if (strand.readsFile) {
        strand.fileInstance = instanceOf(strand.restarts, wish);
        m_transport->stream(fileRequest(strand), m_collector->openFile(strand.index, ++strand.generation),
                            strand.cancel.token());
        return;
    }
    const auto http = request(strand, wish);
    const auto mode = wish.follow ? LogMerge::Mode::Live : LogMerge::Mode::History;
    m_transport->stream(http, m_collector->open(strand.index, ++strand.generation, mode), strand.cancel.token());
}

void LogSession::handle(const StreamEnd &end)
{
    Strand &strand = *m_strands[end.source];
    if (end.generation != strand.generation)
        return;
    if (end.result) {
        act(strand, strand.state.ended());
        return;
    }
    auto error = end.result.error();
    if (strand.readsFile && error.kind != core::ErrorKind::Cancelled) {
        strand.isFileTried = true;
        open(strand, strand.wish);
        return;
    }
    if (error.kind == core::ErrorKind::Cancelled) {
        strand.state.stopped();
        return;
    }
    if (error.object.empty())
        error.object = "Pod " + strand.source.nameSpace.value() + "/" + strand.source.pod;
    act(strand, strand.state.failed(error));
}

void LogSession::drain()
{
    const auto ends = m_collector->takeEnds();
    for (const auto &end : ends)
        handle(end);
    if (!ends.empty())
        emit sourcesChanged();
    switch (m_collector->stock()) {
    case LogCollector::Stock::Lines:
        emit arrived();
        break;
    case LogCollector::Stock::Held:
        if (!m_merge.isActive())
            m_merge.start();
        break;
    case LogCollector::Stock::Nothing:
        break;
    }
    checkOver();
}

LogLines LogSession::take()
{
    auto lines = m_collector->takeLines();
    for (const auto &strand : m_strands) {
        if (strand->state.phase() == LogStrand::Phase::Paused && m_collector->hasRoom(strand->index))
            act(*strand, strand->state.drained());
    }
    for (const LogEntry &entry : lines.entries)
        m_strands[entry.source]->state.progressed();
    if (m_collector->stock() == LogCollector::Stock::Held && !m_merge.isActive())
        m_merge.start();
    checkOver();
    return lines;
}

void LogSession::checkOver()
{
    const bool follows = m_options.follow && !m_options.previous;
    const bool over =
        !follows && !m_isFinished &&
        std::all_of(m_strands.begin(), m_strands.end(), [](const auto &strand) { return strand->state.isOver(); });
    if (!over || m_collector->stock() != LogCollector::Stock::Nothing)
        return;
    m_isFinished = true;
    QMetaObject::invokeMethod(this, &LogSession::finished, Qt::QueuedConnection);
}

void LogSession::reconnect()
{
    for (const auto &strand : m_strands) {
        if (strand->state.phase() != LogStrand::Phase::BackingOff)
            continue;
        strand->timer.stop();
        act(*strand, strand->state.timerFired());
    }
}

std::vector<LogSession::Source> LogSession::sources() const
{
    std::vector<Source> sources;
    for (const auto &strand : m_strands)
        sources.push_back({strand->source, strand->state.phase(), strand->state.error()});
    return sources;
}

const LogSource &LogSession::source(std::uint16_t index) const
{
    return m_strands.at(index)->source;
}

} // namespace binnacle::logs
