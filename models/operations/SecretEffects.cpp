// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/SecretEffects.h"

#include "core/FieldPath.h"
#include "core/Futures.h"
#include "operations/ConfigData.h"
#include "operations/FieldEdits.h"
#include "operations/ObjectError.h"
#include "operations/ObjectText.h"

#include <nlohmann/json.hpp>

#include <QCryptographicHash>

namespace binnacle::operations {

namespace {

using core::ErrorKind;
using core::Json;
using runbook::Action;
using runbook::Applied;
using Effect = QFuture<core::Result<Applied>>;

constexpr const char *writtenAnnotation = "binnacle.dev/written";
constexpr const char *runbookAnnotation = "binnacle.dev/runbook";
constexpr std::string_view saltAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

Effect failed(core::Error error)
{
    return core::ready(core::Result<Applied>(core::fail(std::move(error))));
}

std::shared_ptr<const Json> boxed(Json value)
{
    return value.is_null() ? nullptr : std::make_shared<const Json>(std::move(value));
}

std::string pathOf(const std::string &key)
{
    return "/data/" + core::pointerSegment(key);
}

Json valueIn(const Json &secret, const std::string &key)
{
    const auto data = secret.find("data");
    return data != secret.end() && data->is_object() ? data->value(key, Json()) : Json();
}

Json coded(const std::optional<core::SecretString> &value)
{
    return value ? Json(toBase64(value->reveal())) : Json();
}

/// The fields to write, as any form's: only in memory.
core::Result<runbook::EditTask> fieldsOf(const kube::ObjectKey &secret, const runbook::SecretEditTask &work,
                                         const SecretValues &values)
{
    runbook::EditTask edit;
    const auto add = [&](const std::string &key, bool removed) {
        const auto *value = values.find(secret, key);
        const auto *seen = values.findSeen(secret, key);
        if (seen == nullptr || (value == nullptr && !removed))
            return false;
        edit.fields.push_back({pathOf(key), boxed(coded(*seen)), removed ? nullptr : boxed(toBase64(value->reveal()))});
        return true;
    };
    for (const bool removed : {false, true}) {
        for (const auto &key : removed ? work.removed : work.written) {
            if (!add(key, removed))
                return core::fail(objectError(secret, ErrorKind::Usage, "key " + key + " has no value any more",
                                              "values are kept in no journal: enter it again"));
        }
    }
    return edit;
}

/// "SALT$HASH" of a value as the object holds it; null for none.
Json digest(const Json &value, const std::string &salt)
{
    if (!value.is_string())
        return nullptr;
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(salt.data(), static_cast<qsizetype>(salt.size())));
    const auto &text = value.get_ref<const std::string &>();
    hash.addData(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return salt + "$" + hash.result().toHex().toStdString();
}

bool matches(const Json &value, const Json &known)
{
    if (!known.is_string())
        return value.is_null();
    const auto text = known.get<std::string>();
    return digest(value, text.substr(0, text.find('$'))) == known;
}

/// Which fields go back to what was kept. Conflict where somebody has changed them since.
core::Result<runbook::EditTask> fieldsBack(const kube::ObjectKey &secret, const runbook::SecretEditTask &work,
                                           const Json &live, const Json &kept)
{
    const auto text =
        kept.value(Json::json_pointer("/metadata/annotations"), Json::object()).value(writtenAnnotation, std::string());
    const Json written = Json::parse(text, nullptr, false);
    runbook::EditTask edit;
    auto keys = work.written;
    keys.insert(keys.end(), work.removed.begin(), work.removed.end());
    for (const auto &key : keys) {
        const Json now = valueIn(live, key);
        const Json former = valueIn(kept, key);
        if (now == former)
            continue;
        if (!written.is_object() || !written.contains(key) || !matches(now, written[key]))
            return core::fail(
                objectError(secret, ErrorKind::Conflict, "somebody else has changed " + key + " since",
                            "look at the present value; set the key by hand if the former one is wanted"));
        edit.fields.push_back({pathOf(key), boxed(now), boxed(former)});
    }
    return edit;
}

Effect write(const std::shared_ptr<kube::Client> &client, const kube::ObjectKey &secret, const Json &live,
             runbook::EditTask edit, const core::CancellationToken &token)
{
    return core::then(
        applyEdits(client, secret, std::make_shared<const runbook::EditTask>(std::move(edit)), false, token),
        [live](const core::Result<Json> &answer) -> core::Result<Applied> {
            if (!answer)
                return core::fail(answer.error());
            const auto &meta = (*answer)["metadata"];
            const bool same = meta.value("resourceVersion", "") == live["metadata"].value("resourceVersion", "");
            return Applied{.action = same ? Action::Unchanged : Action::Changed,
                           .uid = core::Uid(meta.value("uid", "")),
                           .generation = 0,
                           .resourceVersion = core::ResourceVersion(meta.value("resourceVersion", "")),
                           .diff = objectDiff(live, *answer)};
        });
}

Json keptSecret(const kube::ObjectKey &kept, const runbook::SecretKeepTask &work, const Json &live,
                const std::string &runbook, const Json &written)
{
    const auto &meta = live["metadata"];
    Json object{{"apiVersion", "v1"},
                {"kind", "Secret"},
                {"type", "Opaque"},
                {"immutable", true},
                {"metadata",
                 {{"name", kept.name},
                  {"namespace", kept.nameSpace.value()},
                  {"labels", {{"app.kubernetes.io/managed-by", "binnacle"}, {undoLabel, meta.value("uid", "")}}},
                  {"annotations", {{runbookAnnotation, runbook}, {writtenAnnotation, written.dump()}}},
                  {"ownerReferences", Json::array({{{"apiVersion", "v1"},
                                                    {"kind", "Secret"},
                                                    {"name", work.secret.name},
                                                    {"uid", meta.value("uid", "")}}})}}}};
    for (const auto &key : work.keys) {
        if (Json value = valueIn(live, key); !value.is_null())
            object["data"][key] = std::move(value);
    }
    return object;
}

/// A quota of Secrets may leave no room for one more.
core::Error notKept(core::Error error)
{
    if (error.kind == ErrorKind::Forbidden)
        error.next += ", or change it without keeping the former values (--no-undo)";
    return error;
}

} // namespace

QFuture<core::Result<Json>> keptValues(const std::shared_ptr<kube::Client> &client, const kube::ObjectKey &secret,
                                       const runbook::SecretEditTask &work, const core::CancellationToken &token)
{
    const kube::ObjectKey kept{secret.kind, secret.nameSpace, work.kept};
    return core::then(client->get(kept, token), [kept](core::Result<Json> former) {
        if (!former && former.error().kind == ErrorKind::NotFound)
            former = core::fail(objectError(kept, ErrorKind::NotFound, "the former values are no longer kept",
                                            "set the keys by hand: the newest five changes of a Secret keep theirs"));
        return former;
    });
}

Effect editSecretKeys(std::shared_ptr<kube::Client> client, const kube::ObjectKey &secret,
                      const runbook::SecretEditTask &work, const SecretValues &values, core::CancellationToken token)
{
    if (work.takesBack) {
        return core::chain<Applied>(
            core::settle(std::vector{client->get(secret, token), keptValues(client, secret, work, token)}),
            [client, secret, work, token](const core::Result<std::vector<core::Result<Json>>> &both) -> Effect {
                const auto &live = (*both)[0];
                const auto &former = (*both)[1];
                if (!live)
                    return failed(live.error());
                if (!former)
                    return failed(former.error());
                auto edit = fieldsBack(secret, work, *live, *former);
                return edit ? write(client, secret, *live, std::move(*edit), token) : failed(edit.error());
            });
    }
    auto edit = fieldsOf(secret, work, values);
    if (!edit)
        return failed(edit.error());
    return core::chain<Applied>(client->get(secret, token),
                                [client, secret, edit = std::move(*edit), token](const core::Result<Json> &live) {
                                    return live ? write(client, secret, *live, edit, token) : failed(live.error());
                                });
}

QFuture<core::Result<Json>> dryRunSecretKeys(std::shared_ptr<kube::Client> client, const kube::ObjectKey &secret,
                                             const runbook::SecretEditTask &work, const SecretValues &values,
                                             core::CancellationToken token)
{
    auto edit = fieldsOf(secret, work, values);
    if (!edit)
        return core::ready(core::Result<Json>(core::fail(edit.error())));
    return applyEdits(std::move(client), secret, std::make_shared<const runbook::EditTask>(std::move(*edit)), true,
                      std::move(token));
}

QFuture<core::Result<Json>> createSecret(std::shared_ptr<kube::Client> client, const kube::ObjectKey &secret,
                                         const runbook::SecretTask &work, const SecretValues &values, bool dryRun,
                                         core::CancellationToken token)
{
    Json object{{"apiVersion", "v1"},
                {"kind", "Secret"},
                {"type", work.type},
                {"metadata", {{"name", secret.name}, {"namespace", secret.nameSpace.value()}}}};
    if (!work.labels.empty())
        object["metadata"]["labels"] = work.labels;
    if (work.immutable)
        object["immutable"] = true;
    for (const auto &key : work.keys) {
        const auto *value = values.find(secret, key.name);
        if (value == nullptr)
            return core::ready(core::Result<Json>(
                core::fail(objectError(secret, ErrorKind::Usage, "key " + key.name + " has no value any more",
                                       "values are kept in no journal: enter it again"))));
        object["data"][key.name] = toBase64(value->reveal());
    }
    kube::WriteOptions options;
    options.dryRun = dryRun;
    options.fieldManager = "binnacle-edit";
    return client->create(std::move(object), options, std::move(token));
}

Effect keepSecretKeys(std::shared_ptr<kube::Client> client, const kube::ObjectKey &kept,
                      const runbook::SecretKeepTask &work, const std::string &runbook, const SecretValues &values,
                      core::Random &random, core::CancellationToken token)
{
    Json written = Json::object();
    runbook::EditTask seen;
    for (const auto &key : work.keys) {
        const auto *value = values.find(work.secret, key);
        const auto after = value != nullptr ? Json(toBase64(value->reveal())) : Json();
        written[key] = digest(after, random.text(16, saltAlphabet));
        if (const auto *before = values.findSeen(work.secret, key))
            seen.fields.push_back({pathOf(key), boxed(coded(*before)), boxed(after)});
    }
    return core::chain<Applied>(
        client->get(work.secret, token),
        [client, kept, work, runbook, written, seen, token](const core::Result<Json> &live) -> Effect {
            if (!live)
                return failed(live.error());
            if (const auto conflicts = conflictsOf(seen, *live); !conflicts.empty())
                return failed(conflictError(work.secret, conflicts));
            return core::then(client->create(keptSecret(kept, work, *live, runbook, written), {}, token),
                              [](const core::Result<Json> &made) -> core::Result<Applied> {
                                  if (!made)
                                      return core::fail(notKept(made.error()));
                                  const auto &meta = (*made)["metadata"];
                                  return Applied{.action = Action::Created,
                                                 .uid = core::Uid(meta.value("uid", "")),
                                                 .generation = 0,
                                                 .resourceVersion =
                                                     core::ResourceVersion(meta.value("resourceVersion", "")),
                                                 .diff = {}};
                              });
        });
}

} // namespace binnacle::operations
