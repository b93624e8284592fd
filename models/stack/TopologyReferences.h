// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "core/Json.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace binnacle::stack {

/// The names that may be services: per namespace, from the store.
class ServiceNames
{
public:
    explicit ServiceNames(const cluster::Store &store);
    [[nodiscard]] bool has(const std::string &nameSpace, const std::string &name) const;

private:
    std::map<std::string, std::set<std::string>> m_names;
};

/// A service that a text names, and the port beside it (0: none).
struct ServiceMention
{
    std::string nameSpace;
    std::string name;
    int port = 0;

    friend bool operator==(const ServiceMention &, const ServiceMention &) = default;
    friend auto operator<=>(const ServiceMention &, const ServiceMention &) = default;
};

/// Services named in a text that a pod of `nameSpace` reads, the way its resolver would find them: name.namespace.svc
/// with or without a domain, name.namespace, pod.name of a headless service, and a bare name where the text uses it as
/// a host: after "//" or "@", before ":port", or as the whole text of a setting that is about hosts (`hosts`).
[[nodiscard]] std::vector<ServiceMention> mentionsIn(std::string_view text, const std::string &nameSpace, bool hosts,
                                                     const ServiceNames &services);

/// One text of a workload's configuration.
struct ConfigurationText
{
    std::string where; ///< "env BACKEND_URL", "arguments of container app", "config map app-config"
    std::string text;
    bool hosts = false; ///< named like a host setting
};

/// Environment, commands and arguments of a pod template, and the config maps that it reads.
[[nodiscard]] std::vector<ConfigurationText> configurationOf(const core::Json &podTemplate,
                                                             const std::string &nameSpace, const cluster::Store &store);

} // namespace binnacle::stack
