// SPDX-License-Identifier: GPL-3.0-or-later
#include "Interrupt.h"

#include <QSocketNotifier>
#include <QTimer>

#include <array>
#include <atomic>
#include <csignal>

#ifndef _WIN32
#include <fcntl.h>
#include <unistd.h>
#endif

namespace binnacle::ctl {

namespace {

std::atomic<bool> pendingSignal = false;

#ifndef _WIN32
std::array<int, 2> wakePipe = {-1, -1};
#endif

/// Only what POSIX lists as async-signal-safe may happen here.
void onSignal(int number)
{
    pendingSignal = true;
    std::signal(number, SIG_DFL);
#ifndef _WIN32
    const char byte = 1;
    [[maybe_unused]] const auto written = write(wakePipe[1], &byte, 1);
#endif
}

} // namespace

Interrupt::Interrupt(QObject *parent) : QObject(parent)
{
#ifdef _WIN32
    auto *const poll = new QTimer(this);
    connect(poll, &QTimer::timeout, this, &Interrupt::handle);
    poll->start(100);
#else
    if (pipe(wakePipe.data()) == 0) {
        for (const int end : wakePipe)
            fcntl(end, F_SETFD, FD_CLOEXEC);
        auto *const notifier = new QSocketNotifier(wakePipe[0], QSocketNotifier::Read, this);
        connect(notifier, &QSocketNotifier::activated, this, &Interrupt::handle);
    }
    std::signal(SIGHUP, onSignal);
    // A reader that went away is seen by the failing write.
    std::signal(SIGPIPE, SIG_IGN);
#endif
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
}

Interrupt::~Interrupt()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
#ifndef _WIN32
    std::signal(SIGHUP, SIG_DFL);
    for (int &end : wakePipe) {
        close(end);
        end = -1;
    }
#endif
}

void Interrupt::handle()
{
    if (!pendingSignal.exchange(false))
        return;
#ifndef _WIN32
    std::array<char, 16> drained{};
    [[maybe_unused]] const auto count = read(wakePipe[0], drained.data(), drained.size());
#endif
    m_source.cancel();
    emit interrupted();
}

} // namespace binnacle::ctl
