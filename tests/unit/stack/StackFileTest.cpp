// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/Stack.h"
#include "stack/StackReader.h"
#include "stack/YamlReader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::stack {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string aiSaas = std::string(BINNACLE_SOURCE_DIR) + "/manifests/ai-saas";

Stack loaded()
{
    auto stack = loadStack(aiSaas);
    EXPECT_TRUE(stack) << stack.error().describe();
    return stack ? *stack : Stack{};
}

const core::Json *find(const std::vector<core::Json> &objects, const std::string &kind, const std::string &name)
{
    const auto found = std::find_if(objects.begin(), objects.end(), [&](const core::Json &object) {
        return object["kind"] == kind && object["metadata"]["name"] == name;
    });
    return found == objects.end() ? nullptr : &*found;
}

TEST(StackFile, aiSaasLoadsByNameFileAndFolder)
{
    for (const std::string &way : {aiSaas, aiSaas + "/stack.yaml", std::string("ai-saas")}) {
        const auto stack = loadStack(way);
        ASSERT_TRUE(stack) << way << ": " << stack.error().describe();
        EXPECT_EQ(stack->name, "ai-saas");
        EXPECT_EQ(stack->steps.size(), 6U);
    }
    EXPECT_EQ(loadStack("no-such-stack").error().kind, core::ErrorKind::Usage);
}

TEST(StackFile, everyObjectIsInAStepAndEveryComponentIsAnObject)
{
    const Stack stack = loaded();
    for (const std::string &overlay : stack.overlays) {
        const auto objects = render(stack, {overlay, {}});
        ASSERT_TRUE(objects) << objects.error().describe();
        for (const core::Json &object : *objects) {
            const bool chosen = std::any_of(stack.steps.begin(), stack.steps.end(), [&](const DeployStep &step) {
                return std::any_of(step.objects.begin(), step.objects.end(),
                                   [&](const DeployStep::Match &match) { return matches(match, object); });
            });
            EXPECT_TRUE(chosen) << object["kind"] << " " << object["metadata"]["name"];
            EXPECT_NE(object["kind"], "Secret") << "a secret in a file";
        }
        for (const Component &component : stack.components) {
            EXPECT_NE(find(*objects, component.workload.kind.kind, component.workload.name), nullptr) << component.id;
            for (const kube::ObjectKey &service : component.services) {
                EXPECT_NE(find(*objects, "Service", service.name), nullptr) << service.name;
            }
        }
    }
}

TEST(StackFile, everySecretKeyThatPodsNeedIsDeclared)
{
    const Stack stack = loaded();
    const auto objects = render(stack, {"azure", {}});
    ASSERT_TRUE(objects);
    const core::Json flat = core::Json(*objects).flatten();
    for (const auto &[path, value] : flat.items()) {
        const std::string end = "/secretKeyRef/key";
        if (path.size() < end.size() || path.compare(path.size() - end.size(), end.size(), end) != 0) {
            continue;
        }
        const std::string secret = flat[path.substr(0, path.size() - 3) + "name"];
        const bool declared = std::any_of(
            stack.secrets.begin(), stack.secrets.end(), [&, &key = value](const SecretRequirement &requirement) {
                return requirement.name == secret && std::any_of(requirement.keys.begin(), requirement.keys.end(),
                                                                 [&](const auto &k) { return k.name == key; });
            });
        EXPECT_TRUE(declared) << secret << " " << value;
    }
}

TEST(StackFile, overlaysNameTheStorageClassesOfTheirPlatform)
{
    struct Case
    {
        const char *overlay;
        const char *database;
        const char *files;
        const char *backups;
    };
    for (const Case &c :
         {Case{"azure", "managed-premium", "azurefile", "managed"}, Case{"aws", "gp3", "efs-sc", "gp3"},
          Case{"gcp", "pd-ssd", "filestore-sc", "pd-ssd"}, Case{"onprem", "local-path", "nfs-client", "nfs-client"}}) {
        const auto objects = render(loaded(), {c.overlay, {}});
        ASSERT_TRUE(objects) << objects.error().describe();
        EXPECT_EQ(
            (*find(*objects, "StatefulSet", "postgres"))["spec"]["volumeClaimTemplates"][0]["spec"]["storageClassName"],
            c.database);
        EXPECT_EQ((*find(*objects, "PersistentVolumeClaim", "redis-pvc"))["spec"]["storageClassName"], c.database);
        EXPECT_EQ((*find(*objects, "PersistentVolumeClaim", "uploaded-files-pvc"))["spec"]["storageClassName"],
                  c.files);
        EXPECT_EQ((*find(*objects, "PersistentVolumeClaim", "postgres-backups-pvc"))["spec"]["storageClassName"],
                  c.backups);
    }
}

