// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/EditSession.h"

#include "core/FieldPath.h"
#include "core/WhenFinished.h"
#include "operations/ObjectText.h"

#include <QTimer>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace binnacle::operations {

namespace {

using core::ErrorKind;
using core::Json;

constexpr auto typingPause = std::chrono::milliseconds(300);

EditCheck::State stateOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Forbidden:
    case ErrorKind::Unauthorized:
        return EditCheck::State::Forbidden;
    case ErrorKind::NotFound:
        return EditCheck::State::Gone;
    case ErrorKind::Invalid:
    case ErrorKind::AlreadyExists:
    case ErrorKind::Usage:
    case ErrorKind::Unsupported:
        return EditCheck::State::Refused;
    case ErrorKind::Conflict:
        return EditCheck::State::Conflicting;
    default:
        return EditCheck::State::Unreachable;
    }
}

/// Quota and admission plug-ins refuse with 403 too, but what they refuse is the content.
bool refusesContent(const core::Error &error)
{
    return error.kind == ErrorKind::Forbidden && error.message.find("cannot ") == std::string::npos;
}

/// Servers write keys of maps in brackets: "spec.hard[pods]" is "spec.hard.pods".
std::string dotted(const std::string &serverName)
{
    std::string name;
    for (const char c : serverName) {
        if (c != ']')
            name += c == '[' ? '.' : c;
    }
    return name;
}

/// A plain name as a path: "spec.maxReplicas". Of names with keys of maps and places in lists that is not sure: empty.
std::string pathOf(const std::string &serverName)
{
    if (serverName.empty() || serverName.find('[') != std::string::npos || serverName.find('<') != std::string::npos)
        return {};
    std::string path = "/" + serverName;
    std::replace(path.begin(), path.end(), '.', '/');
    return path;
}

/// The form's field that the server's name means: the same, or one within it or around it; else one that the form has
/// not changed, beside which another became wrong.
std::string fieldNamed(const std::string &serverName, const std::vector<std::string> &fields, const Json &edited)
{
    std::string found;
    for (const auto &field : fields) {
        const auto path = core::FieldPath::parse(field);
        if (!path)
            continue;
        const auto name = dotted(path->serverName(edited));
        const auto server = dotted(serverName);
        if (name == server)
            return field;
        const auto &shorter = name.size() < server.size() ? name : server;
        const auto &longer = name.size() < server.size() ? server : name;
        if (!shorter.empty() && longer.starts_with(shorter + ".") && found.empty())
            found = field;
    }
    return found.empty() ? pathOf(serverName) : found;
}

/// Servers name the value too, quantities as the Go structure: {i:resource.int64Amount{...}}. The field shows it.
std::string withoutValue(const std::string &message)
{
    for (const auto &[start, stop] :
         {std::pair{"Invalid value: resource.Quantity{", "}: "}, std::pair{"Invalid value: \"", "\": "}}) {
        const auto end = message.starts_with(start) ? message.find(stop, std::string_view(start).size()) : message.npos;
        if (end != message.npos)
            return message.substr(end + 3);
    }
    return message;
}

} // namespace

EditCheck checkOfError(const core::Error &error, const std::vector<std::string> &fields, const Json &edited)
{
    EditCheck check;
    check.state = refusesContent(error) ? EditCheck::State::Refused : stateOf(error.kind);
    check.error = error;
    if (check.state != EditCheck::State::Refused)
        return check;
    for (const auto &cause : error.causes)
        check.problems.push_back({fieldNamed(cause.field, fields, edited), withoutValue(cause.message)});
    if (check.problems.empty())
        check.problems.push_back({{}, error.message});
    return check;
}

struct EditSession::Private
{
    std::shared_ptr<kube::Client> client;
    std::string subresource;
    Json base;
    Json edited;
    Json created;                  ///< how an object that is to be made begins; null: edits one that is there
    std::set<std::string> touched; ///< paths that the form has set
    QTimer timer;
    core::CancellationSource asking;
    int question = 0; ///< answers to earlier ones are late, and dropped
};

EditSession::EditSession(std::shared_ptr<kube::Client> client, kube::ObjectKey object, std::string subresource,
                         QObject *parent)
    : QObject(parent), m_object(std::move(object)), d(std::make_unique<Private>())
{
    d->client = std::move(client);
    d->subresource = std::move(subresource);
    d->timer.setSingleShot(true);
    d->timer.setInterval(typingPause);
    connect(&d->timer, &QTimer::timeout, this, &EditSession::askServer);
}

EditSession::~EditSession()
{
    d->asking.cancel();
}

const Json &EditSession::base() const
{
    return d->base;
}

const Json &EditSession::edited() const
{
    return d->edited;
}

void EditSession::create(Json object)
{
    d->created = std::move(object);
}

