// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Gate.h"
#include "core/Json.h"
#include "core/Result.h"
#include "kube/ObjectReference.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace binnacle::stack {

/// One card of the topology: a workload, its service and what belongs to it.
struct Component
{
    std::string id;           ///< unique in the stack: "backend"
    std::string title;        ///< for people
    kube::ObjectKey workload; ///< Deployment, StatefulSet, DaemonSet, CronJob or Ingress
    std::vector<kube::ObjectKey> services;
    std::vector<kube::ObjectKey> volumes; ///< PersistentVolumeClaims
    std::string tier;                     ///< "edge", "frontend", "backend", "data", "monitoring": the column
};

enum class FlowKind { Request, Scrape, Logs };

/// "frontend talks to backend on TCP 5000".
struct Flow
{
    std::string from; ///< component id, or "internet"
    std::string to;
    std::string protocol = "TCP";
    int port = 0;
    FlowKind kind = FlowKind::Request;
    std::string
        evidence; ///< where this is known from: "stack.yaml", "env BACKEND_URL of Deployment app-frontend/frontend"
};

/// A secret the stack needs; its values are generated or prompted, never in a file.
struct SecretRequirement
{
    struct Key
    {
        enum class Source { Generate, Prompt, Value };
        std::string name;
        Source source = Source::Generate;
        int length = 32;          ///< generated characters
        std::string defaultValue; ///< Value: not secret, e.g. an URL; Prompt: used when the operator enters nothing
        std::string description;
        bool optional = false;
        /// The PostgreSQL role that this key opens; without a component the key has no back end to tell of a change.
        struct Role
        {
            std::string component;
            std::string role = "postgres";
            std::string database = "postgres";
        };
        Role opens;
    };
    core::Namespace nameSpace;
    std::string name;
    std::string type = "Opaque";
    std::vector<Key> keys;
};

using cluster::GateKind;

/// One of the ordered deployment steps. Objects are chosen by selectors over the rendered manifests.
struct DeployStep
{
    struct Match
    {
        std::string kind;      ///< "" or "*": any
        std::string name;      ///< glob
        std::string nameSpace; ///< glob
        /// For these objects instead of the step's: a claim that is bound only when its first pod comes cannot be
        /// waited for.
        std::optional<GateKind> gate;
    };
    std::string id;
    std::string title;
    std::vector<Match> objects;
    GateKind gate = GateKind::Ready;
    std::chrono::seconds timeout{300};
    bool holds = true; ///< false: a gate that does not pass is said, but holds nothing and does not fail the deploy
    std::vector<std::string> after; ///< step ids; empty: the step before it
};

/// What an operator may set without editing a file (`--set name=value`), and what it changes in the rendered objects.
struct Parameter
{
    enum class Type { Text, Integer, Quantity };
    enum class ImagePart { None, Registry, Name, Tag, Digest };
    struct Field
    {
        DeployStep::Match objects;
        std::vector<std::string>
            paths;          ///< as in kustomize's replacements: "spec.rules.*.host", "spec.containers.[name=web].image"
        std::string prefix; ///< put before the value
        std::string suffix;
    };
    std::string name;
    std::string description;
    std::string defaultValue; ///< empty: what the overlay says stays
    Type type = Type::Text;
    std::vector<std::string> images; ///< globs over image names without tag: "acr.azurecr.io/*"
    ImagePart imagePart = ImagePart::None;
    std::vector<Field> fields;
};

/// manifests/<name>/stack.yaml. The format is documented in manifests/README.md.
struct Stack
{
    std::string name;
    std::string title;
    std::filesystem::path directory;
    std::string base = "base"; ///< kustomize directory, relative
    std::vector<std::string> overlays;
    std::string defaultOverlay; ///< empty: the base alone
    std::vector<core::Namespace> nameSpaces;
    std::vector<Component> components;
    std::vector<Flow> flows;
    std::vector<SecretRequirement> secrets;
    std::vector<DeployStep> steps;
    std::vector<Parameter> parameters;
};

/// Loads by path of a stack.yaml, of its folder, or by the name of a stack in one of stackFolders(). Errors are
/// "file:line:column: what" with every problem found, one per line of the message.
[[nodiscard]] core::Result<Stack> loadStack(const std::string &nameOrPath);
/// Where stacks are looked for by name, in this order: $BINNACLE_STACKS (a list like PATH), ../share/binnacle/manifests
/// beside the program, and the source tree that the program was built from.
[[nodiscard]] std::vector<std::filesystem::path> stackFolders();
/// The names of the stacks in stackFolders().
[[nodiscard]] std::vector<std::string> stackNames();
/// Whether a step's selector means this object. Globs: "*" any text, "?" one letter.
[[nodiscard]] bool matches(const DeployStep::Match &match, const core::Json &object);

struct RenderOptions
{
    std::string overlay;                           ///< empty: the stack's default
    std::map<std::string, std::string> parameters; ///< --set key=value
};

/// The stack's objects with overlay and parameters, in kustomize's order. Secrets with generated values are not part
/// of it: see SecretRequirement.
[[nodiscard]] core::Result<std::vector<core::Json>> render(const Stack &stack, const RenderOptions &options = {});
/// Renders any kustomize directory, as kubectl kustomize does.
[[nodiscard]] core::Result<std::vector<core::Json>> renderDirectory(const std::filesystem::path &directory);

} // namespace binnacle::stack
