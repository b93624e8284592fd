// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/RotationEffects.h"

#include "core/Futures.h"
#include "operations/ConfigData.h"
#include "operations/ObjectError.h"
#include "operations/PostgresAccess.h"
#include "operations/Rotation.h"
#include "operations/RotationPods.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::ErrorKind;
using core::Json;
using core::SecretString;
using runbook::Action;
using runbook::Applied;
using Effect = QFuture<core::Result<Applied>>;
using Rotating = runbook::RotationTask::Action;

constexpr const char *lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
/// Letters and digits: no shell, URL or SQL gives any of them a meaning, and SASLprep leaves them alone.
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

SecretString decoded(const Json &secret, const std::string &key)
{
    const auto &data = secret.contains("data") ? secret["data"] : Json::object();
    if (!data.contains(key) || !data[key].is_string())
        return {};
    return fromBase64(data[key].get_ref<const std::string &>());
}

std::string encoded(const SecretString &value)
{
    return toBase64(value.reveal());
}

Effect done(Action action)
{
    return core::ready(core::Result<Applied>(Applied{.action = action}));
}

Effect failed(core::Error error)
{
    return core::ready(core::Result<Applied>(core::fail(std::move(error))));
}

/// `kubectl apply` leaves a copy of what it was given beside the object. There the value would stay after it was
/// replaced: the copy without this key, where it has it.
std::optional<std::string> withoutCopy(const Json &secret, const std::string &key)
{
    const auto text =
        secret.value(Json::json_pointer("/metadata/annotations"), Json::object()).value(lastApplied, std::string());
    Json copy = Json::parse(text, nullptr, false);
    bool found = false;
    for (const char *field : {"data", "stringData"}) {
        if (copy.is_object() && copy.contains(field) && copy[field].is_object())
            found |= copy[field].erase(key) != 0;
    }
    return found ? std::optional(copy.dump() + "\n") : std::nullopt;
}

/// Printable ASCII: what a line of a script holds unchanged, and what SASLprep leaves alone.
bool isPlain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// The two values; shared by the steps of one effect.
struct Staged
{
    SecretString before;
    SecretString after;
};
using StagedPointer = std::shared_ptr<const Staged>; ///< null: nothing was staged

struct Rotation
{
    std::shared_ptr<kube::Client> client;
    kube::ObjectKey object;
    runbook::RotationTask task;
    std::shared_ptr<const SecretString> given; ///< null: the new value is made here
    core::Random *random;
    core::CancellationToken token;

    [[nodiscard]] const runbook::RotationSubject &subject() const { return task.subject; }

    [[nodiscard]] Effect run() const
    {
        if (task.action == Rotating::Stage)
            return stage();
        return core::chain<Applied>(staged(), [*this](const core::Result<StagedPointer> &values) -> Effect {
            const bool isAnothers = !values && values.error().kind == ErrorKind::Conflict;
            if (task.action == Rotating::Forget && (isAnothers || (values && !*values)))
                return done(Action::Unchanged);
            if (!values)
                return failed(values.error());
            if (!*values)
                return failed(objectError(stagingSecret(subject().secret), ErrorKind::NotFound,
                                          "the values of this rotation are no longer kept there",
                                          "begin a new rotation"));
            return with(*values);
        });
    }

    [[nodiscard]] Effect with(const StagedPointer &values) const
    {
        switch (task.action) {
        case Rotating::Check:
            return login([self = *this, values](const PostgresPod &pod) { return self.check(pod, values); });
        case Rotating::AlterToNew:
            return login([self = *this, values](const PostgresPod &pod) {
                return self.alter(pod, values->after, values->before);
            });
        case Rotating::AlterToOld:
            return login([self = *this, values](const PostgresPod &pod) {
                return self.alter(pod, values->before, values->after);
            });
        case Rotating::WriteNew:
            return write(values->before, values->after);
        case Rotating::WriteOld:
            return write(values->after, values->before);
        case Rotating::Prove:
            return prove(values, true);
        case Rotating::ProveOld:
            return prove(values, false);
        case Rotating::Forget:
            return forget();
        case Rotating::Stage:
            break;
        }
        return stage();
    }

    [[nodiscard]] Effect forget() const
    {
        return core::then(client->remove(stagingSecret(subject().secret), {}, token),
                          [](const core::Result<Json> &gone) -> core::Result<Applied> {
                              if (!gone && gone.error().kind != ErrorKind::NotFound)
                                  return core::fail(gone.error());
                              return Applied{.action = Action::Deleted};
                          });
    }

