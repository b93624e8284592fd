// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Reflector.h"

#include "kube/RecordDecoder.h"
#include "kube/ReflectorMailbox.h"
#include "kube/ResourcePath.h"

#include <algorithm>

namespace binnacle::kube {

namespace {

/// What one turn of the event loop takes in: a few milliseconds' worth, so that painting goes on in between.
constexpr std::size_t mostAtOnce = 1000;
constexpr std::chrono::seconds listTimeout{60};
constexpr std::chrono::seconds watchGrace{5};

/// The compact kinds are asked for as protobuf; a server that has none may answer in JSON.
std::string acceptHeader(const ReflectorOptions &options, bool isWatch, bool json)
{
    if (options.metadataOnly)
        return std::string("application/json;as=PartialObjectMetadata") + (isWatch ? "" : "List") +
               ";g=meta.k8s.io;v=v1,application/json";
    if (json || recordBodyOf(options.resource.gvk().groupKind()) == RecordBody::Json)
        return "application/json";
    return "application/vnd.kubernetes.protobuf,application/json";
}

} // namespace

Reflector::Reflector(std::shared_ptr<Transport> transport, ReflectorOptions options, ReflectorTarget target,
                     const core::Clock &clock, core::Random &random, QObject *parent)
    : QObject(parent),
      m_transport(std::move(transport)),
      m_options(std::move(options)),
      m_target(std::move(target)),
      m_clock(clock),
      m_random(random),
      m_pool(std::make_shared<core::StringPool>())
{
    m_state.watchListServed = m_options.watchListServed;
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { feed(reflector::TimerFired{}); });
}

Reflector::~Reflector()
{
    stop();
}

void Reflector::start()
{
    feed(reflector::Start{});
}

void Reflector::reconnect()
{
    feed(reflector::Reconnect{});
}

void Reflector::feed(const reflector::Input &input)
{
    const auto effects = reflector::step(m_state, input, {m_clock.monotonic(), m_random.unit()});
    for (const auto &effect : effects)
        std::visit([this](const auto &each) { apply(each); }, effect);
}

void Reflector::apply(const reflector::List &list)
{
    std::vector<std::pair<std::string, std::string>> query;
    if (list.limit > 0)
        query.emplace_back("limit", std::to_string(list.limit));
    if (!list.continueToken.empty())
        query.emplace_back("continue", list.continueToken);
    else if (!list.resourceVersion.empty())
        query.emplace_back("resourceVersion", list.resourceVersion);
    request(std::move(query), false, list.json, listTimeout);
}

void Reflector::apply(const reflector::Watch &watch)
{
    std::vector<std::pair<std::string, std::string>> query{
        {"watch", "true"}, {"allowWatchBookmarks", "true"}, {"timeoutSeconds", std::to_string(watch.timeout.count())}};
    if (!watch.resourceVersion.empty())
        query.emplace_back("resourceVersion", watch.resourceVersion);
    if (watch.sendInitialEvents) {
        query.emplace_back("sendInitialEvents", "true");
        query.emplace_back("resourceVersionMatch", "NotOlderThan");
    }
    request(std::move(query), true, watch.json, watch.timeout + watchGrace);
}

void Reflector::apply(const reflector::Publish &)
{
    if (std::exchange(m_replacing, true))
        m_target.replace(std::exchange(m_staged, {}));
}

void Reflector::apply(const reflector::Discard &)
{
    m_staged.clear();
    m_replacing = m_replacing || m_handedOn;
}

void Reflector::apply(const reflector::Stop &)
{
    stop();
}

void Reflector::apply(const reflector::Wait &wait)
{
    m_timer.start(wait.delay);
}

void Reflector::apply(const reflector::Report &report)
{
    m_target.report(report);
}

