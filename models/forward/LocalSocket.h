// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <cstddef>

namespace binnacle::forward {

/// A connection that somebody on this computer made to us. The system's own calls, because QTcpSocket closes both
/// directions when the other side closes one, and copies what passes. Closes with its end.
class LocalSocket
{
public:
    enum class Outcome {
        Done,
        Later, ///< nothing to read, or no room: the system will tell
        Ended, ///< read: the other side sends no more
        Failed,
    };
    struct Transfer
    {
        Outcome outcome = Outcome::Failed;
        std::size_t bytes = 0;
    };

    /// Takes over the descriptor of a connected socket, and never blocks on it.
    explicit LocalSocket(qintptr descriptor);
    ~LocalSocket();
    LocalSocket(const LocalSocket &) = delete;
    LocalSocket &operator=(const LocalSocket &) = delete;

    [[nodiscard]] qintptr descriptor() const { return m_descriptor; }
    [[nodiscard]] Transfer read(char *space, std::size_t size);
    [[nodiscard]] Transfer write(const char *bytes, std::size_t size);
    /// The other side reads the end of our bytes, and may go on sending.
    void endWriting();
    /// Its end will be a reset: the other side shall not take what it got for all there is.
    void breakOff();

private:
    qintptr m_descriptor;
};

} // namespace binnacle::forward
