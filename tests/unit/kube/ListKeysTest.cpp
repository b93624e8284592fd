// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ListKeys.h"
#include "support/YamlObject.h"

#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

TEST(ListKeys, ProtocolIsWrittenOut)
{
    const struct
    {
        const char *given;
        const char *filled;
    } rows[] = {
        {"{kind: Service, spec: {ports: [{port: 80}, {port: 53, protocol: UDP}]}}",
         "{kind: Service, spec: {ports: [{port: 80, protocol: TCP}, {port: 53, protocol: UDP}]}}"},
        {"{kind: Deployment, spec: {template: {spec: {containers: [{name: a, ports: [{containerPort: 80}]}]}}}}",
         "{kind: Deployment, spec: {template: {spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: "
         "TCP}]}]}}}}"},
        {"{kind: Pod, spec: {initContainers: [{ports: [{containerPort: 1}]}]}}",
         "{kind: Pod, spec: {initContainers: [{ports: [{containerPort: 1, protocol: TCP}]}]}}"},
        {"{kind: Service, spec: {type: ExternalName}}", "{kind: Service, spec: {type: ExternalName}}"},
        {"{kind: ConfigMap, data: {ports: x}}", "{kind: ConfigMap, data: {ports: x}}"},
        {"{kind: Widget, spec: {ports: [{port: 80}]}}", "{kind: Widget, spec: {ports: [{port: 80}]}}"},
        {"{kind: Service, spec: nonsense}", "{kind: Service, spec: nonsense}"},
    };
    for (const auto &row : rows) {
        core::Json object = tests::object(row.given);
        fillListKeys(object);
        EXPECT_EQ(object, tests::object(row.filled)) << row.given;
    }
}

} // namespace
} // namespace binnacle::kube