    [[nodiscard]] QFuture<core::Result<StagedPointer>> staged() const
    {
        return core::then(
            client->get(stagingSecret(subject().secret), token),
            [rotation = task.rotation,
             key = stagingSecret(subject().secret)](const core::Result<Json> &live) -> core::Result<StagedPointer> {
                if (!live && live.error().kind == ErrorKind::NotFound)
                    return StagedPointer();
                if (!live)
                    return core::fail(live.error());
                const auto owner = live->value(Json::json_pointer("/metadata/annotations"), Json::object())
                                       .value(rotationAnnotation, std::string());
                if (owner.empty())
                    return core::fail(objectError(key, ErrorKind::Conflict,
                                                  "a Secret of this name is there and was not made by a rotation",
                                                  "rename or delete it: a rotation keeps its values under that name"));
                if (owner != rotation)
                    return core::fail(objectError(key, ErrorKind::Conflict,
                                                  "it keeps the values of another rotation, " + owner,
                                                  "resume that one where it was begun, or take it back first"));
                return std::make_shared<const Staged>(Staged{decoded(*live, "old"), decoded(*live, "new")});
            });
    }

    [[nodiscard]] Effect stage() const
    {
        return core::chain<Applied>(staged(), [*this](const core::Result<StagedPointer> &values) -> Effect {
            if (!values)
                return failed(values.error());
            if (*values)
                return done(Action::Unchanged);
            return core::chain<Applied>(client->get(subject().secret, token), [*this](const core::Result<Json> &live) {
                return live ? keep(*live) : failed(live.error());
            });
        });
    }

    [[nodiscard]] Effect keep(const Json &secret) const
    {
        const auto before = decoded(secret, subject().key);
        if (before.isEmpty())
            return failed(objectError(subject().secret, ErrorKind::NotFound, "it has no key " + subject().key,
                                      "look at the keys of the Secret"));
        if (secret.value("immutable", false))
            return failed(objectError(subject().secret, ErrorKind::Invalid, "it is immutable",
                                      "make a new Secret under another name and let the workloads use that"));
        const SecretString after = newValue();
        if (after.isEmpty())
            return failed(objectError(subject().secret, ErrorKind::Usage,
                                      "the new value of " + subject().key + " is not known: no journal keeps it",
                                      "give it again, or take the rotation back"));
        if (after.reveal() == before.reveal())
            return failed(objectError(subject().secret, ErrorKind::Usage,
                                      "the new value of " + subject().key + " is the one that it has",
                                      "give another one"));
        for (const auto *value : {&before, &after})
            if (subject().hasDatabase() && !isPlain(value->reveal()))
                return failed(objectError(subject().secret, ErrorKind::Unsupported,
                                          std::string(value == &before ? "the present" : "the new") + " password in " +
                                              subject().key + " holds a line end or characters beyond ASCII",
                                          value == &before ? "change it by hand once, then rotate"
                                                           : "use letters, digits and signs"));
        const auto key = stagingSecret(subject().secret);
        Json object{
            {"apiVersion", "v1"},
            {"kind", "Secret"},
            {"type", "Opaque"},
            {"immutable", true},
            {"metadata",
             {{"name", key.name},
              {"namespace", key.nameSpace.value()},
              {"labels", {{"app.kubernetes.io/managed-by", "binnacle"}}},
              {"annotations",
               {{rotationAnnotation, task.rotation}, {rotationSubjectAnnotation, stagedSubject(subject()).dump()}}}}},
            {"data", {{"old", encoded(before)}, {"new", encoded(after)}}}};
        return core::then(client->create(std::move(object), {}, token),
                          [](const core::Result<Json> &made) -> core::Result<Applied> {
                              if (!made)
                                  return core::fail(made.error());
                              return Applied{.action = Action::Created,
                                             .uid = core::Uid((*made)["metadata"].value("uid", std::string()))};
                          });
    }

    [[nodiscard]] SecretString newValue() const
    {
        if (subject().length > 0)
            return SecretString(random->text(static_cast<std::size_t>(subject().length), alphabet));
        return given ? given->clone() : SecretString();
    }

    template <typename Use>
    [[nodiscard]] Effect login(Use use) const
    {
        return core::chain<Applied>(findPostgres(client, subject(), token),
                                    [self = *this, use](const core::Result<PostgresPod> &pod) -> Effect {
                                        return pod ? Use(use)(*pod) : failed(pod.error());
                                    });
    }

    [[nodiscard]] QFuture<core::Result<Login>> enters(const PostgresPod &pod, const SecretString &password) const
    {
        return tryPassword(client, pod, subject(), password, token);
    }

    [[nodiscard]] Effect check(const PostgresPod &pod, const StagedPointer &values) const
    {
        return both(pod, values->before, SecretString(random->text(24, alphabet)),
                    "the password in the Secret does not open the database",
                    "set the key to the password that the database has, then rotate",
                    "the database lets in with any password, so a rotation would protect nothing",
                    "have pg_hba.conf ask for scram-sha-256 from the network first");
    }

    /// Of the Secret: what it holds. Of a workload: which pods run; and of the database's also whom it lets in.
    [[nodiscard]] Effect prove(const StagedPointer &values, bool forward) const
    {
        if (object == subject().secret)
            return proveValue(forward ? values->after : values->before);
        return core::chain<Applied>(provePods(client, object, token),
                                    [self = *this, values, forward](const core::Result<void> &pods) -> Effect {
                                        const bool opens =
                                            self.subject().hasDatabase() && self.object == self.subject().workload;
                                        if (!pods && pods.error().kind == ErrorKind::NotFound && !opens)
                                            return done(Action::Unchanged); // deleted since: it uses nothing
                                        if (!pods)
                                            return failed(pods.error());
                                        return opens ? self.proveLogin(values, forward) : done(Action::Unchanged);
                                    });
    }

