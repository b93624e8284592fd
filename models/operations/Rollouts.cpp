// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Rollouts.h"

#include "core/FieldPath.h"
#include "core/Futures.h"
#include "operations/FieldEdits.h"
#include "operations/ObjectPlans.h"
#include "operations/ObjectText.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <set>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;

constexpr const char *causeAnnotation = "kubernetes.io/change-cause";
constexpr const char *templatePath = "/spec/template";
constexpr const char *causePath = "/metadata/annotations/kubernetes.io~1change-cause";
constexpr const char *pausedPath = "/spec/paused";

Json at(const Json &object, const char *pointer)
{
    return object.is_object() ? object.value(Json::json_pointer(pointer), Json()) : Json();
}

std::string textAt(const Json &object, const char *pointer)
{
    const Json value = at(object, pointer);
    return value.is_string() ? value.get<std::string>() : std::string();
}

core::GroupKind keeperOf(const core::GroupKind &workload)
{
    return {"apps", workload.kind == "Deployment" ? "ReplicaSet" : "ControllerRevision"};
}

bool isOwnedBy(const Json &object, const std::string &uid)
{
    const Json owners = at(object, "/metadata/ownerReferences");
    return std::any_of(owners.begin(), owners.end(), [&](const Json &owner) {
        return owner.value("uid", "") == uid && owner.value("controller", false);
    });
}

/// What a keeper adds to the template that it keeps.
Json plainTemplate(Json podTemplate)
{
    if (!podTemplate.is_object())
        return Json::object();
    podTemplate.erase("$patch");
    if (!podTemplate.contains("metadata"))
        return podTemplate;
    Json &metadata = podTemplate["metadata"];
    if (metadata.contains("creationTimestamp") && metadata["creationTimestamp"].is_null())
        metadata.erase("creationTimestamp");
    if (metadata.contains("labels") && metadata["labels"].is_object())
        metadata["labels"].erase("pod-template-hash");
    return podTemplate;
}

std::vector<std::string> imagesOf(const Json &podTemplate)
{
    std::vector<std::string> images;
    for (const Json &container : at(podTemplate, "/spec/containers"))
        images.push_back(container.value("image", ""));
    return images;
}

long long numberOf(const Json &keeper)
{
    if (const Json revision = at(keeper, "/revision"); revision.is_number_integer())
        return revision.get<long long>();
    const std::string text = textAt(keeper, "/metadata/annotations/deployment.kubernetes.io~1revision");
    long long number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Revision revisionOf(const Json &keeper, const Json &current)
{
    const bool isSet = keeper.contains("spec");
    const Json podTemplate = plainTemplate(at(keeper, isSet ? "/spec/template" : "/data/spec/template"));
    Revision revision;
    revision.number = numberOf(keeper);
    revision.name = textAt(keeper, "/metadata/name");
    const Json annotations = at(keeper, "/metadata/annotations");
    revision.changeCause = annotations.is_object() ? annotations.value(causeAnnotation, "") : std::string();
    revision.images = imagesOf(podTemplate);
    revision.created = textAt(keeper, "/metadata/creationTimestamp");
    revision.current = podTemplate == current;
    revision.podTemplate = std::make_shared<const Json>(podTemplate);
    return revision;
}

std::string numbersOf(const std::vector<Revision> &revisions)
{
    std::string text;
    for (const auto &revision : revisions)
        text += (text.empty() ? "" : ", ") + std::to_string(revision.number);
    return text;
}

core::Error about(const RolloutHistory &history, core::ErrorKind kind, std::string message, std::string next)
{
    auto error = core::makeError(kind, std::move(message), std::move(next));
    error.object = history.object.describe();
    return error;
}

/// As the server will write it: what it says of an unset time it says again.
Json templateToWrite(const Json &live, Json podTemplate)
{
    const Json metadata = at(live, "/spec/template/metadata");
    if (metadata.is_object() && metadata.contains("creationTimestamp"))
        podTemplate["metadata"]["creationTimestamp"] = nullptr;
    return podTemplate;
}

} // namespace

Result<Revision> RolloutHistory::find(long long number) const
{
    const auto found = std::find_if(revisions.begin(), revisions.end(), [number](const Revision &each) {
        return number == 0 ? !each.current : each.number == number;
    });
    if (found != revisions.end())
        return *found;
    if (number == 0)
        return core::fail(about(*this, core::ErrorKind::NotFound, "there is no earlier revision of it",
                                "its history is as long as spec.revisionHistoryLimit lets it be"));
    return core::fail(about(*this, core::ErrorKind::NotFound, "it has no revision " + std::to_string(number),
                            revisions.empty() ? "it has no history yet" : "choose one of " + numbersOf(revisions)));
}

bool hasRevisions(const core::GroupKind &kind)
{
    return isRestartable(kind);
}

