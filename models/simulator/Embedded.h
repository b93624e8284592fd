// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace binnacle::simulator {

/// Contents of schema.txt, protobuf.txt, stack.yaml and infrastructure.yaml as they were when the program was built.
[[nodiscard]] std::string schemaText();
[[nodiscard]] std::string protobufText();
[[nodiscard]] std::string infrastructureText();

} // namespace binnacle::simulator
