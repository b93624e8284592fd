// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/Kubectl.h"

#include "core/FieldPath.h"
#include "operations/FieldEdits.h"
#include "operations/ObjectText.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

/// One word for a POSIX shell.
std::string quoted(const std::string &word)
{
    const auto isSafe = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("-_./:@").find(c) != std::string::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), isSafe))
        return word;
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    return text;
}

std::string typeOf(const kube::ObjectKey &object)
{
    return lower(object.kind.kind) + (object.kind.group.empty() ? "" : "." + object.kind.group);
}

std::string fileOf(const kube::ObjectKey &object)
{
    return quoted(lower(object.kind.kind) + "-" + object.name + ".yaml");
}

/// "rollout undo" and the like, where that is what an edit of a workload comes to; else empty.
std::string rolloutCommand(const runbook::Plan &plan, const runbook::EditTask &edit)
{
    if (const auto revision = plan.parameters.find("to-revision"); revision != plan.parameters.end())
        return "rollout undo --to-revision=" + revision->second;
    const bool isWhole = std::any_of(edit.fields.begin(), edit.fields.end(),
                                     [](const auto &field) { return field.path == "/spec/template"; });
    if (isWhole) // a roll back taken back: what was before it is the revision before
        return "rollout undo";
    if (edit.fields.size() != 1 || edit.fields.front().path != "/spec/paused")
        return {};
    return edit.fields.front().after ? "rollout pause" : "rollout resume";
}

/// One that picks its element by a field within, as autoscalers' metrics: no patch of kubectl can.
bool picksDeep(const runbook::FieldEdit &field)
{
    const auto bracket = field.path.find('[');
    return bracket != std::string::npos && field.path.find('.', bracket) < field.path.find('=', bracket);
}

/// Makes the edits in the object that it reads.
std::string jqProgram(const runbook::EditTask &edit)
{
    std::string program;
    for (const auto &field : edit.fields) {
        const auto path = core::FieldPath::parse(field.path);
        if (!path)
            continue;
        program += program.empty() ? "" : " | ";
        program += field.after ? "(" + path->forJq() + ") = " + field.after->dump() : "del(" + path->forJq() + ")";
    }
    return program;
}

/// "kubectl" with where the object is.
std::string start(const core::ContextName &context, const kube::ObjectKey &object)
{
    std::string text = "kubectl";
    if (!context.isEmpty())
        text += " --context=" + quoted(context.value());
    if (!object.nameSpace.isEmpty())
        text += " --namespace=" + quoted(object.nameSpace.value());
    return text;
}

struct Command
{
    const runbook::Plan &plan;
    const runbook::Task &task;