    [[nodiscard]] Effect proveValue(const SecretString &value) const
    {
        return core::then(
            client->get(subject().secret, token),
            [subject = subject(), wanted = encoded(value)](const core::Result<Json> &live) -> core::Result<Applied> {
                if (!live)
                    return core::fail(live.error());
                if (live->value("data", Json::object()).value(subject.key, "") != wanted)
                    return core::fail(objectError(subject.secret, ErrorKind::Conflict,
                                                  "somebody else has changed " + subject.key + " since it was written",
                                                  "find out who writes it, then rotate again"));
                return Applied{.action = Action::Unchanged};
            });
    }

    [[nodiscard]] Effect proveLogin(const StagedPointer &values, bool forward) const
    {
        return login([self = *this, values, forward](const PostgresPod &pod) {
            const auto &right = forward ? values->after : values->before;
            const auto &wrong = forward ? values->before : values->after;
            return self.both(pod, right, wrong.clone(), "the password that should work does not open the database",
                             "take the rotation back", "the password that was replaced still opens the database",
                             "look whether pg_hba.conf trusts the network, or another server answers");
        });
    }

    /// That one password opens the database and the other does not.
    [[nodiscard]] Effect both(const PostgresPod &pod, const SecretString &right, SecretString wrong,
                              const char *refused, const char *refusedNext, const char *accepted,
                              const char *acceptedNext) const
    {
        const auto other = std::make_shared<const SecretString>(std::move(wrong));
        return core::chain<Applied>(enters(pod, right), [=, self = *this](const core::Result<Login> &first) -> Effect {
            if (!first)
                return failed(first.error());
            if (*first == Login::Refused)
                return failed(objectError(self.subject().workload, ErrorKind::Invalid, refused, refusedNext));
            return core::then(self.enters(pod, *other),
                              [=](const core::Result<Login> &second) -> core::Result<Applied> {
                                  if (!second)
                                      return core::fail(second.error());
                                  if (*second == Login::Accepted)
                                      return core::fail(objectError(self.subject().workload, ErrorKind::Invalid,
                                                                    accepted, acceptedNext));
                                  return Applied{.action = Action::Unchanged};
                              });
        });
    }

    [[nodiscard]] Effect alter(const PostgresPod &pod, const SecretString &to, const SecretString &from) const
    {
        return core::then(setPassword(client, pod, subject(), to, from, *random, token),
                          [](const core::Result<void> &set) -> core::Result<Applied> {
                              if (!set)
                                  return core::fail(set.error());
                              return Applied{.action = Action::Changed};
                          });
    }

    [[nodiscard]] Effect write(const SecretString &from, const SecretString &to) const
    {
        const auto before = encoded(from);
        const auto after = encoded(to);
        return core::chain<Applied>(
            client->get(subject().secret, token), [*this, before, after](const core::Result<Json> &live) -> Effect {
                if (!live)
                    return failed(live.error());
                const auto now = live->value("data", Json::object()).value(subject().key, "");
                if (now == after)
                    return done(Action::Unchanged);
                if (now != before)
                    return failed(objectError(subject().secret, ErrorKind::Conflict,
                                              "somebody else has changed " + subject().key + " meanwhile",
                                              "find out which value the database has before going on"));
                return patch(*live, after);
            });
    }

    [[nodiscard]] Effect patch(const Json &live, const std::string &value) const
    {
        Json change{{"metadata", {{"resourceVersion", live["metadata"].value("resourceVersion", "")}}},
                    {"data", {{subject().key, value}}}};
        if (const auto copy = withoutCopy(live, subject().key))
            change["metadata"]["annotations"][lastApplied] = *copy;
        kube::WriteOptions options;
        options.fieldManager = "binnacle-edit";
        return core::then(client->patch(subject().secret, kube::PatchKind::Merge, change, {}, options, token),
                          [](const core::Result<Json> &answer) -> core::Result<Applied> {
                              if (!answer)
                                  return core::fail(answer.error());
                              return Applied{.action = Action::Changed,
                                             .uid = core::Uid((*answer)["metadata"].value("uid", std::string()))};
                          });
    }
};

} // namespace

QFuture<core::Result<Applied>> rotate(std::shared_ptr<kube::Client> client, const kube::ObjectKey &object,
                                      const runbook::RotationTask &task, const SecretString *given,
                                      core::Random &random, core::CancellationToken token)
{
    auto kept = given == nullptr ? nullptr : std::make_shared<const SecretString>(given->clone());
    return Rotation{std::move(client), object, task, std::move(kept), &random, std::move(token)}.run();
}

} // namespace binnacle::operations
