// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/Plan.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace binnacle::runbook {

namespace {

constexpr std::array gateNames{
    std::pair{GateKind::None, "none"},         std::pair{GateKind::Ready, "ready"},
    std::pair{GateKind::Complete, "complete"}, std::pair{GateKind::Established, "established"},
    std::pair{GateKind::Exists, "exists"},     std::pair{GateKind::Gone, "gone"}};
constexpr std::array planNames{std::pair{PlanKind::Deploy, "deploy"},       std::pair{PlanKind::Rollback, "rollback"},
                               std::pair{PlanKind::Uninstall, "uninstall"}, std::pair{PlanKind::Restart, "restart"},
                               std::pair{PlanKind::Delete, "delete"},       std::pair{PlanKind::Edit, "edit"},
                               std::pair{PlanKind::Rotate, "rotate"}};
constexpr std::array dependentsNames{
    std::pair{Dependents::ByKind, "by-kind"}, std::pair{Dependents::Background, "background"},
    std::pair{Dependents::Foreground, "foreground"}, std::pair{Dependents::Orphan, "orphan"}};
using Rotating = RotationTask::Action;
constexpr std::array rotationNames{
    std::pair{Rotating::Stage, "stage"},         std::pair{Rotating::Check, "check"},
    std::pair{Rotating::AlterToNew, "alter"},    std::pair{Rotating::WriteNew, "write"},
    std::pair{Rotating::Prove, "prove"},         std::pair{Rotating::AlterToOld, "alter-back"},
    std::pair{Rotating::WriteOld, "write-back"}, std::pair{Rotating::ProveOld, "prove-back"},
    std::pair{Rotating::Forget, "forget"}};
using Source = SecretTask::Key::Source;
constexpr std::array sourceNames{std::pair{Source::Generate, "generate"}, std::pair{Source::Prompt, "prompt"},
                                 std::pair{Source::Value, "value"}};

template <typename Names, typename Value>
const char *nameOf(const Names &names, Value value)
{
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const auto &entry) { return entry.first == value; });
    return found == names.end() ? "" : found->second;
}

template <typename Names>
auto valueOf(const Names &names, const std::string &name)
{
    for (const auto &[value, text] : names) {
        if (name == text)
            return value;
    }
    throw std::invalid_argument("unknown word \"" + name + "\"");
}

/// Values of Secrets never reach a disk; who resumes brings them again.
core::Json recorded(const std::shared_ptr<const core::Json> &object)
{
    return object ? withoutSecretValues(*object) : core::Json();
}

std::shared_ptr<const core::Json> shared(const core::Json &json)
{
    return json.is_null() ? nullptr : std::make_shared<const core::Json>(json);
}

core::Json secretToRecord(const SecretTask &secret)
{
    core::Json keys = core::Json::array();
    for (const auto &key : secret.keys)
        keys.push_back({{"name", key.name},
                        {"source", nameOf(sourceNames, key.source)},
                        {"length", key.length},
                        {"default", key.defaultValue},
                        {"optional", key.optional}});
    return {{"type", secret.type},
            {"labels", secret.labels},
            {"keys", std::move(keys)},
            {"mustBeNew", secret.mustBeNew},
            {"immutable", secret.immutable}};
}

SecretTask secretFromRecord(const core::Json &record)
{
    SecretTask secret{.type = record.at("type"),
                      .labels = record.at("labels"),
                      .keys = {},
                      .mustBeNew = record.value("mustBeNew", false), // journals of before the choice existed
                      .immutable = record.value("immutable", false)};
    for (const core::Json &key : record.at("keys"))
        secret.keys.push_back({key.at("name"), valueOf(sourceNames, key.at("source").get<std::string>()),
                               key.at("length"), key.at("default"), key.at("optional")});
    return secret;
}

core::Json editToRecord(const EditTask &edit)
{
    core::Json fields = core::Json::array();
    for (const auto &field : edit.fields)
        fields.push_back({{"path", field.path},
                          {"before", field.before ? *field.before : core::Json()},
                          {"after", field.after ? *field.after : core::Json()}});
    return {{"fields", std::move(fields)}, {"subresource", edit.subresource}};
}

