// SPDX-License-Identifier: GPL-3.0-or-later
#include "ExecRelay.h"

#include "RawTerminal.h"

#include <array>
#include <condition_variable>
#include <cstdio>

#ifdef _WIN32
#include <io.h>
#else
#include <poll.h>
#include <unistd.h>
#endif

namespace binnacle::ctl {

namespace {

constexpr std::size_t mostQueued = 1 << 20; ///< bytes each way
constexpr std::size_t blockSize = 64 * 1024;
constexpr std::chrono::milliseconds sizeEvery{250};

/// Blocks until there is something, the end (0), or, now and then, nothing yet (-1).
long readSome(char *into, std::size_t size)
{
#ifdef _WIN32
    return _read(0, into, static_cast<unsigned>(size));
#else
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    constexpr int patience = 100;
    if (poll(&waiting, 1, patience) == 0)
        return -1;
    return read(STDIN_FILENO, into, size);
#endif
}

} // namespace

/// What the stream's thread, the one that reads standard input, and the owner's share.
struct ExecRelay::Shared
{
    struct Block
    {
        kube::PodOutput from = kube::PodOutput::Output;
        std::string bytes;
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::function<void()> wake;
    std::shared_ptr<kube::PodStream> stream;
    std::deque<Block> output;
    std::size_t outputBytes = 0;
    std::optional<core::Result<int>> result;
    bool isHeld = false; ///< the stream is not read, as too much waits to be written
    bool isWoken = false;
    bool isOver = false;
    bool endWasLost = false;
    std::thread reader;

    void wakeOwner()
    {
        if (!isWoken && wake) {
            isWoken = true;
            wake();
        }
    }
};

class ExecRelay::Listener final : public kube::PodStreamListener
{
public:
    explicit Listener(std::shared_ptr<Shared> shared) : m_shared(std::move(shared)) {}

    void started(const std::shared_ptr<kube::PodStream> &stream) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->stream = stream;
        m_shared->wakeOwner();
    }
    void output(kube::PodOutput from, std::string_view bytes) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        auto &queue = m_shared->output;
        if (!queue.empty() && queue.back().from == from && queue.back().bytes.size() < mostQueued / 4)
            queue.back().bytes.append(bytes);
        else
            queue.push_back({from, std::string(bytes)});
        m_shared->outputBytes += bytes.size();
        if (m_shared->outputBytes > mostQueued && !m_shared->isHeld) {
            m_shared->isHeld = true;
            m_shared->stream->setReading(false);
        }
        m_shared->wakeOwner();
    }
    void drained() override { m_shared->changed.notify_all(); }
    void finished(core::Result<int> exitStatus) override
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->result = std::move(exitStatus);
        m_shared->isOver = true;
        m_shared->changed.notify_all();
        m_shared->wakeOwner();
    }

private:
    std::shared_ptr<Shared> m_shared;
};

ExecRelay::ExecRelay(Options options, QObject *parent)
    : QObject(parent), m_options(options), m_shared(std::make_shared<Shared>())
{
    m_shared->wake = [this] { QMetaObject::invokeMethod(this, &ExecRelay::look, Qt::QueuedConnection); };
    m_size.setInterval(sizeEvery);
    connect(&m_size, &QTimer::timeout, this, &ExecRelay::tellSize);
}

ExecRelay::~ExecRelay()
{
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->wake = {};
        m_shared->isOver = true;
        m_shared->changed.notify_all();
    }
#ifdef _WIN32
    if (m_shared->reader.joinable())
        m_shared->reader.detach(); // it waits for a key, and the program ends
#else
    if (m_shared->reader.joinable())
        m_shared->reader.join();
#endif
}

std::shared_ptr<kube::PodStreamListener> ExecRelay::listener()
{
    return std::make_shared<Listener>(m_shared);
}

void ExecRelay::look()
{
    std::deque<Shared::Block> output;
    std::optional<core::Result<int>> result;
    std::shared_ptr<kube::PodStream> stream;
    {
        const std::scoped_lock lock(m_shared->mutex);
        m_shared->isWoken = false;
        output.swap(m_shared->output);
        m_shared->outputBytes = 0;
        result = m_shared->result;
        stream = m_shared->stream;
        m_endWasLost = m_shared->endWasLost;
    }
    if (stream && !m_hasStarted) {
        m_hasStarted = true;
        if (m_options.terminal) {
            tellSize();
            m_size.start();
        }
        if (m_options.input)
            readInput();
        emit started();
    }
    for (const auto &block : output)
        std::fwrite(block.bytes.data(), 1, block.bytes.size(), block.from == kube::PodOutput::Output ? stdout : stderr);
    const bool isRead = std::fflush(stdout) == 0;
    std::fflush(stderr);
    {
        const std::scoped_lock lock(m_shared->mutex);
        if (m_shared->isHeld && m_shared->outputBytes < mostQueued) {
            m_shared->isHeld = false;
            stream->setReading(true);
        }
    }
    if (!isRead && stream && !result)
        stream->close(); // nobody reads what it says
    if (result) {
        m_size.stop();
        m_result = *result;
        emit finished();
    }
}

void ExecRelay::tellSize()
{
    const auto size = RawTerminal::size();
    if (!size || *size == m_known)
        return;
    m_known = *size;
    const std::scoped_lock lock(m_shared->mutex);
    m_shared->stream->resize(size->first, size->second);
}

/// In a thread of its own: whatever standard input is, reading it may block.
void ExecRelay::readInput()
{
    m_shared->reader = std::thread([shared = m_shared, terminal = m_options.terminal] {
        std::array<char, blockSize> block;
        while (true) {
            const long size = readSome(block.data(), block.size());
            std::unique_lock lock(shared->mutex);
            if (shared->isOver)
                return;
            if (size < 0)
                continue;
            if (size == 0) {
                if (terminal)
                    shared->stream->write("\x04");
                else if (!shared->stream->closeInput())
                    shared->endWasLost = true;
                shared->wakeOwner();
                return;
            }
            shared->stream->write(std::string(block.data(), static_cast<std::size_t>(size)));
            // drained() comes without the lock, so a look now and then as well.
            while (!shared->isOver && shared->stream->queuedBytes() > mostQueued)
                shared->changed.wait_for(lock, std::chrono::milliseconds(20));
        }
    });
}

} // namespace binnacle::ctl
