// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace binnacle::core {

/// A place in a text, counted from 0.
struct TextPlace
{
    int position = 0;
    int line = 0;
    int column = 0;
};

/// Where yaml-cpp stops getting on: after a stray ',' between documents, YAML::LoadAll() makes empty documents until
/// the memory is full (yaml-cpp 0.7, SingleDocParser::HandleNode). Ask before LoadAll(); what is no YAML for another
/// reason is LoadAll()'s to tell.
[[nodiscard]] std::optional<TextPlace> strayYamlToken(const std::string &text);

} // namespace binnacle::core
