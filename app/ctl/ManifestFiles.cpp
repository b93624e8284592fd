// SPDX-License-Identifier: GPL-3.0-or-later
#include "ManifestFiles.h"

#include "StackArguments.h"
#include "stack/YamlReader.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace binnacle::ctl {

namespace {

[[nodiscard]] core::Result<std::string> readText(const std::string &path)
{
    if (path == "-")
        return std::string(std::istreambuf_iterator<char>(std::cin), {});
    std::error_code ignored;
    const bool isDirectory = std::filesystem::is_directory(path, ignored);
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file && !isDirectory) {
        text.assign(std::istreambuf_iterator<char>(file), {});
        if (!file.bad())
            return text;
    }
    auto error = core::makeError(core::ErrorKind::Io,
                                 std::string("cannot be read: ") + std::strerror(isDirectory ? EISDIR : errno),
                                 "check the path and its permissions");
    error.object = path;
    return core::fail(std::move(error));
}

[[nodiscard]] core::Error contentError(const std::string &path, const std::string &what)
{
    auto error = core::makeError(core::ErrorKind::Invalid, what, "correct the file");
    error.object = path;
    return error;
}

void addObject(core::Json document, std::vector<core::Json> &objects)
{
    const auto items = document.find("items");
    const auto kind = document.find("kind");
    const bool isList = items != document.end() && items->is_array() && kind != document.end() && kind->is_string() &&
                        kind->get_ref<const std::string &>().ends_with("List");
    if (!isList) {
        objects.push_back(std::move(document));
        return;
    }
    // Items of a server's PodList do not repeat what the list says.
    std::string itemKind = kind->get<std::string>();
    itemKind.resize(itemKind.size() - 4);
    const auto version = document.find("apiVersion");
    for (auto &item : *items) {
        if (!item.is_object())
            continue;
        if (!item.contains("kind") && !itemKind.empty())
            item["kind"] = itemKind;
        if (!item.contains("apiVersion") && version != document.end())
            item["apiVersion"] = *version;
        addObject(std::move(item), objects);
    }
}

} // namespace

core::Result<std::vector<core::Json>> readManifests(const std::string &path)
{
    const auto text = readText(path);
    if (!text)
        return core::fail(text.error());
    std::vector<core::Json> documents;
    const auto first = text->find_first_not_of(" \t\r\n");
    if (first != std::string::npos && (*text)[first] == '{') {
        if (auto json = core::Json::parse(*text, nullptr, false); !json.is_discarded())
            documents.push_back(std::move(json));
    }
    if (documents.empty()) {
        auto read = stack::readYaml(*text, path);
        if (!read)
            return core::fail(asContentError(std::move(read.error())));
        documents = std::move(*read);
    }
    std::vector<core::Json> objects;
    for (std::size_t number = 0; number < documents.size(); ++number) {
        auto &document = documents[number];
        if (document.is_null())
            continue;
        if (!document.is_object())
            return core::fail(contentError(path, "document " + std::to_string(number + 1) + " is not an object"));
        addObject(std::move(document), objects);
    }
    for (const auto &object : objects) {
        if (!object.contains("kind") || !object["kind"].is_string())
            return core::fail(contentError(path, "holds an object without a kind"));
    }
    return objects;
}

} // namespace binnacle::ctl
