// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/FieldManagers.h"

#include "core/Clock.h"
#include "core/Futures.h"
#include "kube/RequestBuilder.h"

#include <nlohmann/json.hpp>

#include <chrono>

namespace binnacle::operations {

using core::Json;
using core::Result;

namespace {

/// Whether the entry is of more than what controllers write.
bool ownsContent(const Json &entry)
{
    const Json fields = entry.value("fieldsV1", Json::object());
    for (const auto &[field, below] : fields.items()) {
        if (field != "f:status" && field != "f:metadata")
            return true;
    }
    return false;
}

/// Both in whole seconds, and of two clock readings of one request.
bool isOfCreation(const std::string &written, const std::string &created)
{
    const auto at = core::parseTime(written);
    const auto from = core::parseTime(created);
    return at && from && *at - *from <= std::chrono::seconds(1);
}

} // namespace

QFuture<Result<Json>> withManagers(const std::shared_ptr<kube::Client> &client, const kube::ObjectKey &key,
                                   const core::CancellationToken &token)
{
    return core::chain<Json>(
        client->discover(),
        [client, key, token](const Result<std::shared_ptr<const kube::Discovery>> &discovery) -> QFuture<Result<Json>> {
            if (!discovery)
                return core::ready(Result<Json>(core::fail(discovery.error())));
            auto request = kube::buildGet(**discovery, key, {});
            if (!request)
                return core::ready(Result<Json>(core::fail(request.error())));
            return core::then(client->transport().send(std::move(*request), token),
                              [key](const Result<kube::HttpResponse> &answer) -> Result<Json> {
                                  if (!answer) {
                                      auto error = answer.error();
                                      error.object = key.describe();
                                      return core::fail(std::move(error));
                                  }
                                  Json object = Json::parse(answer->body, nullptr, false);
                                  if (!object.is_object())
                                      return core::fail(core::ErrorKind::Protocol, "the answer is no JSON object",
                                                        "try again");
                                  return object;
                              });
        });
}

std::optional<std::string> laterWriter(const Json &object)
{
    const Json &metadata = object.at("metadata");
    for (const Json &entry : metadata.value("managedFields", Json::array())) {
        const std::string manager = entry.value("manager", "");
        const bool isOurs = manager.starts_with("binnacle") &&
                            isOfCreation(entry.value("time", ""), metadata.value("creationTimestamp", ""));
        if (ownsContent(entry) && !isOurs)
            return manager;
    }
    return std::nullopt;
}

} // namespace binnacle::operations
