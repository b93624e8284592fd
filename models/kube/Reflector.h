// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"
#include "core/Clock.h"
#include "core/Random.h"
#include "kube/Discovery.h"
#include "kube/Records.h"
#include "kube/ReflectorState.h"
#include "kube/Transport.h"
#include "kube/WatchDecoder.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace binnacle::kube {

class ReflectorMailbox;

/// Which collection, and how.
struct ReflectorOptions
{
    ApiResource resource;
    core::Namespace nameSpace; ///< empty: all
    bool metadataOnly = false; ///< ask for PartialObjectMetadata: for Secrets, whose values are nobody's business
    bool watchListServed = false;
    std::vector<std::pair<std::string, std::string>> selection; ///< fieldSelector, labelSelector; empty: everything
};

/// Who is told, in the reflector's own thread.
struct ReflectorTarget
{
    std::function<void(std::vector<RecordPointer>)> upsert;
    std::function<void(std::vector<RecordPointer>)> replace; ///< this is the whole collection now
    std::function<void(const RecordPointer &)> remove;
    std::function<void(const reflector::Report &)> report;
    std::function<void()> contact; ///< the server said something, if only a bookmark
};

/// Follows one collection by list and watch. The thin shell around reflector::step: decoding happens in the transport's
/// thread, and what is decoded is handed over in batches that never hold up this object's thread for long.
class Reflector : public QObject
{
public:
    Reflector(std::shared_ptr<Transport> transport, ReflectorOptions options, ReflectorTarget target,
              const core::Clock &clock, core::Random &random, QObject *parent = nullptr);
    ~Reflector() override;

    void start();
    /// At once, instead of waiting out a back-off or trusting an old connection.
    void reconnect();

private:
    void feed(const reflector::Input &input);
    void apply(const reflector::List &list);
    void apply(const reflector::Watch &watch);
    void apply(const reflector::Publish &);
    void apply(const reflector::Discard &);
    void apply(const reflector::Stop &);
    void apply(const reflector::Wait &wait);
    void apply(const reflector::Report &report);
    void request(std::vector<std::pair<std::string, std::string>> query, bool isWatch, bool json,
                 std::chrono::milliseconds timeout);
    void stop();
    void drain(const std::shared_ptr<ReflectorMailbox> &mailbox);
    /// False when an ERROR event ended the watch.
    [[nodiscard]] bool takeEvents(std::vector<WatchEvent> events);
    [[nodiscard]] bool isStaging() const;
    void take(std::vector<RecordPointer> records);
    void removed(const RecordPointer &record);

    std::shared_ptr<Transport> m_transport;
    ReflectorOptions m_options;
    ReflectorTarget m_target;
    const core::Clock &m_clock;
    core::Random &m_random;
    ReflectorState m_state;
    std::shared_ptr<core::StringPool> m_pool; ///< used in the transport's thread only
    std::shared_ptr<ReflectorMailbox> m_mailbox;
    core::CancellationSource m_cancel;
    QTimer m_timer;
    std::vector<RecordPointer> m_staged;
    bool m_handedOn = false;  ///< records went to the target already
    bool m_replacing = false; ///< the very first state goes on record by record, each later one replaces it as a whole
};

} // namespace binnacle::kube