bool EditSession::isCreation() const
{
    return !d->created.is_null() && d->base.is_null();
}

EditCheck EditSession::checkOf(const core::Error &error) const
{
    return checkOfError(error, {d->touched.begin(), d->touched.end()}, d->edited);
}

void EditSession::load()
{
    read({}, false);
}

void EditSession::rebase(const std::vector<std::string> &mine)
{
    read(mine, true);
}

void EditSession::read(const std::vector<std::string> &mine, bool keepValues)
{
    d->timer.stop();
    d->asking.cancel();
    d->asking = core::CancellationSource();
    const int question = ++d->question;
    become({.state = EditCheck::State::Loading});
    core::whenFinished(d->client->get(m_object, d->asking.token()), this,
                       [this, mine, keepValues, question](const core::Result<Json> &live) {
                           if (question != d->question)
                               return;
                           if (live)
                               take(*live, mine, keepValues);
                           else if (live.error().kind == ErrorKind::NotFound && !d->created.is_null())
                               begin(keepValues);
                           else
                               become(checkOf(live.error()));
                       });
}

void EditSession::take(Json live, const std::vector<std::string> &mine, bool keepValues)
{
    const auto wanted = edit();
    d->base = live;
    d->edited = std::move(live);
    if (keepValues) {
        for (const auto &field : wanted.fields) {
            const auto path = core::FieldPath::parse(field.path);
            const bool conflicts = !conflictsOf({{field}, {}}, d->base).empty();
            const bool chosen = std::find(mine.begin(), mine.end(), field.path) != mine.end();
            if (path && (!conflicts || chosen))
                (void)path->set(d->edited, field.after ? *field.after : Json());
        }
    } else {
        d->touched.clear();
    }
    emit loaded();
    scheduleCheck();
}

void EditSession::begin(bool keepValues)
{
    d->base = Json();
    if (!keepValues || d->edited.is_null()) {
        d->edited = d->created;
        d->touched.clear();
    }
    emit loaded();
    scheduleCheck();
}

core::Result<void> EditSession::set(const std::string &path, const Json &value)
{
    const auto field = core::FieldPath::parse(path);
    if (!field)
        return core::fail(field.error());
    if (field->valueIn(d->edited) == value)
        return {};
    if (auto result = field->set(d->edited, value); !result)
        return result;
    d->touched.insert(path);
    if (isCreation())
        m_object.name = d->edited.value("/metadata/name"_json_pointer, "");
    scheduleCheck();
    return {};
}

Json EditSession::value(const std::string &path) const
{
    const auto field = core::FieldPath::parse(path);
    return field ? field->valueIn(d->edited) : Json();
}

runbook::EditTask EditSession::edit() const
{
    if (isCreation())
        return d->edited.is_null() || d->edited == d->created ? runbook::EditTask() : creationOf(d->edited);
    auto task = editsBetween(d->base, d->edited, {d->touched.begin(), d->touched.end()});
    if (!task)
        return {};
    task->subresource = d->subresource;
    return std::move(*task);
}

void EditSession::scheduleCheck()
{
    d->asking.cancel();
    d->asking = core::CancellationSource();
    ++d->question;
    if (edit().fields.empty()) {
        d->timer.stop();
        become({.state = EditCheck::State::Unchanged});
        return;
    }
    become({.state = EditCheck::State::Checking});
    d->timer.start();
}

void EditSession::recheck()
{
    if (d->base.is_null() && !isCreation())
        return;
    scheduleCheck();
    if (d->timer.isActive()) {
        d->timer.stop();
        askServer();
    }
}

void EditSession::askServer()
{
    const int question = d->question;
    const auto task = std::make_shared<const runbook::EditTask>(edit());
    core::whenFinished(applyEdits(d->client, m_object, task, true, d->asking.token()), this,
                       [this, question](const core::Result<Json> &answer) {
                           if (question == d->question)
                               answered(answer);
                       });
}

void EditSession::answered(const core::Result<Json> &answer)
{
    if (answer) {
        EditCheck check;
        check.state = EditCheck::State::Valid;
        check.diff = objectDiff(d->base, d->subresource.empty() ? *answer : d->edited);
        become(std::move(check));
        return;
    }
    auto check = checkOf(answer.error());
    if (check.state != EditCheck::State::Conflicting) {
        become(std::move(check));
        return;
    }
    // What is there now is shown beside what was seen and what is wanted.
    const int question = d->question;
    core::whenFinished(d->client->get(m_object, d->asking.token()), this,
                       [this, question, check](const core::Result<Json> &live) mutable {
                           if (question != d->question)
                               return;
                           if (live)
                               check.conflicts = conflictsOf(edit(), *live);
                           become(std::move(check));
                       });
}

void EditSession::become(EditCheck check)
{
    m_check = std::move(check);
    emit checked();
}

} // namespace binnacle::operations