    std::string operator()(const runbook::ApplyTask &work) const
    {
        const std::string force = work.takesOver ? "--force-conflicts " : "";
        return "apply --server-side " + force + "--field-manager=binnacle -f " + fileOf(task.object);
    }
    std::string operator()(const runbook::SecretTask &secret) const
    {
        std::string text = "create secret generic " + quoted(task.object.name) + " --type=" + quoted(secret.type);
        for (const auto &key : secret.keys)
            text += " --from-literal=" + quoted(key.name) + "='***'";
        return text;
    }
    std::string operator()(const runbook::DeleteTask &work) const
    {
        return "delete " + typeOf(task.object) + " " + quoted(task.object.name) +
               (work.dependents == runbook::Dependents::ByKind
                    ? std::string()
                    : std::string(" --cascade=") + toString(work.dependents));
    }
    std::string operator()(const runbook::RestartTask &) const
    {
        return "rollout restart " + typeOf(task.object) + " " + quoted(task.object.name);
    }
    std::string operator()(const runbook::EditTask &edit) const
    {
        if (edit.subresource == "scale" && edit.fields.size() == 1 && edit.fields.front().after)
            return "scale " + typeOf(task.object) + " " + quoted(task.object.name) +
                   " --replicas=" + edit.fields.front().after->dump();
        if (isCreation(edit))
            return "create -f - <<'EOF'\n" + toYamlText(*edit.fields.front().after) + "EOF";
        if (const auto rollout = rolloutCommand(plan, edit); !rollout.empty())
            return rollout + " " + typeOf(task.object) + " " + quoted(task.object.name);
        // Nor are there merge keys in a limit range: a patch would replace its list as a whole.
        if (task.object.kind == core::GroupKind{"", "LimitRange"} ||
            std::any_of(edit.fields.begin(), edit.fields.end(), picksDeep))
            return "get " + typeOf(task.object) + " " + quoted(task.object.name) + " -o json | jq " +
                   quoted(jqProgram(edit)) + " | " + start(plan.target.context, task.object) + " replace -f -";
        core::Json patch = core::Json::object();
        bool strategic = false;
        for (const auto &field : edit.fields) {
            if (const auto path = core::FieldPath::parse(field.path)) {
                path->addToPatch(patch, field.after ? *field.after : core::Json());
                strategic = strategic || path->selects();
            }
        }
        return "patch " + typeOf(task.object) + " " + quoted(task.object.name) +
               (edit.subresource.empty() ? "" : " --subresource=" + edit.subresource) +
               (strategic ? " --type=strategic" : " --type=merge") + " -p " + quoted(patch.dump());
    }
    /// What to change in an editor, as a comment of the shell.
    std::string operator()(const runbook::SecretEditTask &edit) const
    {
        std::string data;
        for (const auto &key : edit.written)
            data += (data.empty() ? "\"" : ", \"") + key + "\": \"***\"";
        for (const auto &key : edit.removed)
            data += (data.empty() ? "\"" : ", \"") + key + "\": null";
        return "patch secret " + quoted(task.object.name) + " --type=merge -p " + quoted("{\"data\": {" + data + "}}");
    }
    std::string operator()(const runbook::SecretKeepTask &keep) const
    {
        std::string text = "create secret generic " + quoted(task.object.name);
        for (const auto &key : keep.keys)
            text += " --from-literal=" + quoted(key) + "='***'";
        return text;
    }
    std::string operator()(const runbook::RotationTask &rotation) const
    {
        using Action = runbook::RotationTask::Action;
        const auto &subject = rotation.subject;
        switch (rotation.action) {
        case Action::Stage:
            return "create secret generic " + quoted(task.object.name) +
                   " --from-literal=old='***' --from-literal=new='***'";
        case Action::WriteNew:
        case Action::WriteOld:
            return "patch secret " + quoted(task.object.name) + " --type=merge -p " +
                   quoted("{\"data\": {\"" + subject.key + "\": \"***\"}}");
        case Action::AlterToNew:
        case Action::AlterToOld:
            return "exec -i " + typeOf(task.object) + "/" + quoted(task.object.name) + " -- psql -U " +
                   quoted(subject.role) + " -d " + quoted(subject.database) + " # ALTER ROLE ... PASSWORD '***'";
        case Action::Forget:
            return "delete secret " + quoted(task.object.name);
        case Action::Check:
        case Action::Prove:
        case Action::ProveOld:
            if (task.object == subject.secret)
                return "get secret " + quoted(task.object.name);
            if (task.object != subject.workload)
                return "rollout status " + typeOf(task.object) + "/" + quoted(task.object.name);
            return "exec -i " + typeOf(task.object) + "/" + quoted(task.object.name) + " -- psql -h POD_IP -U " +
                   quoted(subject.role) + " -d " + quoted(subject.database) + " -c 'select 1'";
        }
        return {};
    }
    std::string operator()(const runbook::CheckTask &) const
    {
        return "describe resourcequotas,limitranges --all-namespaces";
    }
    std::string operator()(const runbook::RestoreTask &) const { return "replace -f " + fileOf(task.object); }
};

} // namespace

std::string kubectlFor(const runbook::Plan &plan, const runbook::Task &task)
{
    return start(plan.target.context, task.object) + " " + std::visit(Command{plan, task}, task.work);
}

std::string kubectlGet(const core::ContextName &context, const kube::ObjectKey &object)
{
    return start(context, object) + " get " + typeOf(object) + " " + quoted(object.name) + " -o yaml";
}

} // namespace binnacle::operations
