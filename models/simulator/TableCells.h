// SPDX-License-Identifier: GPL-3.0-or-later
// What the cells of metav1.Table say, in the words of pkg/printers.
#pragma once

#include "core/Json.h"
#include "simulator/ApiServer.h"

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace binnacle::simulator::table {

using Cell = std::function<core::Json(const ClusterState &, const core::Json &)>;

struct Column
{
    std::string name;
    std::string type = "string";
    int priority = 0;
    Cell cell;
};

std::string shortAge(const ClusterState &state, const core::Json &stamp);
Column name();
Column age();
Column text(const char *title, std::initializer_list<std::string_view> path, const char *fallback = "<none>",
            int priority = 0);
Column number(const char *title, std::initializer_list<std::string_view> path);
Column custom(const char *title, const std::function<std::string(const core::Json &)> &cell, int priority = 0);
std::string fraction(const core::Json &o, std::initializer_list<std::string_view> part,
                     std::initializer_list<std::string_view> whole);
std::string podReady(const core::Json &pod);
std::string podStatus(const core::Json &pod);
core::Json podRestarts(const core::Json &pod);
std::string images(const core::Json &o);
std::string containerNames(const core::Json &o);
std::string selectorText(const core::Json &o);
std::string servicePorts(const core::Json &service);
std::string endpointsText(const core::Json &endpoints);
std::string ingressHosts(const core::Json &ingress);
std::string ingressAddress(const core::Json &ingress);
std::string hpaTargets(const core::Json &hpa);
std::string accessModes(const core::Json &claim);
std::string quotaText(const core::Json &quota, bool limits);
std::string nodeState(const core::Json &node);
std::string nodeRoles(const core::Json &node);
std::string jobState(const core::Json &job);
std::string dataCount(const core::Json &o);

} // namespace binnacle::simulator::table
