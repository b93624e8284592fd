// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/PictureChoice.h"

#include "core/Futures.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::gui {

namespace {

constexpr std::chrono::seconds patience{5};

bool any(const std::vector<Evidence> &all, Evidence wanted)
{
    return std::find(all.begin(), all.end(), wanted) != all.end();
}

QFuture<core::Result<kube::HttpResponse>> ask(kube::Transport &transport, std::string path,
                                              std::vector<std::pair<std::string, std::string>> query = {})
{
    kube::HttpRequest request;
    request.path = std::move(path);
    request.query = std::move(query);
    request.timeout = patience;
    return transport.send(std::move(request));
}

/// Of a list with items, or of a single object.
Evidence evidenceOf(const core::Result<kube::HttpResponse> &answer)
{
    if (!answer) {
        if (answer.error().kind == core::ErrorKind::Forbidden)
            return Evidence::Hidden;
        return answer.error().kind == core::ErrorKind::NotFound ? Evidence::Absent : Evidence::Unknown;
    }
    const core::Json body = core::Json::parse(answer->body, nullptr, false);
    if (!body.is_object())
        return Evidence::Unknown;
    const auto items = body.find("items");
    const bool isEmptyList = items != body.end() && (items->is_null() || items->empty());
    return isEmptyList ? Evidence::Absent : Evidence::Present;
}

} // namespace

PictureDecision decidePicture(const std::vector<StackEvidence> &stacks, Evidence otherDeployments)
{
    for (std::size_t i = 0; i < stacks.size(); ++i) {
        if (any(stacks[i].nameSpaces, Evidence::Present) || any(stacks[i].deployments, Evidence::Present))
            return {PictureKind::Stack, i};
    }
    switch (otherDeployments) {
    case Evidence::Present:
        return {PictureKind::Everything, 0};
    case Evidence::Absent:
    case Evidence::Unknown:
        return {stacks.empty() ? PictureKind::Everything : PictureKind::Stack, 0};
    case Evidence::Hidden:
        break;
    }
    // Who may look into a stack's namespaces, and nowhere else, came to see it.
    for (std::size_t i = 0; i < stacks.size(); ++i) {
        if (any(stacks[i].deployments, Evidence::Absent))
            return {PictureKind::Stack, i};
    }
    return {PictureKind::OneNamespace, 0};
}

QFuture<core::Result<PictureDecision>> choosePicture(kube::Transport &transport,
                                                     const std::vector<stack::Stack> &stacks)
{
    // What clusters run for themselves is no application, and the smallest of answers will do.
    std::vector<QFuture<core::Result<kube::HttpResponse>>> answers{ask(
        transport, "/apis/apps/v1/deployments",
        {{"limit", "1"}, {"fieldSelector", "metadata.namespace!=kube-system,metadata.namespace!=local-path-storage"}})};
    for (const stack::Stack &stack : stacks) {
        for (const core::Namespace &nameSpace : stack.nameSpaces) {
            answers.push_back(ask(transport, "/api/v1/namespaces/" + nameSpace.value()));
            answers.push_back(
                ask(transport, "/apis/apps/v1/namespaces/" + nameSpace.value() + "/deployments", {{"limit", "1"}}));
        }
    }
    std::vector<std::size_t> sizes;
    std::transform(stacks.begin(), stacks.end(), std::back_inserter(sizes),
                   [](const stack::Stack &stack) { return stack.nameSpaces.size(); });
    return core::then(
        core::settle(answers),
        [sizes](core::Result<std::vector<core::Result<kube::HttpResponse>>> all) -> core::Result<PictureDecision> {
            std::size_t next = 1;
            std::vector<StackEvidence> evidence;
            for (const std::size_t size : sizes) {
                StackEvidence &stack = evidence.emplace_back();
                for (std::size_t i = 0; i < size; ++i) {
                    stack.nameSpaces.push_back(evidenceOf((*all)[next++]));
                    stack.deployments.push_back(evidenceOf((*all)[next++]));
                }
            }
            return decidePicture(evidence, evidenceOf(all->front()));
        });
}

} // namespace binnacle::gui
