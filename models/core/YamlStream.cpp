// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/YamlStream.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

namespace binnacle::core {

namespace {

/// Notes where documents begin, and nothing else.
class DocumentStarts : public YAML::EventHandler
{
public:
    void OnDocumentStart(const YAML::Mark &mark) override { m_mark = mark; }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark &, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark &, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark &, const std::string &, YAML::anchor_t, const std::string &) override {}
    void OnSequenceStart(const YAML::Mark &, const std::string &, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark &, const std::string &, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

    [[nodiscard]] const YAML::Mark &mark() const { return m_mark; }

private:
    YAML::Mark m_mark = YAML::Mark::null_mark();
};

} // namespace

std::optional<TextPlace> strayYamlToken(const std::string &text)
{
    try {
        std::istringstream stream(text);
        YAML::Parser parser(stream);
        DocumentStarts starts;
        int last = -1;
        while (parser.HandleNextDocument(starts)) {
            const YAML::Mark &mark = starts.mark();
            if (mark.pos == last)
                return TextPlace{mark.pos, mark.line, mark.column};
            last = mark.pos;
        }
    } catch (const YAML::Exception &) {
        return std::nullopt; // LoadAll() stops at the same place, and says why
    }
    return std::nullopt;
}

} // namespace binnacle::core