EditTask editFromRecord(const core::Json &record)
{
    EditTask edit{.fields = {}, .subresource = record.at("subresource")};
    for (const core::Json &field : record.at("fields"))
        edit.fields.push_back({field.at("path"), shared(field.at("before")), shared(field.at("after"))});
    return edit;
}

core::Json keyToRecord(const kube::ObjectKey &key)
{
    return {
        {"group", key.kind.group}, {"kind", key.kind.kind}, {"namespace", key.nameSpace.value()}, {"name", key.name}};
}

kube::ObjectKey keyFromRecord(const core::Json &record)
{
    return {{record.at("group"), record.at("kind")},
            core::Namespace(record.at("namespace").get<std::string>()),
            record.at("name")};
}

core::Json rotationToRecord(const RotationTask &rotation)
{
    const auto &subject = rotation.subject;
    return {{"action", nameOf(rotationNames, rotation.action)},
            {"rotation", rotation.rotation},
            {"secret", keyToRecord(subject.secret)},
            {"key", subject.key},
            {"length", subject.length},
            {"workload", keyToRecord(subject.workload)},
            {"container", subject.container},
            {"role", subject.role},
            {"database", subject.database}};
}

RotationTask rotationFromRecord(const core::Json &record)
{
    return {.action = valueOf(rotationNames, record.at("action").get<std::string>()),
            .subject = {.secret = keyFromRecord(record.at("secret")),
                        .key = record.at("key"),
                        .length = record.at("length"),
                        .workload = keyFromRecord(record.at("workload")),
                        .container = record.at("container"),
                        .role = record.at("role"),
                        .database = record.at("database")},
            .rotation = record.at("rotation")};
}

core::Json taskToRecord(const Task &task)
{
    core::Json record = keyToRecord(task.object);
    record["apiVersion"] = task.apiVersion;
    record["wave"] = task.wave;
    if (const auto *apply = std::get_if<ApplyTask>(&task.work)) {
        record["apply"] = recorded(apply->manifest);
        if (apply->takesOver)
            record["takesOver"] = true;
    } else if (const auto *secret = std::get_if<SecretTask>(&task.work))
        record["secret"] = secretToRecord(*secret);
    else if (const auto *gone = std::get_if<DeleteTask>(&task.work))
        record["delete"] = {
            {"uid", gone->uid.value()}, {"dependents", toString(gone->dependents)}, {"untouched", gone->untouched}};
    else if (const auto *restart = std::get_if<RestartTask>(&task.work))
        record["restart"] = {{"at", restart->at}};
    else if (const auto *restore = std::get_if<RestoreTask>(&task.work))
        record["restore"] = recorded(restore->recorded);
    else if (const auto *edit = std::get_if<EditTask>(&task.work))
        record["edit"] = editToRecord(*edit);
    else if (const auto *keys = std::get_if<SecretEditTask>(&task.work))
        record["secret-edit"] = {{"written", keys->written},
                                 {"removed", keys->removed},
                                 {"kept", keys->kept},
                                 {"takesBack", keys->takesBack}};
    else if (const auto *kept = std::get_if<SecretKeepTask>(&task.work))
        record["secret-keep"] = {{"secret", keyToRecord(kept->secret)}, {"keys", kept->keys}};
    else if (const auto *rotation = std::get_if<RotationTask>(&task.work))
        record["rotation"] = rotationToRecord(*rotation);
    else if (const auto *check = std::get_if<CheckTask>(&task.work))
        record["check"] = {{"skipped", check->skipped}};
    if (task.gate)
        record["gate"] = toString(*task.gate);
    return record;
}

