// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/FieldEdits.h"

#include "core/FieldPath.h"
#include "core/Futures.h"
#include "core/Quantity.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::ErrorKind;
using core::Json;
using Answer = core::Result<Json>;

constexpr int mostTries = 5;
constexpr const char *editManager = "binnacle-edit";

Json valueOf(const std::shared_ptr<const Json> &value)
{
    return value ? *value : Json();
}

std::shared_ptr<const Json> boxed(Json value)
{
    return value.is_null() ? nullptr : std::make_shared<const Json>(std::move(value));
}

std::string shown(const std::shared_ptr<const Json> &value)
{
    return !value ? "absent" : value->is_string() ? value->get<std::string>() : value->dump();
}

/// Whether a server shows the value as this one. It rounds the amounts of resource lists up to thousandths (core/v1's
/// SetDefaults_ResourceList).
bool isStoredAs(const Json &now, const Json &value)
{
    if (now == value)
        return true;
    if (!now.is_string() || !value.is_string())
        return false;
    const auto amount = core::Quantity::parse(value.get<std::string>());
    const auto shown = core::Quantity::parse(now.get<std::string>());
    if (!amount || !shown)
        return false;
    const auto rounded = core::Quantity::fromMilli(amount->milliValue());
    return rounded != *amount && rounded == *shown;
}

/// The patch from one state of the object to the other, with the version read as the precondition.
Json patchBetween(const Json &live, const Json &changed)
{
    Json patch = Json::diff(live, changed);
    patch.push_back({{"op", "replace"},
                     {"path", "/metadata/resourceVersion"},
                     {"value", live.value(Json::json_pointer("/metadata/resourceVersion"), "")}});
    return patch;
}

/// But for what the server adds: metadata and status.
bool isLike(const Json &live, const Json &wanted)
{
    const auto &items = wanted.items();
    return std::all_of(items.begin(), items.end(), [&](const auto &item) {
        return item.key() == "metadata" || (live.contains(item.key()) && live[item.key()] == item.value());
    });
}

struct Attempt
{
    std::shared_ptr<kube::Client> client;
    kube::ObjectKey object;
    std::shared_ptr<const runbook::EditTask> edit;
    bool dryRun;
    core::CancellationToken token;

    [[nodiscard]] QFuture<Answer> run(int triesLeft) const
    {
        const auto read = edit->subresource.empty() ? client->get(object, token)
                                                    : client->getSubresource(object, edit->subresource, token);
        return core::chain<Json>(read, [*this, triesLeft](const Answer &live) {
            if (isCreation(*edit))
                return create(live);
            return live ? change(*live, triesLeft) : core::ready(Answer(core::fail(live.error())));
        });
    }

    [[nodiscard]] kube::WriteOptions options() const
    {
        kube::WriteOptions options;
        options.dryRun = dryRun;
        options.fieldManager = editManager;
        return options;
    }

    [[nodiscard]] QFuture<Answer> create(const Answer &live) const
    {
        if (!live && live.error().kind == ErrorKind::NotFound)
            return client->create(*edit->fields.front().after, options(), token);
        if (!live)
            return core::ready(Answer(core::fail(live.error())));
        if (isLike(*live, *edit->fields.front().after)) // an earlier try got through
            return core::ready(Answer(*live));
        auto error = core::makeError(ErrorKind::AlreadyExists, "it exists already",
                                     "change the one that is there, or choose another name");
        error.object = object.describe();
        error.causes.push_back({"AlreadyExists", "exists already", "metadata.name"});
        return core::ready(Answer(core::fail(std::move(error))));
    }

    /// autoscaling/v1 Scale leaves a number of zero out.
    [[nodiscard]] Json asSeen(Json live) const
    {
        if (edit->subresource == "scale" && !live["spec"].contains("replicas"))
            live["spec"]["replicas"] = 0;
        return live;
    }

