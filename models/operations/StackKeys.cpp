// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/StackKeys.h"

#include "core/Futures.h"

#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;

/// A Secret or config map with its keys and without their values.
Json keysOf(const Json &item, const kube::ObjectKey &config)
{
    Json bare{{"kind", config.kind.kind},
              {"metadata", {{"name", config.name}, {"namespace", config.nameSpace.value()}}}};
    for (const char *const field : {"data", "binaryData"}) {
        const auto found = item.find(field);
        if (found == item.end() || !found->is_object())
            continue;
        for (const auto &[key, value] : found->items())
            bare[field][key] = "";
    }
    return bare;
}

} // namespace

QFuture<Result<MissingStackKeys>> missingStackKeys(std::shared_ptr<kube::Client> client,
                                                   std::shared_ptr<const stack::Stack> stack,
                                                   std::shared_ptr<const std::vector<Json>> objects,
                                                   core::CancellationToken token)
{
    std::vector<kube::ObjectKey> configs;
    std::vector<QFuture<Result<Json>>> questions;
    for (const auto &config : stack::namedConfigs(*stack, *objects)) {
        configs.push_back(config);
        questions.push_back(client->get(config, token));
    }
    return core::then(core::settle(questions),
                      [stack, objects, configs](Result<std::vector<Result<Json>>> answers) -> Result<MissingStackKeys> {
                          if (!answers)
                              return core::fail(std::move(answers.error()));
                          MissingStackKeys missing;
                          std::vector<Json> live;
                          for (std::size_t index = 0; index < answers->size(); ++index) {
                              auto &answer = (*answers)[index];
                              if (answer)
                                  live.push_back(keysOf(*answer, configs[index]));
                              else if (answer.error().kind == core::ErrorKind::Forbidden)
                                  missing.unread.push_back(configs[index].describe());
                              else if (answer.error().kind != core::ErrorKind::NotFound)
                                  return core::fail(std::move(answer.error()));
                          }
                          if (missing.unread.empty()) {
                              missing.findings = stack::missingKeys(*stack, *objects, live);
                              missing.workloads = stack::keylessWorkloads(*stack, *objects, live);
                          }
                          return missing;
                      });
}

} // namespace binnacle::operations
