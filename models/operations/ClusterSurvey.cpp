// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/ClusterSurvey.h"

#include "core/Futures.h"
#include "stack/Workloads.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;
using stack::ClusterFacts;

/// On more nodes than these the pods of all namespaces are too many to be listed for a check.
constexpr std::size_t fewNodes = 50;

/// One list, and where it belongs.
struct Question
{
    core::GroupKind kind;
    core::Namespace nameSpace; ///< empty: of the cluster, or of all namespaces
    kube::ListOptions options = {};
};

struct Asked
{
    std::vector<Question> questions;
    std::vector<Result<Json>> answers;
};

QFuture<Result<Asked>> askAll(const std::shared_ptr<kube::Client> &client, std::vector<Question> questions,
                              const core::CancellationToken &token)
{
    std::vector<QFuture<Result<Json>>> lists;
    for (const Question &question : questions) {
        // Of a Namespace itself there is no list: most users may only get their own.
        if (question.kind == core::GroupKind{"", "Namespace"})
            lists.push_back(client->get({question.kind, {}, question.nameSpace.value()}, token));
        else
            lists.push_back(client->list(question.kind, question.nameSpace, question.options, token));
    }
    return core::then(
        core::settle(lists),
        [questions = std::move(questions)](Result<std::vector<Result<Json>>> answers) mutable -> Result<Asked> {
            if (!answers)
                return core::fail(std::move(answers.error()));
            return Asked{std::move(questions), std::move(*answers)};
        });
}

bool isForbidden(const core::Error &error)
{
    return error.kind == core::ErrorKind::Forbidden;
}

/// What the server lacks says nothing: no such kind, no such namespace yet.
bool isAbsent(const core::Error &error)
{
    return error.kind == core::ErrorKind::Unsupported || error.kind == core::ErrorKind::NotFound;
}

std::vector<Json> itemsOf(Json answer, const core::GroupKind &kind)
{
    std::vector<Json> items;
    if (!answer.contains("items")) {
        items.push_back(std::move(answer));
        return items;
    }
    for (Json &item : answer["items"]) {
        if (item.value("kind", "PartialObjectMetadata") == "PartialObjectMetadata") {
            item["kind"] = kind.kind;
            item["apiVersion"] = kind.group.empty() ? "v1" : kind.group + "/v1";
        }
        items.push_back(std::move(item));
    }
    return items;
}

void tellUnread(ClusterFacts &facts, const Question &question)
{
    const std::string where = question.nameSpace.isEmpty() ? "" : " in namespace " + question.nameSpace.value();
    facts.unread.push_back("not judged, as this user may not list it: " + question.kind.kind + where);
}

/// Takes answers about namespaces.
Result<void> takeObjects(ClusterFacts &facts, Asked asked)
{
    for (std::size_t i = 0; i < asked.answers.size(); ++i) {
        const Question &question = asked.questions[i];
        auto &answer = asked.answers[i];
        if (answer) {
            for (Json &item : itemsOf(std::move(*answer), question.kind))
                facts.objects.push_back(std::move(item));
        } else if (isForbidden(answer.error())) {
            tellUnread(facts, question);
            facts.hidden.insert(question.kind);
        } else if (!isAbsent(answer.error())) {
            return core::fail(std::move(answer.error()));
        }
    }
    return {};
}