void Reflector::request(std::vector<std::pair<std::string, std::string>> query, bool isWatch, bool json,
                        std::chrono::milliseconds timeout)
{
    stop();
    HttpRequest request;
    request.path = collectionPath(m_options.resource, m_options.nameSpace);
    request.query = std::move(query);
    request.query.insert(request.query.end(), m_options.selection.begin(), m_options.selection.end());
    request.headers.emplace_back("Accept", acceptHeader(m_options, isWatch, json));
    request.timeout = timeout;
    // The notice must find the mailbox it is about, not one that came later.
    const auto self = std::make_shared<std::weak_ptr<ReflectorMailbox>>();
    m_mailbox = std::make_shared<ReflectorMailbox>(isWatch, m_options.resource.gvk(), m_pool, this, [this, self] {
        if (const auto mailbox = self->lock(); mailbox && mailbox == m_mailbox)
            drain(mailbox);
    });
    *self = m_mailbox;
    m_cancel = core::CancellationSource();
    m_transport->stream(std::move(request), m_mailbox, m_cancel.token());
}

void Reflector::stop()
{
    m_timer.stop();
    if (!m_mailbox)
        return;
    m_mailbox->close();
    m_mailbox.reset();
    m_cancel.cancel();
}

void Reflector::drain(const std::shared_ptr<ReflectorMailbox> &mailbox)
{
    auto contents = mailbox->fetch(mostAtOnce);
    // A failure is no sign of life: the age of the data must go on growing.
    if (contents.opened || !contents.records.empty() || !contents.events.empty() ||
        (contents.finished && *contents.finished))
        m_target.contact();
    if (contents.opened && mailbox->isWatch())
        feed(reflector::WatchOpened{});
    if (!contents.records.empty())
        take(std::move(contents.records));
    if (!contents.events.empty() && !takeEvents(std::move(contents.events)))
        return;
    if (!contents.finished || mailbox != m_mailbox)
        return;
    if (!*contents.finished)
        feed(reflector::Failed{contents.finished->error()});
    else if (mailbox->isWatch())
        feed(reflector::WatchEnded{});
    else
        feed(reflector::PageRead{contents.list->resourceVersion, contents.list->continueToken});
}

bool Reflector::takeEvents(std::vector<WatchEvent> events)
{
    std::vector<RecordPointer> batch;
    const auto flush = [&](const std::string &resourceVersion, bool initialEventsEnd) {
        if (!batch.empty())
            take(std::exchange(batch, {}));
        if (!resourceVersion.empty())
            feed(reflector::EventsRead{resourceVersion, initialEventsEnd});
    };
    std::string last;
    for (auto &event : events) {
        switch (event.type) {
        case WatchEventType::Added:
        case WatchEventType::Modified:
            batch.push_back(std::move(event.record));
            break;
        case WatchEventType::Deleted:
            flush({}, false);
            removed(event.record);
            break;
        case WatchEventType::Bookmark:
            if (event.initialEventsEnd)
                flush(event.resourceVersion, true);
            break;
        case WatchEventType::Error:
            flush(last, false);
            feed(reflector::Failed{std::move(*event.error)});
            return false;
        }
        last = std::move(event.resourceVersion);
    }
    flush(last, false);
    return true;
}

bool Reflector::isStaging() const
{
    const bool initial = m_state.phase == ReflectorPhase::InitPage || m_state.phase == ReflectorPhase::InitialWatch;
    return initial && m_replacing;
}

void Reflector::take(std::vector<RecordPointer> records)
{
    if (isStaging()) {
        m_staged.insert(m_staged.end(), std::make_move_iterator(records.begin()),
                        std::make_move_iterator(records.end()));
        return;
    }
    m_handedOn = true;
    m_target.upsert(std::move(records));
}

void Reflector::removed(const RecordPointer &record)
{
    if (!isStaging()) {
        m_target.remove(record);
        return;
    }
    std::erase_if(m_staged, [&](const RecordPointer &staged) {
        return staged->meta.name == record->meta.name && staged->meta.nameSpace == record->meta.nameSpace;
    });
}

} // namespace binnacle::kube