TEST(Parameters, changeImagesHostsSizesAndReplicas)
{
    const auto objects = render(loaded(), {"azure",
                                           {{"registry", "harbor.example.com/team"},
                                            {"backend.tag", "v2"},
                                            {"host", "shop.example.com"},
                                            {"postgres.storage", "200Gi"},
                                            {"backend.replicas.max", "5"}}});
    ASSERT_TRUE(objects) << objects.error().describe();
    EXPECT_EQ((*find(*objects, "Deployment", "backend"))["spec"]["template"]["spec"]["containers"][0]["image"],
              "harbor.example.com/team/backend:v2");
    EXPECT_EQ((*find(*objects, "Deployment", "frontend"))["spec"]["template"]["spec"]["containers"][0]["image"],
              "harbor.example.com/team/frontend:latest");
    EXPECT_EQ((*find(*objects, "StatefulSet", "postgres"))["spec"]["template"]["spec"]["containers"][0]["image"],
              "postgres:15-alpine");
    for (const char *ingress : {"app-ingress", "api-ingress"}) {
        EXPECT_EQ((*find(*objects, "Ingress", ingress))["spec"]["rules"][0]["host"], "shop.example.com");
        EXPECT_EQ((*find(*objects, "Ingress", ingress))["spec"]["tls"][0]["hosts"][0], "shop.example.com");
    }
    EXPECT_EQ((*find(*objects, "StatefulSet",
                     "postgres"))["spec"]["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"],
              "200Gi");
    EXPECT_EQ((*find(*objects, "HorizontalPodAutoscaler", "backend-hpa"))["spec"]["maxReplicas"], 5);
}

TEST(Parameters, eachOfThemFindsItsFieldInEveryOverlay)
{
    const Stack stack = loaded();
    for (const std::string &overlay : stack.overlays) {
        for (const Parameter &parameter : stack.parameters) {
            const std::string value = parameter.type == Parameter::Type::Integer    ? "3"
                                      : parameter.type == Parameter::Type::Quantity ? "7Gi"
                                                                                    : "x";
            const auto objects = render(stack, {overlay, {{parameter.name, value}}});
            EXPECT_TRUE(objects) << overlay << " " << objects.error().describe();
        }
    }
}

TEST(Parameters, aWrongNameOrValueIsAUsageErrorThatSaysWhatThereIs)
{
    const Stack stack = loaded();
    const auto unknown = render(stack, {"local", {{"backend.tags", "v2"}}});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind, core::ErrorKind::Usage);
    EXPECT_THAT(unknown.error().message, HasSubstr("did you mean 'backend.tag'?"));
    EXPECT_THAT(unknown.error().next, HasSubstr("registry, backend.tag"));
    EXPECT_EQ(render(stack, {"local", {{"backend.replicas.max", "many"}}}).error().kind, core::ErrorKind::Usage);
    EXPECT_EQ(render(stack, {"local", {{"postgres.storage", "big"}}}).error().kind, core::ErrorKind::Usage);
    const auto overlay = render(stack, {"mars", {}});
    EXPECT_EQ(overlay.error().kind, core::ErrorKind::Usage);
    EXPECT_THAT(overlay.error().next, HasSubstr("azure, aws, gcp, onprem, local"));
}

TEST(StackFile, tellsEveryProblemWithItsPlace)
{
    const auto stack = readStack(R"(apiVersion: binnacle/v1
kind: Stack
name: broken
namespaces: [one]
titel: misspelt
components:
- id: web
  tier: middle
  workload: {kind: Deploymnt, namespace: two, name: web}
flows:
- {from: internet, to: wbe, port: 70000}
secrets:
- {namespace: one, name: s, keys: [{name: k, from: guess, length: 3}]}
steps:
- {id: a, gate: soon, objects: [{kind: Pod}], after: [b]}
- {id: a}
)",
                                 "broken.yaml");
    ASSERT_FALSE(stack);
    const std::string &message = stack.error().message;
    EXPECT_EQ(stack.error().kind, core::ErrorKind::Configuration);
    for (const char *expected :
         {"broken.yaml:5:1: unknown field 'titel' in the stack: did you mean 'title'?",
          "broken.yaml:8:9: 'tier' must be one of", "did you mean 'Deployment'?",
          "'two' is not among the stack's namespaces", "there is no component 'wbe': did you mean 'web'?",
          "'port' must be between 1 and 65535", "'from' must be one of: generate, prompt, value",
          "'length' must be at least 16", "'gate' must be one of", "'after' names 'b', which is not an earlier step",
          "the step 'a' chooses no 'objects'", "the step id 'a' is taken"}) {
        EXPECT_THAT(message, HasSubstr(expected));
    }
}

