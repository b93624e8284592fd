// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/LocalSocket.h"

#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace binnacle::forward {

namespace {

#ifdef Q_OS_WIN
using Native = SOCKET;
using Size = int;
constexpr int endOfWriting = SD_SEND;
constexpr int noFlags = 0;

bool mustWait()
{
    return WSAGetLastError() == WSAEWOULDBLOCK;
}
void makeNonBlocking(Native socket)
{
    u_long on = 1;
    ioctlsocket(socket, FIONBIO, &on);
}
void closeNative(Native socket)
{
    closesocket(socket);
}
#else
using Native = int;
using Size = std::size_t;
constexpr int endOfWriting = SHUT_WR;
#ifdef MSG_NOSIGNAL
constexpr int noFlags = MSG_NOSIGNAL;
#else
constexpr int noFlags = 0; ///< CurlTransport ignores SIGPIPE for the whole program
#endif

bool mustWait()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}
void makeNonBlocking(Native socket)
{
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
}
void closeNative(Native socket)
{
    close(socket);
}
#endif

Native native(qintptr descriptor)
{
    return static_cast<Native>(descriptor);
}

template <typename Value>
void setOption(qintptr descriptor, int level, int name, const Value &value)
{
    setsockopt(native(descriptor), level, name, reinterpret_cast<const char *>(&value), sizeof value);
}

} // namespace

LocalSocket::LocalSocket(qintptr descriptor) : m_descriptor(descriptor)
{
    makeNonBlocking(native(descriptor));
    setOption(descriptor, IPPROTO_TCP, TCP_NODELAY, int{1});
}

LocalSocket::~LocalSocket()
{
    closeNative(native(m_descriptor));
}

LocalSocket::Transfer LocalSocket::read(char *space, std::size_t size)
{
    const auto count = recv(native(m_descriptor), space, static_cast<Size>(size), 0);
    if (count > 0)
        return {Outcome::Done, static_cast<std::size_t>(count)};
    if (count == 0)
        return {Outcome::Ended, 0};
    return {mustWait() ? Outcome::Later : Outcome::Failed, 0};
}

LocalSocket::Transfer LocalSocket::write(const char *bytes, std::size_t size)
{
    const auto count = send(native(m_descriptor), bytes, static_cast<Size>(size), noFlags);
    if (count >= 0)
        return {Outcome::Done, static_cast<std::size_t>(count)};
    return {mustWait() ? Outcome::Later : Outcome::Failed, 0};
}

void LocalSocket::endWriting()
{
    shutdown(native(m_descriptor), endOfWriting);
}

void LocalSocket::breakOff()
{
    linger atOnce{};
    atOnce.l_onoff = 1;
    atOnce.l_linger = 0;
    setOption(m_descriptor, SOL_SOCKET, SO_LINGER, atOnce);
}

} // namespace binnacle::forward
