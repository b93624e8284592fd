// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/QuantityTexts.h"
#include "support/YamlObject.h"

#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

TEST(QuantityTexts, NumbersBecomeText)
{
    const struct
    {
        const char *given;
        const char *written;
    } rows[] = {
        {"{apiVersion: v1, kind: ResourceQuota, spec: {hard: {pods: 10, requests.cpu: 1.5, memory: 1Gi}}}",
         "{apiVersion: v1, kind: ResourceQuota, spec: {hard: {pods: \"10\", requests.cpu: \"1.5\", memory: 1Gi}}}"},
        {"{apiVersion: v1, kind: LimitRange, spec: {limits: [{type: Container, max: {cpu: 2}}]}}",
         "{apiVersion: v1, kind: LimitRange, spec: {limits: [{type: Container, max: {cpu: \"2\"}}]}}"},
        {"{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2, template: {spec: {containers: [{name: a, "
         "resources: {limits: {cpu: 1}}, ports: [{containerPort: 80}]}]}}}}",
         "{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2, template: {spec: {containers: [{name: a, "
         "resources: {limits: {cpu: \"1\"}}, ports: [{containerPort: 80}]}]}}}}"},
        {"{apiVersion: apps/v1, kind: StatefulSet, spec: {volumeClaimTemplates: [{spec: {resources: {requests: "
         "{storage: 1000000}}}}]}}",
         "{apiVersion: apps/v1, kind: StatefulSet, spec: {volumeClaimTemplates: [{spec: {resources: {requests: "
         "{storage: 1M}}}}]}}"},
        {"{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, spec: {metrics: [{pods: {target: "
         "{averageValue: 5, averageUtilization: 5}}}]}}",
         "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, spec: {metrics: [{pods: {target: "
         "{averageValue: \"5\", averageUtilization: 5}}}]}}"},
        {"{apiVersion: example.com/v1, kind: Deployment, spec: {resources: {limits: {cpu: 1}}}}",
         "{apiVersion: example.com/v1, kind: Deployment, spec: {resources: {limits: {cpu: 1}}}}"},
        {"{apiVersion: v1, kind: ResourceQuota, spec: nonsense}",
         "{apiVersion: v1, kind: ResourceQuota, spec: nonsense}"},
    };
    for (const auto &row : rows) {
        core::Json object = tests::object(row.given);
        writeQuantitiesAsText(object);
        EXPECT_EQ(object, tests::object(row.written)) << row.given;
    }
}

} // namespace
} // namespace binnacle::kube