Task taskFromRecord(const core::Json &record)
{
    Task task{.object = keyFromRecord(record),
              .apiVersion = record.at("apiVersion"),
              .wave = record.at("wave"),
              .work = {},
              .gate = {}};
    if (record.contains("gate"))
        task.gate = valueOf(gateNames, record.at("gate").get<std::string>());
    if (record.contains("apply"))
        task.work = ApplyTask{shared(record.at("apply")), record.value("takesOver", false)};
    else if (record.contains("secret"))
        task.work = secretFromRecord(record.at("secret"));
    else if (record.contains("delete"))
        // Journals of before the choice existed do not name it.
        task.work = DeleteTask{core::Uid(record.at("delete").at("uid").get<std::string>()),
                               valueOf(dependentsNames, record.at("delete").value("dependents", "by-kind")),
                               record.at("delete").value("untouched", false)};
    else if (record.contains("restart"))
        task.work = RestartTask{record.at("restart").at("at")};
    else if (record.contains("edit"))
        task.work = editFromRecord(record.at("edit"));
    else if (record.contains("rotation"))
        task.work = rotationFromRecord(record.at("rotation"));
    else if (record.contains("check"))
        task.work = CheckTask{record.at("check").at("skipped")};
    else if (record.contains("secret-edit"))
        task.work = SecretEditTask{record.at("secret-edit").at("written"), record.at("secret-edit").at("removed"),
                                   record.at("secret-edit").at("kept"), record.at("secret-edit").at("takesBack")};
    else if (record.contains("secret-keep"))
        task.work =
            SecretKeepTask{keyFromRecord(record.at("secret-keep").at("secret")), record.at("secret-keep").at("keys")};
    else
        task.work = RestoreTask{shared(record.at("restore"))};
    return task;
}

core::Json stepToRecord(const Step &step)
{
    core::Json tasks = core::Json::array();
    for (const Task &task : step.tasks)
        tasks.push_back(taskToRecord(task));
    return {{"id", step.id},
            {"title", step.title},
            {"tasks", tasks},
            {"gate", toString(step.gate)},
            {"timeout", step.timeout.count()},
            {"holds", step.holds},
            {"after", step.after}};
}

Step stepFromRecord(const core::Json &record)
{
    Step step{.id = record.at("id"),
              .title = record.at("title"),
              .tasks = {},
              .gate = valueOf(gateNames, record.at("gate").get<std::string>()),
              .timeout = std::chrono::seconds(record.at("timeout").get<long long>()),
              .holds = record.at("holds"),
              .after = record.at("after")};
    for (const core::Json &task : record.at("tasks"))
        step.tasks.push_back(taskFromRecord(task));
    return step;
}

} // namespace

core::Json withoutSecretValues(core::Json object)
{
    if (!object.is_object() || object.value("kind", "") != "Secret")
        return object;
    object.erase("data");
    object.erase("stringData");
    const core::Json::json_pointer annotations("/metadata/annotations");
    if (object.contains(annotations) && object[annotations].is_object())
        object[annotations].erase("kubectl.kubernetes.io/last-applied-configuration");
    return object;
}

const char *toString(GateKind kind)
{
    return nameOf(gateNames, kind);
}

const char *toString(PlanKind kind)
{
    return nameOf(planNames, kind);
}

PlanKind planKindOf(const std::string &text)
{
    for (const auto &[kind, name] : planNames) {
        if (text == name)
            return kind;
    }
    return PlanKind::Edit;
}

const char *toString(Dependents dependents)
{
    return nameOf(dependentsNames, dependents);
}

core::Json planToRecord(const Plan &plan)
{
    core::Json steps = core::Json::array();
    for (const Step &step : plan.steps)
        steps.push_back(stepToRecord(step));
    return {{"id", plan.id},
            {"title", plan.title},
            {"kind", toString(plan.kind)},
            {"context", plan.target.context.value()},
            {"server", plan.target.server},
            {"user", plan.target.user},
            {"stack", plan.stack},
            {"overlay", plan.overlay},
            {"parameters", plan.parameters},
            {"steps", std::move(steps)}};
}

core::Result<Plan> planFromRecord(const core::Json &record)
{
    try {
        Plan plan{.id = record.at("id"),
                  .title = record.at("title"),
                  .kind = valueOf(planNames, record.at("kind").get<std::string>()),
                  .target = {core::ContextName(record.at("context").get<std::string>()), record.at("server"),
                             record.at("user")},
                  .stack = record.at("stack"),
                  .overlay = record.at("overlay"),
                  .parameters = record.at("parameters"),
                  .steps = {}};
        for (const core::Json &step : record.at("steps"))
            plan.steps.push_back(stepFromRecord(step));
        if (const auto valid = plan.validate(); !valid)
            return core::fail(valid.error());
        return plan;
    } catch (const std::exception &error) {
        return core::fail(core::ErrorKind::Io, std::string("a plan in the journal cannot be read: ") + error.what(),
                          "deploy anew instead of resuming");
    }
}

} // namespace binnacle::runbook
