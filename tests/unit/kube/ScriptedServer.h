// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

class QThread;

namespace binnacle::kube {

/// An HTTP/1.1 server on loopback whose every answer a test writes: the raw bytes for the n-th request (from 0).
/// An empty answer never comes; "close" hangs up. Runs in a thread of its own.
class ScriptedServer
{
public:
    using Script = std::function<std::string(int number, const std::string &request)>;

    explicit ScriptedServer(Script script);
    ~ScriptedServer();

    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::vector<std::string> requests() const;

    [[nodiscard]] static std::string answer(int status, const std::string &body, const std::string &headers = {});

private:
    struct State;
    std::shared_ptr<State> m_state;
    std::unique_ptr<QThread> m_thread;
};

} // namespace binnacle::kube
