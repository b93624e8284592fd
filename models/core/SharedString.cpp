// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/SharedString.h"

namespace binnacle::core {

SharedString::SharedString(std::string_view text)
    : m_text(text.empty() ? nullptr : std::make_shared<const std::string>(text))
{
}

const std::string &SharedString::str() const
{
    static const std::string empty;
    return m_text ? *m_text : empty;
}

SharedString StringPool::intern(std::string_view text)
{
    if (text.empty())
        return {};
    if (const auto found = m_texts.find(text); found != m_texts.end())
        return found->second;
    SharedString shared(text);
    m_texts.emplace(std::string_view(shared.str()), shared);
    return shared;
}

void StringPool::compact()
{
    std::erase_if(m_texts, [](const auto &entry) { return entry.second.m_text.use_count() == 1; });
}

} // namespace binnacle::core
