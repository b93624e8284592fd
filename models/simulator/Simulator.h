// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace binnacle::simulator {

struct SimulatorOptions
{
    std::string address = "127.0.0.1";
    unsigned short port = 0; ///< 0: any free one
    std::string scenario = "healthy";
    int pods = 0;        ///< generated pods on top of the scenario
    bool living = false; ///< now and then a pod is replaced
    std::uint64_t seed = 1;
    std::shared_ptr<const core::Clock> clock; ///< null: the system's
    /// YAML documents of the application that the scenario shows well or broken; the scenario "empty" leaves them out.
    std::string manifests;
};

/// The demo cluster: serves the Kubernetes API over HTTP from its own thread. stop() and the destructor end it.
class Simulator
{
public:
    explicit Simulator(SimulatorOptions options);
    ~Simulator();
    Simulator(const Simulator &) = delete;
    Simulator &operator=(const Simulator &) = delete;

    [[nodiscard]] static std::vector<std::string> scenarios();

    /// Loads the scenario and listens. A fault of the options is a Usage error, of the socket an Io error.
    [[nodiscard]] core::Result<void> start();
    void stop();

    [[nodiscard]] std::string url() const; ///< "http://127.0.0.1:40123", after start()
    /// A kubeconfig with one context, "binnacle-demo".
    [[nodiscard]] std::string kubeconfig() const;

    /// Moves the cluster's time ahead and lets everything happen that falls due on the way.
    void advance(std::chrono::milliseconds by);
    /// Forgets the watch log, so that older watches and list pages end with 410.
    void compact();

private:
    class Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace binnacle::simulator
