// SPDX-License-Identifier: GPL-3.0-or-later
#include "WatchRecorder.h"

#include <nlohmann/json.hpp>

namespace binnacle::contract {

class WatchRecorder::Consumer : public kube::StreamConsumer
{
public:
    bool started(int status, const std::vector<std::pair<std::string, std::string>> &) override
    {
        const std::lock_guard lock(mutex);
        httpStatus = status;
        return true;
    }
    bool received(std::string_view bytes) override
    {
        const std::lock_guard lock(mutex);
        partial += bytes;
        for (auto end = partial.find('\n'); end != std::string::npos; end = partial.find('\n')) {
            const auto event = core::Json::parse(partial.substr(0, end), nullptr, false);
            partial.erase(0, end + 1);
            if (event.is_object() && event.value("type", "") != "BOOKMARK")
                events.push_back(event);
        }
        return true;
    }
    void finished(core::Result<void> result) override
    {
        const std::lock_guard lock(mutex);
        if (!result)
            error = result.error();
        isFinished = true;
    }

    std::mutex mutex;
    std::string partial;
    std::vector<core::Json> events;
    int httpStatus = 0;
    bool isFinished = false;
    std::optional<core::Error> error;
};

WatchRecorder::WatchRecorder() : m_consumer(std::make_shared<Consumer>()) {}

WatchRecorder::~WatchRecorder()
{
    m_stop.cancel();
}

std::unique_ptr<WatchRecorder> WatchRecorder::start(kube::Transport &transport, kube::HttpRequest request)
{
    auto recorder = std::unique_ptr<WatchRecorder>(new WatchRecorder);
    transport.stream(std::move(request), recorder->m_consumer, recorder->m_stop.token());
    return recorder;
}

std::vector<std::string> WatchRecorder::types() const
{
    const std::lock_guard lock(m_consumer->mutex);
    std::vector<std::string> types;
    for (const auto &event : m_consumer->events)
        types.push_back(event.value("type", ""));
    return types;
}

core::Json WatchRecorder::event(std::size_t index) const
{
    const std::lock_guard lock(m_consumer->mutex);
    return m_consumer->events.at(index);
}

bool WatchRecorder::isRefused() const
{
    return statusCode() >= 400;
}

int WatchRecorder::statusCode() const
{
    const std::lock_guard lock(m_consumer->mutex);
    if (m_consumer->error && m_consumer->error->httpStatus != 0)
        return m_consumer->error->httpStatus;
    for (const auto &event : m_consumer->events) {
        if (event.value("type", "") == "ERROR")
            return event.value("/object/code"_json_pointer, 0);
    }
    return m_consumer->httpStatus;
}

std::string WatchRecorder::describe() const
{
    const std::lock_guard lock(m_consumer->mutex);
    std::string text = "HTTP " + std::to_string(m_consumer->httpStatus);
    if (m_consumer->error)
        text += ", " + m_consumer->error->describe();
    for (const auto &event : m_consumer->events)
        text += "\n" + event.dump().substr(0, 300);
    return text;
}

} // namespace binnacle::contract