bool isPausable(const core::GroupKind &kind)
{
    return kind == core::GroupKind{"apps", "Deployment"};
}

RolloutHistory historyOf(const kube::ObjectKey &object, const Json &workload, const Json &keepers)
{
    RolloutHistory history;
    history.object = object;
    history.workload = std::make_shared<const Json>(workload);
    history.paused = at(workload, pausedPath) == true;
    const std::string uid = textAt(workload, "/metadata/uid");
    const Json current = plainTemplate(at(workload, templatePath));
    for (const Json &keeper : keepers.value("items", Json::array())) {
        if (isOwnedBy(keeper, uid))
            history.revisions.push_back(revisionOf(keeper, current));
    }
    std::sort(history.revisions.begin(), history.revisions.end(),
              [](const Revision &a, const Revision &b) { return a.number > b.number; });
    // Two keepers of one template (a hash collision was dodged): only the newer one is what the workload has.
    bool seen = false;
    for (auto &revision : history.revisions) {
        revision.current = revision.current && !seen;
        seen = seen || revision.current;
    }
    return history;
}

QFuture<Result<RolloutHistory>> rolloutHistory(std::shared_ptr<kube::Client> client, kube::ObjectKey workload,
                                               core::CancellationToken token)
{
    if (!hasRevisions(workload.kind))
        return core::ready(
            Result<RolloutHistory>(core::fail(core::ErrorKind::Usage, workload.describe() + " has no rollout",
                                              "choose a Deployment, StatefulSet or DaemonSet")));
    const auto asked = core::collect<Json>(
        {client->get(workload, token), client->list(keeperOf(workload.kind), workload.nameSpace, {}, token)});
    return core::then(asked, [workload](const Result<std::vector<Json>> &both) -> Result<RolloutHistory> {
        if (!both)
            return core::fail(both.error());
        return historyOf(workload, (*both)[0], (*both)[1]);
    });
}

Result<runbook::Plan> rollBackPlan(const RolloutHistory &history, const Revision &revision,
                                   const runbook::Target &target, const core::Clock &clock, core::Random &random)
{
    if (history.paused)
        return core::fail(
            about(history, core::ErrorKind::Unsupported, "its rollout is paused", "resume it first, then roll back"));
    Json changed = *history.workload;
    if (plainTemplate(at(changed, templatePath)) == *revision.podTemplate)
        return core::fail(about(history, core::ErrorKind::Usage,
                                "it has the pod template of revision " + std::to_string(revision.number) + " already",
                                "choose another revision"));
    changed["spec"]["template"] = templateToWrite(*history.workload, *revision.podTemplate);
    if (const auto cause = core::FieldPath::parse(causePath)) {
        const Json wanted = revision.changeCause.empty() ? Json() : Json(revision.changeCause);
        if (auto set = cause->set(changed, wanted); !set)
            return core::fail(std::move(set.error()));
    }
    auto edit = editsBetween(*history.workload, changed, {templatePath, causePath});
    if (!edit)
        return core::fail(std::move(edit.error()));
    auto plan = editPlan("Roll back " + history.object.describe() + " to revision " + std::to_string(revision.number),
                         history.object, std::move(*edit), runbook::GateKind::Ready, target, clock, random);
    if (plan)
        plan->parameters["to-revision"] = std::to_string(revision.number);
    return plan;
}

Result<runbook::Plan> pausePlan(const RolloutHistory &history, bool pause, const runbook::Target &target,
                                const core::Clock &clock, core::Random &random)
{
    if (!isPausable(history.object.kind))
        return core::fail(about(history, core::ErrorKind::Usage, "only Deployments can be paused",
                                "set the partition of its update strategy to hold it back"));
    if (history.paused == pause)
        return core::fail(about(history, core::ErrorKind::Usage,
                                pause ? "its rollout is paused already" : "its rollout is not paused",
                                pause ? "resume it when it shall go on" : "nothing is to be done"));
    Json changed = *history.workload;
    if (pause)
        changed["spec"]["paused"] = true;
    else
        changed["spec"].erase("paused");
    auto edit = editsBetween(*history.workload, changed, {pausedPath});
    if (!edit)
        return core::fail(std::move(edit.error()));
    return editPlan((pause ? "Pause the rollout of " : "Resume the rollout of ") + history.object.describe(),
                    history.object, std::move(*edit), pause ? runbook::GateKind::None : runbook::GateKind::Ready,
                    target, clock, random);
}

std::string templateDiff(const Json &before, const Json &after, const std::string &name)
{
    const auto [from, to] = withMaskedVariables(plainTemplate(before), plainTemplate(after));
    return unifiedDiff(toYamlText(from), toYamlText(to), name);
}

} // namespace binnacle::operations