    [[nodiscard]] QFuture<Answer> change(const Json &live, int triesLeft) const
    {
        if (const auto conflicts = conflictsOf(*edit, asSeen(live)); !conflicts.empty())
            return core::ready(Answer(core::fail(conflictError(object, conflicts))));
        auto changed = withEdits(live, *edit);
        if (!changed) {
            changed.error().object = object.describe();
            return core::ready(std::move(changed));
        }
        if (*changed == live || *changed == asSeen(live))
            return core::ready(Answer(live));
        return core::chain<Json>(client->patch(object, kube::PatchKind::JsonPatch, patchBetween(live, *changed),
                                               edit->subresource, options(), token),
                                 [*this, triesLeft](Answer answer) {
                                     const bool again = !answer && answer.error().kind == ErrorKind::Conflict;
                                     return again && triesLeft > 1 ? run(triesLeft - 1)
                                                                   : core::ready(std::move(answer));
                                 });
    }
};

} // namespace

std::vector<FieldConflict> conflictsOf(const runbook::EditTask &edit, const Json &live)
{
    std::vector<FieldConflict> conflicts;
    for (const auto &field : edit.fields) {
        const auto path = core::FieldPath::parse(field.path);
        const Json now = path ? path->valueIn(live) : Json();
        if (!isStoredAs(now, valueOf(field.before)) && !isStoredAs(now, valueOf(field.after)))
            conflicts.push_back({field, boxed(now)});
    }
    return conflicts;
}

core::Result<Json> withEdits(Json object, const runbook::EditTask &edit)
{
    for (const auto &field : edit.fields) {
        const auto path = core::FieldPath::parse(field.path);
        if (!path)
            return core::fail(path.error());
        if (auto set = path->set(object, valueOf(field.after)); !set)
            return core::fail(std::move(set.error()));
    }
    return object;
}

runbook::EditTask creationOf(Json object)
{
    return {.fields = {{{}, nullptr, boxed(std::move(object))}}, .subresource = {}};
}

bool isCreation(const runbook::EditTask &edit)
{
    return edit.fields.size() == 1 && edit.fields.front().path.empty() && !edit.fields.front().before;
}

core::Result<runbook::EditTask> editsBetween(const Json &base, const Json &changed,
                                             const std::vector<std::string> &paths)
{
    runbook::EditTask edit;
    for (const auto &text : paths) {
        const auto path = core::FieldPath::parse(text);
        if (!path)
            return core::fail(path.error());
        Json before = path->valueIn(base);
        Json after = path->valueIn(changed);
        if (before != after)
            edit.fields.push_back({text, boxed(std::move(before)), boxed(std::move(after))});
    }
    const auto isWithin = [fields = edit.fields](const runbook::FieldEdit &field) {
        return std::any_of(fields.begin(), fields.end(),
                           [&](const auto &other) { return field.path.starts_with(other.path + "/"); });
    };
    edit.fields.erase(std::remove_if(edit.fields.begin(), edit.fields.end(), isWithin), edit.fields.end());
    return edit;
}

runbook::EditTask reversed(const runbook::EditTask &edit)
{
    runbook::EditTask back{.fields = {}, .subresource = edit.subresource};
    for (auto field = edit.fields.rbegin(); field != edit.fields.rend(); ++field)
        back.fields.push_back({field->path, field->after, field->before});
    return back;
}

core::Error conflictError(const kube::ObjectKey &object, const std::vector<FieldConflict> &conflicts)
{
    auto error = core::makeError(ErrorKind::Conflict, "changed by somebody else meanwhile: ",
                                 "look at the present values, then decide which of them to keep");
    error.object = object.describe();
    const char *separator = "";
    const bool hidden = object.kind == core::GroupKind{"", "Secret"};
    for (const auto &conflict : conflicts) {
        if (hidden) { // values of Secrets stay out of every message
            error.message += separator + conflict.edit.path.substr(conflict.edit.path.rfind('/') + 1);
            error.causes.push_back({"FieldManagerConflict", "it holds another value now", conflict.edit.path});
            separator = ", ";
            continue;
        }
        const auto text = shown(conflict.edit.before) + " when you began, now " + shown(conflict.live) + ", you want " +
                          shown(conflict.edit.after);
        error.message += separator + conflict.edit.path + " (" + text + ")";
        error.causes.push_back({"FieldManagerConflict", text, conflict.edit.path});
        separator = ", ";
    }
    return error;
}

QFuture<Answer> applyEdits(std::shared_ptr<kube::Client> client, kube::ObjectKey object,
                           std::shared_ptr<const runbook::EditTask> edit, bool dryRun, core::CancellationToken token)
{
    return Attempt{std::move(client), std::move(object), std::move(edit), dryRun, std::move(token)}.run(mostTries);
}

} // namespace binnacle::operations