TEST(StackFile, aNameGivenTwiceAndAStepThatCannotBeWaitedForAreTold)
{
    const auto stack = readStack(R"(apiVersion: binnacle/v1
kind: Stack
name: ""
namespaces: [one, one]
components: {id: web}
secrets:
- {namespace: one, name: s, keys: [{name: k}, {name: k}]}
- {namespace: one, name: s}
steps:
- {id: first, objects: [{kind: Pod}], after: [third]}
- {id: second, objects: [{kind: Pod}], after: [frist]}
- {id: third, objects: [{kind: Pod}], after: [first]}
- {id: fourth, objects: [{kind: Pod}], after: [fourth]}
- {id: fifth, objects: [{kind: Pod}], after: [sixth], timeoutSeconds: soon}
- {id: sixth, objects: [{kind: Pod}]}
parameters:
- {name: tag, images: ["*"], imagePart: tag}
- {name: tag, images: ["*"], imagePart: tag}
)",
                                 "broken.yaml");
    ASSERT_FALSE(stack);
    for (const char *expected :
         {"broken.yaml:3:1: 'name' of the stack is empty", "broken.yaml:4:1: the namespace 'one' is there twice",
          "broken.yaml:5:13: 'components' must be a list", "broken.yaml:7:47: the key 'k' is there twice",
          "broken.yaml:8:20: the secret 'one/s' is there twice",
          "'third', which is not an earlier step: the steps wait for each other, first -> third -> first",
          "'frist', which is not an earlier step: there is no such step, did you mean 'first'?",
          "the steps wait for each other, fourth -> fourth", "'sixth', which is not an earlier step: move it up",
          "'timeoutSeconds' must be a whole number", "the parameter 'tag' is there twice"}) {
        EXPECT_THAT(stack.error().message, HasSubstr(expected));
    }
}

TEST(StackFile, aSyntaxErrorNamesLineAndColumn)
{
    const auto stack = readStack("apiVersion: binnacle/v1\nname: [a, b\nkind: Stack\n", "s.yaml");
    ASSERT_FALSE(stack);
    EXPECT_THAT(stack.error().message, testing::MatchesRegex("s.yaml:[0-9]+:[0-9]+: .*"));
}

TEST(Yaml, refusesWhatReadersDisagreeAbout)
{
    struct Case
    {
        const char *text;
        const char *message;
    };
    for (const Case &c : {Case{"a: 1\na: 2\n", "f:2:1: the key 'a' is given twice"},
                          Case{"a: .inf\n", "f:1:4: '.inf' is not a number that JSON can hold"}, Case{"a: [1\n", "f:"},
                          Case{"a: {b: c}: d\n", "f:1:"}}) {
        const auto documents = readYaml(c.text, "f");
        ASSERT_FALSE(documents) << c.text;
        EXPECT_THAT(documents.error().message, HasSubstr(c.message));
    }
}

TEST(Yaml, anObjectThatIsNoKubernetesObjectIsNamedWithItsLine)
{
    const auto objects = readManifests(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Secret\n", "f.yaml");
    ASSERT_FALSE(objects);
    EXPECT_THAT(objects.error().message,
                testing::AllOf(HasSubstr("f.yaml:5:1"), HasSubstr("the Secret has no metadata.name"),
                               Not(HasSubstr("ConfigMap"))));
}

TEST(Yaml, aBombOfAliasesIsRefused)
{
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
        for (int j = 0; j < 9; ++j) {
            text += ", " + last;
        }
        text += "]\n";
    }
    EXPECT_FALSE(readYaml(text, "bomb.yaml"));
}

} // namespace
} // namespace binnacle::stack
