// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ObjectText.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <sstream>
#include <vector>

namespace binnacle::operations {

namespace {

bool isBlock(const core::Json &value)
{
    return value.is_string() && value.get_ref<const std::string &>().find('\n') != std::string::npos;
}

std::string scalar(const core::Json &value)
{
    return value.dump(-1, ' ', false, core::Json::error_handler_t::replace);
}

/// A plain key where YAML reads it as the text it is, else quoted as JSON (which YAML includes).
std::string keyText(const std::string &key)
{
    const auto isPlain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '/' || c == '-' || c == '_';
    };
    const bool plain = !key.empty() && std::isalpha(static_cast<unsigned char>(key.front())) != 0 &&
                       std::all_of(key.begin(), key.end(), isPlain);
    return plain ? key : scalar(key);
}

void write(std::string &out, const core::Json &value, int indent);

void writeBlock(std::string &out, const std::string &text, int indent)
{
    out += text.back() == '\n' ? " |\n" : " |-\n";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        out += (line.empty() ? std::string() : std::string(static_cast<std::size_t>(indent), ' ') + line) + '\n';
}

void writeValue(std::string &out, const core::Json &value, int indent)
{
    if (isBlock(value)) {
        writeBlock(out, value.get_ref<const std::string &>(), indent);
    } else if (value.is_structured() && !value.empty()) {
        out += '\n';
        write(out, value, indent);
    } else {
        out += ' ' + scalar(value) + '\n';
    }
}

void write(std::string &out, const core::Json &value, int indent)
{
    const std::string margin(static_cast<std::size_t>(indent), ' ');
    if (value.is_object()) {
        for (const auto &[key, member] : value.items()) {
            out += margin + keyText(key) + ':';
            writeValue(out, member, indent + (member.is_array() ? 0 : 2));
        }
    } else if (value.is_array()) {
        for (const core::Json &element : value) {
            if (element.is_object() && !element.empty()) {
                std::string inner;
                write(inner, element, indent + 2);
                inner[static_cast<std::size_t>(indent)] = '-';
                out += inner;
            } else {
                out += margin + '-';
                writeValue(out, element, indent + 2);
            }
        }
    } else {
        out += margin + scalar(value) + '\n';
    }
}

std::vector<std::string> linesOf(const std::string &text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

struct DiffLine
{
    char mark;
    std::string text;
};

/// Longest common subsequence of what lies between the common head and tail; objects have some hundred lines.
std::vector<DiffLine> diffLines(const std::vector<std::string> &a, const std::vector<std::string> &b)
{
    std::size_t head = 0;
    while (head < a.size() && head < b.size() && a[head] == b[head])
        ++head;
    std::size_t tail = 0;
    while (tail < a.size() - head && tail < b.size() - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    const std::size_t n = a.size() - head - tail;
    const std::size_t m = b.size() - head - tail;
    std::vector<DiffLine> result;
    for (std::size_t i = 0; i < head; ++i)
        result.push_back({' ', a[i]});
    constexpr std::size_t maxCells = 16'000'000; // beyond this the middle is shown as replaced as a whole
    const bool exact = n * m <= maxCells;
    std::vector<std::uint32_t> common(exact ? (n + 1) * (m + 1) : 0, 0);
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t & { return common[i * (m + 1) + j]; };
    for (std::size_t i = exact ? n : 0; i-- > 0;) {
        for (std::size_t j = m; j-- > 0;)
            at(i, j) = a[head + i] == b[head + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < n || j < m) {
        if (exact && i < n && j < m && a[head + i] == b[head + j]) {
            result.push_back({' ', a[head + i]});
            ++i;
            ++j;
        } else if (i < n && (j == m || !exact || at(i + 1, j) >= at(i, j + 1))) {
            result.push_back({'-', a[head + i++]});
        } else {
            result.push_back({'+', b[head + j++]});
        }
    }
    for (std::size_t k = a.size() - tail; k < a.size(); ++k)
        result.push_back({' ', a[k]});
    return result;
}

std::string rangeText(std::size_t start, std::size_t count)
{
    return std::to_string(count == 0 ? start : start + 1) + (count == 1 ? "" : "," + std::to_string(count));
}

std::string hunks(const std::vector<DiffLine> &lines)
{
    constexpr std::size_t context = 3;
    std::vector<bool> shown(lines.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].mark == ' ')
            continue;
        const std::size_t from = i > context ? i - context : 0;
        for (std::size_t k = from; k < std::min(lines.size(), i + context + 1); ++k)
            shown[k] = true;
    }
    std::string out;
    std::size_t before = 0;
    std::size_t after = 0;
    for (std::size_t i = 0; i < lines.size();) {
        if (!shown[i]) {
            ++before;
            ++after;
            ++i;
            continue;
        }
        std::string body;
        std::size_t removed = 0;
        std::size_t added = 0;
        for (; i < lines.size() && shown[i]; ++i) {
            removed += lines[i].mark != '+' ? 1 : 0;
            added += lines[i].mark != '-' ? 1 : 0;
            body += lines[i].mark + lines[i].text + '\n';
        }
        out += "@@ -" + rangeText(before, removed) + " +" + rangeText(after, added) + " @@\n" + body;
        before += removed;
        after += added;
    }
    return out;
}

std::size_t bytesOf(const std::string &value, bool isBase64)
{
    if (!isBase64)
        return value.size();
    const auto end = value.find_last_not_of('=');
    return end == std::string::npos ? 0 : (end + 1) * 3 / 4;
}

void maskValues(core::Json &object, const char *field, const core::Json &before)
{
    if (!object.contains(field) || !object[field].is_object())
        return;
    const bool compares = before.is_object();
    const core::Json former = compares ? before.value(field, core::Json::object()) : core::Json::object();
    for (auto &[key, value] : object[field].items()) {
        const bool changed = compares && former.contains(key) && former[key] != value;
        const std::size_t bytes =
            value.is_string() ? bytesOf(value.get_ref<const std::string &>(), field == std::string_view("data")) : 0;
        value = std::string("*** (") + (changed ? "changed, " : "") + std::to_string(bytes) +
                (bytes == 1 ? " byte)" : " bytes)");
    }
}

using Values = std::set<std::pair<std::string, std::string>>;

/// Calls `use` with each literal environment variable, wherever containers are.
template <typename Use>
void forEachVariable(core::Json &value, const Use &use)
{
    if (value.is_object()) {
        for (auto &[key, member] : value.items()) {
            if (key != "env" || !member.is_array()) {
                forEachVariable(member, use);
                continue;
            }
            for (core::Json &variable : member) {
                if (variable.is_object() && variable.contains("value") && variable["value"].is_string())
                    use(variable.value("name", ""), variable["value"]);
            }
        }
    } else if (value.is_array()) {
        for (core::Json &element : value)
            forEachVariable(element, use);
    }
}

} // namespace

bool looksSecret(const std::string &variable, const std::string &value)
{
    std::string name;
    for (const char c : variable) {
        if (c != '_' && c != '-')
            name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    static constexpr std::array<std::string_view, 9> words = {
        "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "PRIVATEKEY", "ACCESSKEY", "CREDENTIAL"};
    const bool named = std::any_of(words.begin(), words.end(),
                                   [&](std::string_view word) { return name.find(word) != std::string::npos; });
    // "postgres://user:password@host/"
    const auto scheme = value.find("://");
    const auto host = scheme == std::string::npos ? scheme : value.find('@', scheme);
    const auto colon = scheme == std::string::npos ? scheme : value.find(':', scheme + 3);
    return (named && !value.empty()) || (host != std::string::npos && colon < host);
}

std::pair<core::Json, core::Json> withMaskedVariables(core::Json before, core::Json after)
{
    Values known;
    forEachVariable(before, [&](const std::string &name, core::Json &value) {
        if (!looksSecret(name, value.get<std::string>()))
            return;
        known.emplace(name, value.get<std::string>());
        value = "***";
    });
    forEachVariable(after, [&](const std::string &name, core::Json &value) {
        if (looksSecret(name, value.get<std::string>()))
            value = known.contains({name, value.get<std::string>()}) ? "***" : "*** (another value)";
    });
    return {std::move(before), std::move(after)};
}

kube::ObjectKey keyOf(const core::Json &object)
{
    const core::Json empty = core::Json::object();
    const core::Json &meta = object.contains("metadata") ? object["metadata"] : empty;
    const auto gvk = core::GroupVersionKind::fromApiVersion(object.value("apiVersion", ""), object.value("kind", ""));
    return {gvk.groupKind(), core::Namespace(meta.value("namespace", "")), meta.value("name", "")};
}

core::Json withoutBookkeeping(core::Json object)
{
    if (!object.is_object())
        return object;
    object.erase("status");
    if (!object.contains("metadata"))
        return object;
    core::Json &meta = object["metadata"];
    for (const char *field : {"resourceVersion", "uid", "generation", "creationTimestamp", "managedFields", "selfLink"})
        meta.erase(field);
    if (meta.contains("annotations")) {
        meta["annotations"].erase("deployment.kubernetes.io/revision");
        meta["annotations"].erase("kubectl.kubernetes.io/last-applied-configuration");
        if (meta["annotations"].empty())
            meta.erase("annotations");
    }
    return object;
}

core::Json withMaskedSecrets(core::Json object)
{
    return withMaskedSecrets(std::move(object), nullptr);
}

core::Json withMaskedSecrets(core::Json object, const core::Json &before)
{
    if (object.is_object() && object.value("kind", "") == "Secret") {
        maskValues(object, "data", before);
        maskValues(object, "stringData", before);
        // `kubectl apply` leaves a copy of all values here.
        const core::Json::json_pointer copy("/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration");
        if (object.contains(copy))
            object[copy] = "***";
    }
    return object;
}

std::string toYamlText(const core::Json &value)
{
    std::string out;
    write(out, value, 0);
    return out;
}

std::string unifiedDiff(const std::string &before, const std::string &after, const std::string &name)
{
    if (before == after)
        return {};
    return "--- " + (before.empty() ? std::string("/dev/null") : "live " + name) + "\n+++ " +
           (after.empty() ? std::string("/dev/null") : "planned " + name) + "\n" +
           hunks(diffLines(linesOf(before), linesOf(after)));
}

std::string objectDiff(const core::Json &before, const core::Json &after)
{
    if (before.is_null() && after.is_null())
        return {};
    const core::Json from = withoutBookkeeping(before);
    const core::Json to = withoutBookkeeping(after);
    const auto [seen, wanted] = withMaskedVariables(from, to);
    const auto text = [](const core::Json &object, const core::Json &former) {
        return object.is_null() ? std::string() : toYamlText(withMaskedSecrets(object, former));
    };
    std::string diff =
        unifiedDiff(text(seen, nullptr), text(wanted, seen), keyOf(after.is_null() ? before : after).describe());
    if (diff.empty() && from != to) // a value of equal length: say that it changes, not to what
        diff = "a secret value changes\n";
    return diff;
}

} // namespace binnacle::operations
