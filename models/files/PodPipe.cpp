// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/PodPipe.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace binnacle::files {

namespace {

constexpr std::size_t mostWaiting = 4U << 20;
constexpr std::size_t fewWaiting = 1U << 20;
constexpr std::size_t mostQueued = 1U << 20;
constexpr std::size_t mostComplaints = 4096;
constexpr std::size_t longestReply = 1U << 20;

} // namespace

struct PodPipe::Shared
{
    std::mutex mutex;
    std::condition_variable changed;
    std::shared_ptr<kube::PodStream> stream;
    std::string output;
    std::size_t taken = 0;
    std::string complaints;
    std::optional<core::Result<int>> result;
    bool isHeld = false;

    [[nodiscard]] std::size_t waiting() const { return output.size() - taken; }
    [[nodiscard]] std::string take(std::size_t size)
    {
        std::string bytes = output.substr(taken, size);
        taken += bytes.size();
        if (waiting() == 0 || taken > fewWaiting) {
            output.erase(0, taken);
            taken = 0;
        }
        if (isHeld && waiting() < fewWaiting) {
            isHeld = false;
            stream->setReading(true);
        }
        return bytes;
    }
};

class PodPipe::Listener final : public kube::PodStreamListener
{
public:
    explicit Listener(std::shared_ptr<Shared> shared) : m_shared(std::move(shared)) {}

    void started(const std::shared_ptr<kube::PodStream> &stream) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->stream = stream;
        m_shared->changed.notify_all();
    }
    void output(kube::PodOutput from, std::string_view bytes) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        if (from == kube::PodOutput::Error) {
            auto &complaints = m_shared->complaints;
            complaints.append(bytes);
            complaints.erase(0, complaints.size() - std::min(complaints.size(), mostComplaints));
            return;
        }
        m_shared->output.append(bytes);
        if (m_shared->waiting() > mostWaiting && !m_shared->isHeld) {
            m_shared->isHeld = true;
            m_shared->stream->setReading(false);
        }
        m_shared->changed.notify_all();
    }
    void drained() override { m_shared->changed.notify_all(); }
    void finished(core::Result<int> exitStatus) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->result = std::move(exitStatus);
        m_shared->changed.notify_all();
    }

private:
    std::shared_ptr<Shared> m_shared;
};

PodPipe::PodPipe(kube::Transport &transport, const kube::PodStreamRequest &request,
                 const core::CancellationToken &token)
    : m_shared(std::make_shared<Shared>())
{
    kube::startPodStream(transport, request, std::make_shared<Listener>(m_shared), token);
}

PodPipe::~PodPipe()
{
    const std::scoped_lock lock(m_shared->mutex);
    if (m_shared->stream)
        m_shared->stream->close();
}

/// With the lock held.
core::Error PodPipe::lost() const
{
    const auto &result = *m_shared->result;
    if (!result)
        return result.error();
    std::string said = m_shared->complaints;
    std::replace(said.begin(), said.end(), '\n', ' ');
    return core::makeError(core::ErrorKind::Server, "the shell in the container ended with " + std::to_string(*result) +
                                                        (said.empty() ? "" : ": " + said));
}

core::Result<void> PodPipe::write(std::string bytes)
{
    std::unique_lock lock(m_shared->mutex);
    m_shared->changed.wait(lock, [this] { return m_shared->stream || m_shared->result; });
    // drained() comes without the lock, so a look now and then as well.
    while (!m_shared->result && m_shared->stream->queuedBytes() > mostQueued)
        m_shared->changed.wait_for(lock, std::chrono::milliseconds(20));
    if (m_shared->result)
        return core::fail(lost());
    m_shared->stream->write(std::move(bytes));
    return {};
}

core::Result<std::optional<std::string>> PodPipe::read(std::size_t most, std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_shared->mutex);
    m_shared->changed.wait_for(lock, patience, [this] { return m_shared->waiting() > 0 || m_shared->result; });
    if (m_shared->waiting() > 0)
        return std::optional(m_shared->take(most));
    if (m_shared->result)
        return core::fail(lost());
    return std::optional<std::string>();
}

core::Result<std::string> PodPipe::readUntil(char end)
{
    std::unique_lock lock(m_shared->mutex);
    std::size_t at = std::string::npos;
    m_shared->changed.wait(lock, [this, end, &at] {
        at = m_shared->output.find(end, m_shared->taken);
        return at != std::string::npos || m_shared->result || m_shared->waiting() > longestReply;
    });
    if (at == std::string::npos) {
        if (m_shared->result)
            return core::fail(lost());
        return core::fail(core::ErrorKind::Protocol, "the shell in the container answers in a way that cannot be read");
    }
    std::string text = m_shared->take(at + 1 - m_shared->taken);
    text.pop_back();
    return text;
}

bool PodPipe::hasOutput() const
{
    const std::scoped_lock lock(m_shared->mutex);
    return m_shared->waiting() > 0;
}

std::string PodPipe::takeComplaints()
{
    const std::scoped_lock lock(m_shared->mutex);
    return std::exchange(m_shared->complaints, {});
}

} // namespace binnacle::files
