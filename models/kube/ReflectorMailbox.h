// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/RecordListDecoder.h"
#include "kube/Transport.h"
#include "kube/WatchDecoder.h"

#include <QObject>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace binnacle::kube {

/// One request's way from the transport's thread to the reflector's: decodes what arrives and keeps it until it is
/// fetched. However much arrives, at most one notice is under way.
class ReflectorMailbox final : public StreamConsumer
{
public:
    struct Contents
    {
        bool opened = false;
        std::vector<RecordPointer> records; ///< of a list
        std::vector<WatchEvent> events;     ///< of a watch
        std::optional<ListInfo> list;       ///< the list is complete
        std::optional<core::Result<void>> finished;
        bool more = false; ///< fetch again: a notice is under way already
    };

    /// `notify` runs in `receiver`'s thread.
    ReflectorMailbox(bool isWatch, core::GroupVersionKind gvk, std::shared_ptr<core::StringPool> pool,
                     QObject *receiver, std::function<void()> notify);

    [[nodiscard]] bool started(int status, const std::vector<std::pair<std::string, std::string>> &headers) override;
    [[nodiscard]] bool received(std::string_view bytes) override;
    void finished(core::Result<void> result) override;

    /// At most `most` records or events; how the request ended comes with the last of them.
    [[nodiscard]] Contents fetch(std::size_t most);
    /// After this nobody is notified any more.
    void close();
    [[nodiscard]] bool isWatch() const { return m_isWatch; }

private:
    void notifyLocked();

    const bool m_isWatch;
    const core::GroupVersionKind m_gvk;
    const std::shared_ptr<core::StringPool> m_pool;
    const std::function<void()> m_notify;

    // Of the transport's thread.
    std::unique_ptr<RecordListDecoder> m_listDecoder;
    std::unique_ptr<WatchDecoder> m_watchDecoder;
    std::optional<core::Error> m_decodeError;
    std::vector<RecordPointer> m_newRecords;
    std::vector<WatchEvent> m_newEvents;

    std::mutex m_mutex;
    QObject *m_receiver;
    bool m_noticeUnderWay = false;
    Contents m_contents;
    std::size_t m_fetched = 0; ///< how many of m_contents' records or events are gone
};

} // namespace binnacle::kube
