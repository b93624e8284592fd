// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/pods/Container.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::simulator {

struct ClusterState;

/// Thrown through a simulated program whose caller has gone; it must not be caught on the way.
struct Killed
{
};

/// Thrown through a simulated program whose terminal got Ctrl+C; a shell goes on with the next line.
struct Interrupted
{
};

/// Standard input of a simulated program.
class Input
{
public:
    virtual ~Input() = default;
    /// Waits for the next byte. Nothing: the end.
    virtual std::optional<char> next() = 0;
    [[nodiscard]] virtual bool isTerminal() const { return false; }
};

/// Standard output or error of one.
class Output
{
public:
    virtual ~Output() = default;
    virtual void write(std::string_view text) = 0;
};

/// A text that is there already; empty: /dev/null.
class TextInput final : public Input
{
public:
    explicit TextInput(std::string text = {}) : m_text(std::move(text)) {}
    std::optional<char> next() override
    {
        return m_position < m_text.size() ? std::optional(m_text[m_position++]) : std::nullopt;
    }

private:
    std::string m_text;
    std::size_t m_position = 0;
};

/// Keeps what is written.
class TextOutput final : public Output
{
public:
    void write(std::string_view bytes) override { text += bytes; }
    std::string text;
};

struct Streams
{
    std::shared_ptr<Input> input;
    std::shared_ptr<Output> output;
    std::shared_ptr<Output> errors;
};

/// Where simulated programs run.
class Machine
{
public:
    virtual ~Machine() = default;
    /// Runs `task` where the cluster may be looked at and changed, and waits for its end.
    virtual void inCluster(const std::function<void(ClusterState &)> &task) = 0;
    virtual void sleep(std::chrono::milliseconds time) = 0;
};

struct Process
{
    std::vector<std::string> arguments; ///< the program's name first
    Variables environment;
    Streams streams;
    Machine &machine;
    const Container &container;
};

/// Runs the program that the arguments name, in the thread of the caller. Its exit status; nothing: the container has
/// no such program.
[[nodiscard]] std::optional<int> runProgram(Process &process);

/// @{ One program each: what they do is what an operator uses them for, not all that the real ones can.
int runShell(Process &process);
int runPsql(Process &process);
int runPgIsReady(Process &process);
/// @}

} // namespace binnacle::simulator
