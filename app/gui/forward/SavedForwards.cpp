// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/forward/SavedForwards.h"

#include "forward/ForwardTarget.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace binnacle::gui {

namespace {

using core::Json;

std::optional<SavedForward> fromJson(const Json &json)
{
    const auto text = [&json](const char *name) { return json.value(name, std::string()); };
    try {
        const auto target = forward::targetFromText(text("target"), core::Namespace(text("namespace")));
        const auto port = forward::portMappingFromText(text("port"));
        if (!target || !port)
            return std::nullopt;
        return SavedForward{{text("context"), text("stack")}, {*target, *port}, json.value("startOnConnect", false)};
    } catch (const Json::exception &) {
        return std::nullopt;
    }
}

Json toJson(const SavedForward &saved)
{
    const auto &[target, port] = saved.request;
    return {{"context", saved.place.context},         {"stack", saved.place.stack},
            {"namespace", target.nameSpace.value()},  {"target", forward::targetText(target)},
            {"port", forward::portMappingText(port)}, {"startOnConnect", saved.startsOnConnect}};
}

bool isSame(const forward::ForwardRequest &one, const forward::ForwardRequest &other)
{
    return one.target == other.target && one.port.remote == other.port.remote;
}

} // namespace

SavedForwards::SavedForwards(QString file) : m_file(std::move(file))
{
    read();
}

SavedForwards::~SavedForwards() = default;

void SavedForwards::read()
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const Json document = Json::parse(file.readAll().toStdString(), nullptr, false);
    if (!document.is_object() || !document.contains("forwards") || !document["forwards"].is_array())
        return;
    for (const Json &entry : document["forwards"]) {
        if (auto saved = entry.is_object() ? fromJson(entry) : std::nullopt)
            m_saved.push_back(std::move(*saved));
        else
            m_unread.push_back(entry);
    }
}

core::Result<void> SavedForwards::write() const
{
    Json entries = Json::array();
    for (const auto &saved : m_saved)
        entries.push_back(toJson(saved));
    for (const auto &unread : m_unread)
        entries.push_back(unread);
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    QSaveFile file(m_file);
    const auto text = QByteArray::fromStdString(Json{{"forwards", std::move(entries)}}.dump(2) + "\n");
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return core::fail(core::ErrorKind::Io,
                          "the forwards could not be saved in " + m_file.toStdString() + ": " +
                              file.errorString().toStdString(),
                          "look at the folder's rights and free space");
    return {};
}

std::vector<SavedForward> SavedForwards::of(const ForwardPlace &place) const
{
    std::vector<SavedForward> found;
    std::copy_if(m_saved.begin(), m_saved.end(), std::back_inserter(found),
                 [&place](const SavedForward &saved) { return saved.place == place; });
    return found;
}

void SavedForwards::erase(const ForwardPlace &place, const forward::ForwardRequest &request)
{
    std::erase_if(m_saved,
                  [&](const SavedForward &saved) { return saved.place == place && isSame(saved.request, request); });
}

core::Result<void> SavedForwards::keep(const SavedForward &saved)
{
    erase(saved.place, saved.request);
    m_saved.push_back(saved);
    return write();
}

core::Result<void> SavedForwards::forget(const ForwardPlace &place, const forward::ForwardRequest &request)
{
    erase(place, request);
    return write();
}

} // namespace binnacle::gui