/// The kinds that quotas count by name, beyond those that are read anyway.
std::vector<Question> countedKinds(const ClusterFacts &facts, const kube::Discovery &discovery)
{
    std::vector<Question> questions;
    const auto &known = stack::kindsOfFacts();
    for (const Json &quota : facts.objects) {
        if (quota.value("kind", "") != "ResourceQuota")
            continue;
        for (const auto &[name, hard] : stack::valueAt(quota, {"spec", "hard"}).items()) {
            const std::string counted = name.starts_with("count/") ? name.substr(6) : name;
            const auto resource = std::find_if(
                discovery.resources().begin(), discovery.resources().end(), [&](const kube::ApiResource &served) {
                    const std::string group = served.gvr.group;
                    return served.namespaced && served.gvr.resource + (group.empty() ? "" : "." + group) == counted;
                });
            if (resource == discovery.resources().end())
                continue;
            const core::GroupKind kind = resource->gvk().groupKind();
            const core::Namespace nameSpace = stack::keyOf(quota).nameSpace;
            const bool isAsked = std::any_of(questions.begin(), questions.end(), [&](const Question &question) {
                return question.kind == kind && question.nameSpace == nameSpace;
            });
            if (!isAsked && std::find(known.begin(), known.end(), kind) == known.end())
                questions.push_back({kind, nameSpace, {.metadataOnly = true}});
        }
    }
    return questions;
}

std::vector<Question> clusterQuestions(std::size_t nodes, const std::vector<core::Namespace> &nameSpaces)
{
    std::vector<Question> questions = {{{"storage.k8s.io", "StorageClass"}, {}},
                                       {{"", "PersistentVolume"}, {}},
                                       {{"scheduling.k8s.io", "PriorityClass"}, {}, {.metadataOnly = true}},
                                       {{"node.k8s.io", "RuntimeClass"}, {}}};
    for (const core::Namespace &nameSpace : nameSpaces)
        questions.push_back({{"", "ServiceAccount"}, nameSpace, {.metadataOnly = true}});
    if (nodes > 0 && nodes <= fewNodes)
        questions.push_back(
            {{"", "Pod"}, {}, {.fieldSelector = "spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed"}});
    return questions;
}

std::optional<std::vector<Json>> &placeOf(ClusterFacts &facts, const core::GroupKind &kind)
{
    if (kind.kind == "StorageClass")
        return facts.storageClasses;
    if (kind.kind == "PriorityClass")
        return facts.priorityClasses;
    if (kind.kind == "RuntimeClass")
        return facts.runtimeClasses;
    if (kind.kind == "ServiceAccount")
        return facts.serviceAccounts;
    return kind.kind == "Pod" ? facts.nodePods : facts.volumes;
}

Result<void> takeCluster(ClusterFacts &facts, Asked asked)
{
    if (facts.nodes.size() > fewNodes)
        facts.unread.push_back("not judged, as the cluster is large: what else takes room on its " +
                               std::to_string(facts.nodes.size()) + " nodes");
    std::set<core::GroupKind> refused;
    for (std::size_t i = 0; i < asked.answers.size(); ++i) {
        const Question &question = asked.questions[i];
        auto &answer = asked.answers[i];
        if (!answer && isForbidden(answer.error())) {
            tellUnread(facts, question);
            refused.insert(question.kind);
            continue;
        }
        if (!answer && !isAbsent(answer.error()))
            return core::fail(std::move(answer.error()));
        if (!answer)
            continue;
        auto &place = placeOf(facts, question.kind);
        if (!place)
            place.emplace();
        for (Json &item : itemsOf(std::move(*answer), question.kind))
            place->push_back(std::move(item));
    }
    // What is known of some namespaces only would be missed in the others.
    for (const core::GroupKind &kind : refused)
        placeOf(facts, kind).reset();
    return {};
}

class Survey : public std::enable_shared_from_this<Survey>
{
public:
    Survey(std::shared_ptr<kube::Client> client, std::vector<core::Namespace> nameSpaces, core::CancellationToken token)
        : m_client(std::move(client)), m_nameSpaces(std::move(nameSpaces)), m_token(std::move(token))
    {
    }

