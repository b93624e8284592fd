// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"
#include "core/Json.h"
#include "core/Result.h"
#include "core/SecretString.h"

#include <string>
#include <string_view>

namespace binnacle::ctl {

enum class Colour { None, Green, Yellow, Red, Dim, Bold };

/// Where a command speaks: results on standard output, everything for people on standard error. Colours only on a
/// terminal, and not where NO_COLOR (no-color.org) is set.
class Console
{
public:
    Console();

    /// False when nobody reads any more (a closed pipe).
    bool print(std::string_view text) const;
    /// One line, so that a script can take the last line for the error; indented on a terminal.
    bool printJson(const core::Json &value) const;
    void message(std::string_view text) const;
    /// What happened, which request, what next: one to three lines.
    void error(const core::Error &error) const;
    /// The contract's {"error":{...}} line.
    void errorJson(const core::Error &error) const;

    [[nodiscard]] std::string coloured(std::string_view text, Colour colour) const;        ///< for standard output
    [[nodiscard]] std::string colouredMessage(std::string_view text, Colour colour) const; ///< for standard error
    [[nodiscard]] bool isInteractive() const { return m_inputIsTerminal && m_errorIsTerminal; }
    [[nodiscard]] bool outputIsTerminal() const { return m_outputIsTerminal; }

    /// Asks on standard error; an error of kind Cancelled at end of file.
    [[nodiscard]] core::Result<std::string> ask(std::string_view question) const;
    /// The same without showing what is typed.
    [[nodiscard]] core::Result<core::SecretString> askSecret(std::string_view question) const;

private:
    bool m_inputIsTerminal = false;
    bool m_outputIsTerminal = false;
    bool m_errorIsTerminal = false;
    bool m_coloursWanted = true;
};

} // namespace binnacle::ctl
