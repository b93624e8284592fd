// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/PostgresAccess.h"

#include "core/Futures.h"
#include "core/Scram.h"
#include "kube/PodExec.h"
#include "operations/RotationPods.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::ErrorKind;
using core::Json;
using kube::PodCommandResult;

/// A password goes in by standard input, where no list of processes shows it. `read` takes one byte at a time, so what
/// follows is left to the next command. $1 role, $2 database, $3 address.
constexpr const char *loginScript = R"(
IFS= read -r PGPASSWORD && export PGPASSWORD
pg_isready -q -h "$3" || exit 75
exec psql -X -w -q -A -t -h "$3" -U "$1" -d "$2" -c 'select 1' </dev/null
)";

/// printf is part of the shell: the statement is in no process' arguments.
constexpr const char *alterScript = R"(
IFS= read -r first && IFS= read -r second && IFS= read -r statement || exit 75
run() { printf '%s\n' "$statement" | psql -X -w -q -v ON_ERROR_STOP=1 -U "$1" -d "$2" ${3:+-h "$3"} -f -; }
run "$1" "$2" 2>/dev/null && exit 0
PGPASSWORD=$first; export PGPASSWORD
run "$1" "$2" "$3" 2>/dev/null && exit 0
PGPASSWORD=$second
run "$1" "$2" "$3"
)";

constexpr int notReady = 75;
constexpr int connectionFailed = 2; ///< psql: the connection to the server went bad

core::Error databaseError(const PostgresPod &pod, std::string message, std::string next)
{
    auto error = core::makeError(ErrorKind::Server, std::move(message), std::move(next));
    error.object = "Pod " + pod.nameSpace.value() + "/" + pod.name;
    return error;
}

kube::PodStreamRequest scriptRequest(const PostgresPod &pod, const runbook::RotationSubject &subject,
                                     const char *script)
{
    kube::PodStreamRequest request;
    request.nameSpace = pod.nameSpace;
    request.pod = pod.name;
    request.container = pod.container;
    request.command = {"sh", "-c", script, "sh", subject.role, subject.database, pod.address};
    return request;
}

/// What the database said, without anything that may hold a verifier.
std::string wordsOf(const std::string &text)
{
    const auto end = std::min(text.find('\n'), text.size());
    const std::string line = text.substr(0, end);
    return line.find("SCRAM") == std::string::npos ? line : "the statement failed";
}

/// In SQL: names in double quotes, texts in single ones; each doubled inside.
std::string sqlQuoted(std::string_view text, char quote)
{
    std::string result(1, quote);
    for (const char c : text)
        result += c == quote ? std::string(2, quote) : std::string(1, c);
    return result + quote;
}

/// postgres-10 comes after postgres-2.
bool comesBefore(const Json &a, const Json &b)
{
    const std::string first = a["metadata"]["name"];
    const std::string second = b["metadata"]["name"];
    return std::pair(first.size(), first) < std::pair(second.size(), second);
}

core::Result<PostgresPod> firstReady(std::vector<Json> pods, const runbook::RotationSubject &subject)
{
    pods.erase(std::remove_if(pods.begin(), pods.end(), [](const Json &pod) { return !isPodReady(pod); }), pods.end());
    const auto first = std::min_element(pods.begin(), pods.end(), comesBefore);
    if (first == pods.end()) {
        auto error = core::makeError(ErrorKind::Server, "no pod of it is ready, so its database cannot be asked",
                                     "bring the database up first");
        error.object = subject.workload.describe();
        return core::fail(std::move(error));
    }
    return PostgresPod{subject.workload.nameSpace, (*first)["metadata"]["name"], subject.container,
                       first->value(Json::json_pointer("/status/podIP"), "")};
}

} // namespace

QFuture<core::Result<PostgresPod>> findPostgres(std::shared_ptr<kube::Client> client,
                                                const runbook::RotationSubject &subject, core::CancellationToken token)
{
    using Found = core::Result<PostgresPod>;
    return core::chain<PostgresPod>(
        client->get(subject.workload, token), [client, subject, token](const core::Result<Json> &workload) {
            if (!workload)
                return core::ready(Found(core::fail(workload.error())));
            return core::then(podsOf(client, *workload, token),
                              [subject](const core::Result<std::vector<Json>> &pods) -> Found {
                                  if (!pods)
                                      return core::fail(pods.error());
                                  return firstReady(*pods, subject);
                              });
        });
}

QFuture<core::Result<Login>> tryPassword(std::shared_ptr<kube::Client> client, const PostgresPod &pod,
                                         const runbook::RotationSubject &subject, const core::SecretString &password,
                                         core::CancellationToken token)
{
    core::SecretString input(std::string(password.reveal()) + "\n");
    return core::then(kube::runInPod(client->transport(), scriptRequest(pod, subject, loginScript), std::move(input),
                                     std::move(token)),
                      [pod, client](const core::Result<PodCommandResult> &done) -> core::Result<Login> {
                          if (!done)
                              return core::fail(done.error());
                          if (done->exitStatus == 0)
                              return Login::Accepted;
                          if (done->exitStatus == connectionFailed)
                              return Login::Refused;
                          if (done->exitStatus == notReady)
                              return core::fail(
                                  databaseError(pod, "PostgreSQL does not answer", "look at the log of the pod"));
                          return core::fail(databaseError(pod, "psql could not ask: " + wordsOf(done->errorOutput),
                                                          "check role and database, and that the image has psql"));
                      });
}

QFuture<core::Result<void>> setPassword(std::shared_ptr<kube::Client> client, const PostgresPod &pod,
                                        const runbook::RotationSubject &subject, const core::SecretString &password,
                                        const core::SecretString &before, core::Random &random,
                                        core::CancellationToken token)
{
    std::string salt;
    for (int count = 0; count < 16; ++count)
        salt += static_cast<char>(random.below(256));
    const auto verifier = core::scramVerifier(password.reveal(), salt);
    std::string input = std::string(before.reveal()) + "\n" + std::string(password.reveal()) + "\nALTER ROLE " +
                        sqlQuoted(subject.role, '"') + " WITH PASSWORD " + sqlQuoted(verifier.reveal(), '\'') + ";\n";
    core::SecretString secret(input);
    core::wipe(input);
    return core::then(kube::runInPod(client->transport(), scriptRequest(pod, subject, alterScript), std::move(secret),
                                     std::move(token)),
                      [pod, client](const core::Result<PodCommandResult> &done) -> core::Result<void> {
                          if (!done)
                              return core::fail(done.error());
                          if (done->exitStatus == 0)
                              return {};
                          return core::fail(
                              databaseError(pod, "PostgreSQL did not take the password: " + wordsOf(done->errorOutput),
                                            "check that the role may change its own password"));
                      });
}

} // namespace binnacle::operations
