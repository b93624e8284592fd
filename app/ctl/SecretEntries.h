// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Command.h"
#include "operations/ConfigData.h"

namespace binnacle::ctl {

/// Where values of keys come from: a prompt without echo, standard input, files, the environment. Never an argument:
/// those are seen by every user of the computer.
class SecretEntries
{
public:
    void declare(CLI::App &command);
    [[nodiscard]] bool isEmpty() const;
    /// Reads all of them, byte for byte; asks for the keys that were only named.
    [[nodiscard]] core::Result<std::vector<operations::KeyChange>> read(const Environment &environment) const;

private:
    std::vector<std::string> m_asked;
    std::vector<std::string> m_files;     ///< KEY=PATH
    std::vector<std::string> m_variables; ///< KEY=VARIABLE
    std::string m_input;                  ///< the key whose value standard input holds
};

/// A file's bytes.
[[nodiscard]] core::Result<core::SecretString> readSecret(const std::string &path);

} // namespace binnacle::ctl
