// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/QuotaFacts.h"

#include "core/Futures.h"
#include "stack/ClusterFacts.h"
#include "stack/QuotaReport.h"

#include <nlohmann/json.hpp>

namespace binnacle::operations {

namespace {

using core::Json;
using core::Result;
using Discovered = Result<std::shared_ptr<const kube::Discovery>>;

std::vector<Json> itemsOf(const Result<Json> &list)
{
    const Json items = list ? list->value("items", Json::array()) : Json::array();
    return {items.begin(), items.end()};
}

/// Lists leave kind and apiVersion out of their items.
std::vector<Json> objectsOf(const Result<Json> &list, const core::GroupKind &kind)
{
    auto items = itemsOf(list);
    for (auto &item : items) {
        item["kind"] = kind.kind;
        if (!item.contains("apiVersion"))
            item["apiVersion"] = list->value("apiVersion", "v1");
    }
    return items;
}

} // namespace

QFuture<Result<QuotaFacts>> quotaFacts(std::shared_ptr<kube::Client> client, const core::Namespace &nameSpace,
                                       core::CancellationToken token)
{
    return core::chain<QuotaFacts>(client->discover(), [client, nameSpace, token](const Discovered &discovery) {
        const auto &kinds = stack::kindsOfFacts();
        std::vector<QFuture<Result<Json>>> asked;
        for (const auto &kind : kinds)
            asked.push_back(client->list(kind, nameSpace, {}, token));
        asked.push_back(client->list({"storage.k8s.io", "StorageClass"}, {}, {}, token));
        asked.push_back(client->list({"", "Node"}, {}, {}, token));
        const auto known = discovery ? *discovery : std::make_shared<const kube::Discovery>();
        return core::then(core::settle<Json>(std::move(asked)),
                          [known](const Result<std::vector<Result<Json>>> &all) -> Result<QuotaFacts> {
                              if (!all)
                                  return core::fail(all.error());
                              QuotaFacts facts;
                              const auto &kinds = stack::kindsOfFacts();
                              for (std::size_t index = 0; index < kinds.size(); ++index) {
                                  const auto &list = (*all)[index];
                                  if (!list && list.error().kind != core::ErrorKind::Unsupported)
                                      facts.unread.push_back(kinds[index].kind);
                                  auto objects = objectsOf(list, kinds[index]);
                                  std::move(objects.begin(), objects.end(), std::back_inserter(facts.objects));
                              }
                              facts.countable = stack::quotaResources(*known, itemsOf((*all)[kinds.size()]),
                                                                      itemsOf((*all)[kinds.size() + 1]));
                              return facts;
                          });
    });
}

} // namespace binnacle::operations
