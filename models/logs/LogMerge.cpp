// SPDX-License-Identifier: GPL-3.0-or-later
#include "logs/LogMerge.h"

#include <algorithm>
#include <limits>

namespace binnacle::logs {

void LogMerge::open(std::uint16_t source, Mode mode)
{
    Queue &queue = m_queues[source];
    queue.mode = mode;
    queue.isOpen = true;
}

void LogMerge::add(const LogEntry &entry, std::string_view text, Time now)
{
    Queue &queue = m_queues[entry.source];
    queue.lines.add(entry, text);
    if (queue.arrivals.empty() || queue.arrivals.back().second != now)
        queue.arrivals.emplace_back(queue.lines.size(), now);
    else
        queue.arrivals.back().first = queue.lines.size();
}

void LogMerge::close(std::uint16_t source)
{
    m_queues[source].isOpen = false;
}

void LogMerge::Queue::pop(LogLines &into)
{
    lastKey = key();
    into.add(lines.entries[head], lines.text(head));
    ++head;
    while (!arrivals.empty() && arrivals.front().first <= head)
        arrivals.pop_front();
}

void LogMerge::Queue::compact()
{
    constexpr std::size_t worthMoving = 4096;
    if (head == lines.size()) {
        lines.clear();
        arrivals.clear();
        head = 0;
    } else if (head > worthMoving && head > lines.size() / 2) {
        LogLines rest;
        for (std::size_t at = head; at < lines.size(); ++at)
            rest.add(lines.entries[at], lines.text(at));
        for (auto &[end, when] : arrivals)
            end -= head;
        lines = std::move(rest);
        head = 0;
    }
}

LogMerge::Next LogMerge::next()
{
    Next next;
    next.until = std::numeric_limits<Stamp>::max();
    for (auto &[source, queue] : m_queues) {
        if (!queue.hasHead()) {
            next.isBlocked = next.isBlocked || (queue.isOpen && queue.mode == Mode::History);
            next.isCertain = next.isCertain && !queue.isOpen;
            continue;
        }
        if (next.queue == nullptr) {
            next.queue = &queue;
        } else if (queue.key() < next.queue->key()) {
            next.until = next.queue->key();
            next.queue = &queue;
        } else {
            next.until = std::min(next.until, queue.key());
        }
    }
    return next;
}

void LogMerge::take(LogLines &into, Time now)
{
    while (true) {
        const Next first = next();
        if (first.queue == nullptr || first.isBlocked)
            break;
        Queue &queue = *first.queue;
        const auto isDue = [&] { return first.isCertain || queue.arrivals.front().second + m_window <= now; };
        if (!isDue())
            break;
        do {
            queue.pop(into);
        } while (queue.hasHead() && queue.key() <= first.until && isDue());
        if (queue.hasHead() && queue.key() <= first.until)
            break;
    }
    for (auto &[source, queue] : m_queues)
        queue.compact();
}

std::size_t LogMerge::waitingBytes(std::uint16_t source) const
{
    const auto found = m_queues.find(source);
    if (found == m_queues.end() || !found->second.hasHead())
        return 0;
    const Queue &queue = found->second;
    return queue.lines.bytes.size() - queue.lines.entries[queue.head].offset;
}

bool LogMerge::isEmpty() const
{
    return std::none_of(m_queues.begin(), m_queues.end(), [](const auto &entry) { return entry.second.hasHead(); });
}

} // namespace binnacle::logs
