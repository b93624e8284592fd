// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ReflectorMailbox.h"

#include <QMetaObject>

#include <algorithm>
#include <iterator>

namespace binnacle::kube {

namespace {

template <typename T>
void append(std::vector<T> &to, std::vector<T> &from)
{
    if (to.empty())
        to.swap(from);
    else
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    from.clear();
}

/// Moves up to `most` elements out of `all` from `at` on; all of it at once is the common case.
template <typename T>
std::vector<T> portion(std::vector<T> &all, std::size_t &at, std::size_t most)
{
    std::vector<T> part;
    if (at == 0 && all.size() <= most) {
        part.swap(all);
        return part;
    }
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(at);
    const auto to = from + static_cast<std::ptrdiff_t>(std::min(most, all.size() - at));
    part.assign(std::make_move_iterator(from), std::make_move_iterator(to));
    at += part.size();
    if (at == all.size()) {
        all.clear();
        at = 0;
    }
    return part;
}

} // namespace

ReflectorMailbox::ReflectorMailbox(bool isWatch, core::GroupVersionKind gvk, std::shared_ptr<core::StringPool> pool,
                                   QObject *receiver, std::function<void()> notify)
    : m_isWatch(isWatch),
      m_gvk(std::move(gvk)),
      m_pool(std::move(pool)),
      m_notify(std::move(notify)),
      m_receiver(receiver)
{
}

bool ReflectorMailbox::started(int, const std::vector<std::pair<std::string, std::string>> &headers)
{
    m_pool->compact();
    const auto format = bodyFormatOf(headerValue(headers, "content-type"));
    if (m_isWatch)
        m_watchDecoder = makeWatchDecoder(format, m_gvk, *m_pool);
    else
        m_listDecoder = makeListDecoder(format, m_gvk, *m_pool);
    const std::lock_guard lock(m_mutex);
    m_contents.opened = true;
    notifyLocked();
    return m_receiver != nullptr;
}

bool ReflectorMailbox::received(std::string_view bytes)
{
    const auto decoded =
        m_isWatch ? m_watchDecoder->feed(bytes, m_newEvents) : m_listDecoder->feed(bytes, m_newRecords);
    if (!decoded)
        m_decodeError = decoded.error();
    const std::lock_guard lock(m_mutex);
    if (!m_newEvents.empty() || !m_newRecords.empty()) {
        append(m_contents.events, m_newEvents);
        append(m_contents.records, m_newRecords);
        notifyLocked();
    }
    return decoded.has_value() && m_receiver != nullptr;
}

void ReflectorMailbox::finished(core::Result<void> result)
{
    if (m_decodeError)
        result = core::fail(std::move(*m_decodeError));
    std::optional<ListInfo> list;
    if (result && m_listDecoder) {
        auto info = m_listDecoder->finish();
        if (info)
            list = std::move(*info);
        else
            result = core::fail(std::move(info.error()));
    }
    const std::lock_guard lock(m_mutex);
    m_contents.list = std::move(list);
    m_contents.finished = std::move(result);
    notifyLocked();
}

ReflectorMailbox::Contents ReflectorMailbox::fetch(std::size_t most)
{
    const std::lock_guard lock(m_mutex);
    m_noticeUnderWay = false;
    Contents contents;
    contents.opened = std::exchange(m_contents.opened, false);
    contents.records = portion(m_contents.records, m_fetched, most);
    if (contents.records.empty())
        contents.events = portion(m_contents.events, m_fetched, most);
    contents.more = !m_contents.records.empty() || !m_contents.events.empty();
    if (contents.more) {
        notifyLocked();
    } else {
        contents.list = std::exchange(m_contents.list, std::nullopt);
        contents.finished = std::exchange(m_contents.finished, std::nullopt);
    }
    return contents;
}

void ReflectorMailbox::close()
{
    const std::lock_guard lock(m_mutex);
    m_receiver = nullptr;
}

void ReflectorMailbox::notifyLocked()
{
    if (m_receiver == nullptr || m_noticeUnderWay)
        return;
    m_noticeUnderWay = true;
    QMetaObject::invokeMethod(m_receiver, m_notify, Qt::QueuedConnection);
}

} // namespace binnacle::kube
