// SPDX-License-Identifier: GPL-3.0-or-later
#include "GetCommand.h"

#include "Await.h"
#include "ObjectPrinter.h"
#include "ObjectWatch.h"

#include <QUrl>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace binnacle::ctl {

namespace {

/// Big enough for few round trips, small enough that no answer takes long.
constexpr int pageSize = 500;

[[nodiscard]] core::Result<core::Json> parseBody(const std::string &body)
{
    auto json = core::Json::parse(body, nullptr, false);
    if (json.is_discarded())
        return core::fail(core::ErrorKind::Protocol, "the server's answer is not JSON",
                          "check that the kubeconfig's server is a Kubernetes API server");
    return json;
}

/// Pages of a Table carry rows, pages of a List items.
void appendPage(core::Json &all, core::Json page)
{
    const char *const member = page.contains("rows") ? "rows" : "items";
    auto &to = all[member];
    for (auto &entry : page[member])
        to.push_back(std::move(entry));
    all["metadata"] = std::move(page["metadata"]);
}

/// Items of a list of a built-in kind do not repeat what the list says; taken out of it, as by kubectl, each says it.
void completeItems(core::Json &list, const kube::ApiResource &resource)
{
    const auto items = list.find("items");
    if (items == list.end())
        return;
    if (!items->is_array())
        *items = core::Json::array();
    for (auto &item : *items) {
        item["apiVersion"] = resource.gvr.apiVersion();
        item["kind"] = resource.kind;
    }
}

} // namespace

CLI::App *GetCommand::declare(CLI::App &program)
{
    auto *const command = program.add_subcommand("get", "Show objects as the server gives them");
    m_objects.declare(*command, true);
    command->add_flag("-w,--watch", m_watch, "After that, each change; with -o json one {\"type\",\"object\"} a line");
    command->add_option("-l,--selector", m_labelSelector, "Label selector");
    command->add_option("--field-selector", m_fieldSelector, "Field selector");
    return command;
}

kube::HttpRequest GetCommand::request(const kube::ApiResource &resource, const core::Namespace &nameSpace) const
{
    const auto encoded = [](const std::string &text) {
        return QUrl::toPercentEncoding(QString::fromStdString(text)).toStdString();
    };
    kube::HttpRequest request;
    request.path = (resource.gvr.group.empty() ? "/api/" : "/apis/") + resource.gvr.apiVersion();
    if (resource.namespaced && !nameSpace.isEmpty())
        request.path += "/namespaces/" + encoded(nameSpace.value());
    request.path += "/" + resource.gvr.resource;
    const std::string &name = m_objects.name();
    if (!name.empty() && !m_watch)
        request.path += "/" + encoded(name);
    else if (!name.empty())
        request.query.emplace_back("fieldSelector", "metadata.name=" + name);
    else if (!m_fieldSelector.empty())
        request.query.emplace_back("fieldSelector", m_fieldSelector);
    if (!m_labelSelector.empty())
        request.query.emplace_back("labelSelector", m_labelSelector);
    return request;
}

core::Result<core::Json> GetCommand::fetchAll(const Environment &environment, const ClusterSession &session,
                                              const kube::HttpRequest &request) const
{
    core::Json all;
    std::string next;
    do {
        auto page = request;
        if (m_objects.name().empty() || m_watch)
            page.query.emplace_back("limit", std::to_string(pageSize));
        if (!next.empty())
            page.query.emplace_back("continue", next);
        if (environment.options.timeout)
            page.timeout = *environment.options.timeout;
        auto answer = await(session.client->transport().send(std::move(page), environment.interrupt.token()));
        if (!answer)
            return core::fail(std::move(answer.error()));
        auto body = parseBody(answer->body);
        if (!body)
            return body;
        next = body->value("/metadata/continue"_json_pointer, "");
        if (all.is_null())
            all = std::move(*body);
        else
            appendPage(all, std::move(*body));
    } while (!next.empty());
    return all;
}

core::Result<void> GetCommand::run(const Environment &environment)
{
    const Options &options = environment.options;
    if (auto allowed = checkOutput(options, {"table", "json", "yaml"}); !allowed)
        return allowed;
    if (auto checked = m_objects.check(); !checked)
        return checked;
    const auto session = openCluster(environment);
    if (!session)
        return core::fail(session.error());
    const auto resource = m_objects.resource(*session);
    if (!resource)
        return core::fail(resource.error());

    const bool isTable = options.output.empty() || options.output == "table";
    const auto nameSpace = resource->namespaced ? m_objects.scope(*session) : core::Namespace();
    auto query = request(*resource, nameSpace);
    query.headers.emplace_back("Accept", isTable ? ObjectPrinter::tableMediaType : "application/json");
    auto found = fetchAll(environment, *session, query);
    if (!found)
        return core::fail(withSubject(found.error(), *resource, nameSpace));
    completeItems(*found, *resource);
    ObjectPrinter printer(environment, *resource, m_objects.allNamespaces() && resource->namespaced);
    printer.printAll(*found, m_watch, nameSpace);
    if (!m_watch)
        return {};
    ObjectWatch watch(environment, *session, query, found->value("/metadata/resourceVersion"_json_pointer, ""));
    return watch.run([&printer](const core::Json &event) { return printer.printEvent(event); });
}

core::Error GetCommand::withSubject(core::Error error, const kube::ApiResource &resource,
                                    const core::Namespace &nameSpace) const
{
    if (!error.object.empty())
        return error;
    if (!m_objects.name().empty())
        error.object = kube::ObjectKey{resource.gvk().groupKind(), nameSpace, m_objects.name()}.describe();
    else
        error.object = resource.gvr.resource + (nameSpace.isEmpty() ? "" : " in namespace " + nameSpace.value());
    return error;
}

} // namespace binnacle::ctl
