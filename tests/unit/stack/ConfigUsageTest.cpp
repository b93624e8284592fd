// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/ConfigUsage.h"
#include "support/YamlObject.h"

#include <gtest/gtest.h>

namespace binnacle::stack {
namespace {

const char *const everything = R"(
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: shop}
  spec:
    template:
      spec:
        imagePullSecrets: [{name: s}]
        initContainers:
        - {name: init, envFrom: [{secretRef: {name: s}, prefix: P_}]}
        - {name: render, volumeMounts: [{name: files, mountPath: /in}]}
        - {name: sidecar, restartPolicy: Always, volumeMounts: [{name: files, mountPath: /in}]}
        containers:
        - name: main
          env:
          - {name: PLAIN, value: x}
          - {name: A, valueFrom: {secretKeyRef: {name: s, key: a}}}
          - {name: B, valueFrom: {secretKeyRef: {name: s, key: b, optional: true}}}
          - {name: OTHER, valueFrom: {secretKeyRef: {name: other, key: a}}}
          - {name: MAP, valueFrom: {configMapKeyRef: {name: s, key: a}}}
          volumeMounts:
          - {name: files, mountPath: /files}
          - {name: one, mountPath: /one, subPath: a}
          - {name: joined, mountPath: /joined}
        volumes:
        - {name: files, secret: {secretName: s}}
        - {name: one, secret: {secretName: s, items: [{key: a, path: a}]}}
        - {name: joined, projected: {sources: [{configMap: {name: s}}, {secret: {name: s, items: [{key: b, path: b}]}}]}}
- apiVersion: batch/v1
  kind: CronJob
  metadata: {name: night, namespace: shop}
  spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, envFrom: [{secretRef: {name: s}}]}]}}}}}
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: door, namespace: shop}
  spec: {tls: [{secretName: s, hosts: [shop.example.com]}]}
- apiVersion: v1
  kind: ServiceAccount
  metadata: {name: robot, namespace: shop}
  imagePullSecrets: [{name: s}]
- apiVersion: v1
  kind: Pod
  metadata: {name: elsewhere, namespace: other}
  spec: {containers: [{name: c, envFrom: [{secretRef: {name: s}}]}]}
- {apiVersion: v1, kind: Pod, metadata: {name: broken, namespace: shop}, spec: {containers: nonsense}}
)";

std::vector<std::string> described(const std::string &kind, const std::string &key)
{
    static const char *const uses[] = {"env",         "envFrom", "volume", "fixed volume",
                                       "init volume", "pull",    "tls",    "account"};
    const auto objects = tests::object(everything).get<std::vector<core::Json>>();
    std::vector<std::string> lines;
    for (const auto &user : configUsers(objects, {{"", kind}, core::Namespace("shop"), "s"}, key))
        lines.push_back(user.object.kind.kind + "/" + user.object.name + "/" + user.container + " " +
                        uses[static_cast<int>(user.use)] + " " + user.key + " " + user.name +
                        (user.optional ? " optional" : ""));
    return lines;
}

TEST(ConfigUsage, FindsEveryUserOfASecret)
{
    EXPECT_EQ(described("Secret", ""),
              (std::vector<std::string>{"Deployment/web/ pull  ", "Deployment/web/init envFrom  P_",
                                        "Deployment/web/render init volume  /in", "Deployment/web/sidecar volume  /in",
                                        "Deployment/web/main env a A", "Deployment/web/main env b B optional",
                                        "Deployment/web/main volume  /files", "Deployment/web/main fixed volume a /one",
                                        "Deployment/web/main volume b /joined", "CronJob/night/c envFrom  ",
                                        "Ingress/door/ tls  shop.example.com", "ServiceAccount/robot/ pull  "}));
}

TEST(ConfigUsage, FindsTheUsersOfOneKey)
{
    EXPECT_EQ(described("Secret", "b"),
              (std::vector<std::string>{"Deployment/web/ pull  ", "Deployment/web/init envFrom  P_",
                                        "Deployment/web/render init volume  /in", "Deployment/web/sidecar volume  /in",
                                        "Deployment/web/main env b B optional", "Deployment/web/main volume  /files",
                                        "Deployment/web/main volume b /joined", "CronJob/night/c envFrom  ",
                                        "Ingress/door/ tls  shop.example.com", "ServiceAccount/robot/ pull  "}));
}

TEST(ConfigUsage, TellsConfigMapsFromSecrets)
{
    EXPECT_EQ(described("ConfigMap", ""),
              (std::vector<std::string>{"Deployment/web/main env a MAP", "Deployment/web/main volume  /joined"}));
}

} // namespace
} // namespace binnacle::stack