    QFuture<Result<ClusterFacts>> run()
    {
        const auto self = shared_from_this();
        auto known = core::chain<Asked>(
            m_client->discover(),
            [self](Result<std::shared_ptr<const kube::Discovery>> discovery) -> QFuture<Result<Asked>> {
                if (!discovery)
                    return core::ready(Result<Asked>(core::fail(std::move(discovery.error()))));
                self->m_discovery = std::move(*discovery);
                return askAll(self->m_client, self->firstQuestions(), self->m_token);
            });
        auto counted = core::chain<Asked>(known, [self](Result<Asked> asked) -> QFuture<Result<Asked>> {
            if (auto taken = self->takeFirst(std::move(asked)); !taken)
                return core::ready(Result<Asked>(core::fail(std::move(taken.error()))));
            return askAll(self->m_client, countedKinds(self->m_facts, *self->m_discovery), self->m_token);
        });
        auto rest = core::chain<Asked>(counted, [self](Result<Asked> asked) -> QFuture<Result<Asked>> {
            if (!asked)
                return core::ready(std::move(asked));
            if (auto taken = takeObjects(self->m_facts, std::move(*asked)); !taken)
                return core::ready(Result<Asked>(core::fail(std::move(taken.error()))));
            return askAll(self->m_client, clusterQuestions(self->m_facts.nodes.size(), self->m_nameSpaces),
                          self->m_token);
        });
        return core::then(rest, [self](Result<Asked> asked) -> Result<ClusterFacts> {
            if (!asked)
                return core::fail(std::move(asked.error()));
            if (auto taken = takeCluster(self->m_facts, std::move(*asked)); !taken)
                return core::fail(std::move(taken.error()));
            return std::move(self->m_facts);
        });
    }

private:
    [[nodiscard]] std::vector<Question> firstQuestions() const
    {
        std::vector<Question> questions = {{{"", "Node"}, {}}};
        for (const core::Namespace &nameSpace : m_nameSpaces) {
            questions.push_back({{"", "Namespace"}, nameSpace});
            for (const core::GroupKind &kind : stack::kindsOfFacts())
                questions.push_back({kind, nameSpace});
        }
        return questions;
    }

    Result<void> takeFirst(Result<Asked> asked)
    {
        if (!asked)
            return core::fail(std::move(asked.error()));
        m_facts.minorVersion = m_discovery->minorVersion();
        m_facts.kinds.emplace();
        for (const kube::ApiResource &resource : m_discovery->resources())
            m_facts.kinds->insert(resource.gvk().groupKind());
        for (const auto &[version, reason] : m_discovery->failedGroups)
            m_facts.silentGroups.insert(version.substr(0, version.find('/')));
        Result<Json> nodes = std::move(asked->answers.front());
        const Question question = asked->questions.front();
        asked->answers.erase(asked->answers.begin());
        asked->questions.erase(asked->questions.begin());
        if (nodes)
            m_facts.nodes = itemsOf(std::move(*nodes), question.kind);
        else if (isForbidden(nodes.error()))
            tellUnread(m_facts, question);
        else if (!isAbsent(nodes.error()))
            return core::fail(std::move(nodes.error()));
        return takeObjects(m_facts, std::move(*asked));
    }

    std::shared_ptr<kube::Client> m_client;
    std::vector<core::Namespace> m_nameSpaces;
    core::CancellationToken m_token;
    std::shared_ptr<const kube::Discovery> m_discovery;
    ClusterFacts m_facts;
};

} // namespace

QFuture<Result<ClusterFacts>> surveyCluster(std::shared_ptr<kube::Client> client,
                                            std::vector<core::Namespace> nameSpaces, core::CancellationToken token)
{
    return std::make_shared<Survey>(std::move(client), std::move(nameSpaces), std::move(token))->run();
}

std::vector<core::Namespace> namespacesOf(const std::vector<Json> &objects)
{
    std::set<core::Namespace> found;
    for (const Json &object : objects) {
        const kube::ObjectKey key = stack::keyOf(object);
        if (key.kind == core::GroupKind{"", "Namespace"})
            found.insert(core::Namespace(key.name));
        else if (!key.nameSpace.isEmpty())
            found.insert(key.nameSpace);
    }
    return {found.begin(), found.end()};
}

} // namespace binnacle::operations
