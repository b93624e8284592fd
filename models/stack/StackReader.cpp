// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/StackReader.h"

#include "core/Quantity.h"
#include "stack/YamlFields.h"

#include <algorithm>
#include <set>

namespace binnacle::stack {

namespace {

constexpr const char *stackApiVersion = "binnacle/v1";
constexpr int minimumSecretLength = 16;

const std::map<std::string, std::string> kindGroups = {
    {"Deployment", "apps"},
    {"StatefulSet", "apps"},
    {"DaemonSet", "apps"},
    {"ReplicaSet", "apps"},
    {"CronJob", "batch"},
    {"Job", "batch"},
    {"Pod", ""},
    {"Service", ""},
    {"Ingress", "networking.k8s.io"},
    {"PersistentVolumeClaim", ""},
};

std::vector<std::string> keysOf(const std::map<std::string, std::string> &map)
{
    std::vector<std::string> keys;
    for (const auto &entry : map) {
        keys.push_back(entry.first);
    }
    return keys;
}

class Reader
{
public:
    Reader(const YAML::Node &root, YamlProblems &problems) : m_root(root, "the stack", problems), m_problems(problems)
    {
    }

    Stack read()
    {
        if (!m_root.isMap()) {
            return m_stack;
        }
        readHeader();
        m_root.each("components", [&](const YAML::Node &node) { readComponent(node); });
        m_root.each("flows", [&](const YAML::Node &node) { readFlow(node); });
        m_root.each("secrets", [&](const YAML::Node &node) { readSecret(node); });
        m_root.each("steps", [&](const YAML::Node &node) { readStep(node); });
        checkAfter();
        m_root.each("parameters", [&](const YAML::Node &node) { readParameter(node); });
        m_root.finish();
        checkMentioned();
        return m_stack;
    }

private:
    void readHeader()
    {
        if (const std::string version = m_root.requiredText("apiVersion");
            !version.empty() && version != stackApiVersion) {
            m_problems.add(m_root.markOf("apiVersion"), std::string("'apiVersion' must be ") + stackApiVersion);
        }
        if (const std::string kind = m_root.requiredText("kind"); !kind.empty() && kind != "Stack") {
            m_problems.add(m_root.markOf("kind"), "'kind' must be Stack");
        }
        m_stack.name = m_root.requiredText("name");
        m_stack.title = m_root.text("title", m_stack.name);
        m_stack.base = m_root.text("base", "base");
        checkFolder("base", m_stack.base);
        std::set<std::string> taken;
        for (const std::string &overlay : m_root.texts("overlays")) {
            checkTaken(taken, overlay, "overlay", m_root.markOf("overlays"));
            checkFolder("overlays", "overlays/" + overlay);
            m_stack.overlays.push_back(overlay);
        }
        m_stack.defaultOverlay = m_root.text("defaultOverlay");
        if (!m_stack.defaultOverlay.empty() && std::find(m_stack.overlays.begin(), m_stack.overlays.end(),
                                                         m_stack.defaultOverlay) == m_stack.overlays.end()) {
            m_problems.add(m_root.markOf("defaultOverlay"), "there is no overlay '" + m_stack.defaultOverlay + "'");
        }
        taken.clear();
        for (const std::string &name : m_root.texts("namespaces")) {
            checkTaken(taken, name, "namespace", m_root.markOf("namespaces"));
            m_stack.nameSpaces.emplace_back(name);
        }
        if (m_stack.nameSpaces.empty()) {
            m_problems.add(m_root.markOf("namespaces"), "the stack needs 'namespaces', at least one");
        }
    }

    void checkFolder(const std::string &key, const std::string &folder)
    {
        const auto path = std::filesystem::path(m_problems.file()).parent_path() / folder;
        std::error_code status;
        if (!std::filesystem::is_directory(path, status)) {
            m_problems.add(m_root.markOf(key), "the folder " + path.string() + " does not exist");
        }
    }

    /// A namespace that the stack does not list is a slip of the pen, not a new namespace.
    core::Namespace readNamespace(YamlFields &fields)
    {
        const std::string name = fields.requiredText("namespace");
        const bool known = std::any_of(m_stack.nameSpaces.begin(), m_stack.nameSpaces.end(),
                                       [&](const core::Namespace &n) { return n.value() == name; });
        if (!name.empty() && !known) {
            m_problems.add(fields.markOf("namespace"), "'" + name + "' is not among the stack's namespaces");
        }
        return core::Namespace(name);
    }

    kube::ObjectKey readWorkload(const YAML::Node &node)
    {
        YamlFields fields(node, "a workload", m_problems);
        kube::ObjectKey key;
        key.kind.kind = fields.requiredText("kind");
        const auto group = kindGroups.find(key.kind.kind);
        key.kind.group = fields.text("group", group == kindGroups.end() ? "" : group->second);
        if (group == kindGroups.end() && !fields.has("group") && !key.kind.kind.empty()) {
            const std::string near = nearestWord(key.kind.kind, keysOf(kindGroups));
            m_problems.add(fields.markOf("kind"), "the kind '" + key.kind.kind + "' is not built in; give its 'group'" +
                                                      (near.empty() ? "" : ", or did you mean '" + near + "'?"));
        }
        key.nameSpace = readNamespace(fields);
        key.name = fields.requiredText("name");
        fields.finish();
        return key;
    }

    void readComponent(const YAML::Node &node)
    {
        YamlFields fields(node, "a component", m_problems);
        Component component;
        component.id = fields.requiredText("id");
        component.title = fields.text("title", component.id);
        static const std::vector<std::string> tiers = {"edge", "frontend", "backend", "data", "monitoring"};
        component.tier = tiers[fields.choice("tier", tiers, 2)];
        if (const auto workload = fields.take("workload")) {
            component.workload = readWorkload(*workload);
        } else if (fields.isMap()) {
            m_problems.add(fields.mark(), "a component lacks 'workload'");
        }
        for (const std::string &name : fields.texts("services")) {
            component.services.push_back({{"", "Service"}, component.workload.nameSpace, name});
        }
        for (const std::string &name : fields.texts("volumes")) {
            component.volumes.push_back({{"", "PersistentVolumeClaim"}, component.workload.nameSpace, name});
        }
        fields.finish();
        if (hasComponent(component.id) || component.id == "internet") {
            m_problems.add(fields.markOf("id"), "the component id '" + component.id + "' is taken");
        }
        m_stack.components.push_back(component);
    }

    [[nodiscard]] bool hasComponent(const std::string &id) const
    {
        return std::any_of(m_stack.components.begin(), m_stack.components.end(),
                           [&](const Component &c) { return c.id == id; });
    }

    void readFlow(const YAML::Node &node)
    {
        YamlFields fields(node, "a flow", m_problems);
        Flow flow;
        flow.from = fields.requiredText("from");
        flow.to = fields.requiredText("to");
        static const std::vector<std::string> protocols = {"TCP", "UDP", "SCTP"};
        flow.protocol = protocols[fields.choice("protocol", protocols, 0)];
        flow.port = static_cast<int>(std::clamp(fields.number("port"), -1LL, 65536LL));
        if (flow.port < 0 || flow.port > 65535) {
            m_problems.add(fields.markOf("port"), "'port' must be between 1 and 65535");
        }
        flow.kind = static_cast<FlowKind>(fields.choice("kind", {"request", "scrape", "logs"}, 0));
        flow.evidence = "stack.yaml";
        fields.finish();
        m_mentioned.emplace_back(flow.from, fields.markOf("from"));
        m_mentioned.emplace_back(flow.to, fields.markOf("to"));
        m_stack.flows.push_back(flow);
    }

    /// Components may be named before they are described.
    void checkMentioned()
    {
        std::vector<std::string> ids = {"internet"};
        for (const Component &component : m_stack.components) {
            ids.push_back(component.id);
        }
        for (const auto &[id, mark] : m_mentioned) {
            if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) {
                const std::string near = nearestWord(id, ids);
                m_problems.add(mark, "there is no component '" + id + "'" +
                                         (near.empty() ? "" : ": did you mean '" + near + "'?"));
            }
        }
    }

    void readSecret(const YAML::Node &node)
    {
        YamlFields fields(node, "a secret", m_problems);
        SecretRequirement secret;
        secret.nameSpace = readNamespace(fields);
        secret.name = fields.requiredText("name");
        secret.type = fields.text("type", "Opaque");
        std::set<std::string> taken;
        fields.each("keys", [&](const YAML::Node &key) {
            secret.keys.push_back(readSecretKey(key));
            checkTaken(taken, secret.keys.back().name, "key", key.Mark());
        });
        fields.finish();
        checkTaken(m_secrets, secret.name.empty() ? "" : secret.nameSpace.value() + "/" + secret.name, "secret",
                   fields.markOf("name"));
        m_stack.secrets.push_back(std::move(secret));
    }

    SecretRequirement::Key readSecretKey(const YAML::Node &node)
    {
        YamlFields fields(node, "a secret's key", m_problems);
        SecretRequirement::Key key;
        key.name = fields.requiredText("name");
        key.source =
            static_cast<SecretRequirement::Key::Source>(fields.choice("from", {"generate", "prompt", "value"}, 0));
        key.length = static_cast<int>(std::clamp(fields.number("length", key.length), 0LL, 4096LL));
        if (key.length < minimumSecretLength) {
            m_problems.add(fields.markOf("length"), "'length' must be at least " + std::to_string(minimumSecretLength));
        }
        key.defaultValue = fields.text("default");
        key.description = fields.text("description");
        key.optional = fields.flag("optional");
        if (key.source == SecretRequirement::Key::Source::Generate && !key.defaultValue.empty()) {
            m_problems.add(fields.markOf("default"), "a generated value has no 'default'");
        }
        if (fields.has("opens")) {
            YamlFields role(*fields.take("opens"), "'opens'", m_problems);
            key.opens.component = role.requiredText("component");
            key.opens.role = role.text("role", key.opens.role);
            key.opens.database = role.text("database", key.opens.database);
            m_mentioned.emplace_back(key.opens.component, role.markOf("component"));
            role.finish();
        }
        fields.finish();
        return key;
    }

    std::optional<GateKind> readGate(YamlFields &fields)
    {
        static const std::vector<GateKind> kinds = {GateKind::None, GateKind::Ready, GateKind::Complete,
                                                    GateKind::Established, GateKind::Exists};
        if (!fields.has("gate")) {
            static_cast<void>(fields.take("gate"));
            return std::nullopt;
        }
        return kinds[fields.choice("gate", {"none", "ready", "complete", "established", "exists"}, 1)];
    }

    DeployStep::Match readMatch(YamlFields &fields)
    {
        DeployStep::Match match;
        match.kind = fields.text("kind");
        match.name = fields.text("name");
        match.nameSpace = fields.text("namespace");
        return match;
    }

    void readStep(const YAML::Node &node)
    {
        YamlFields fields(node, "a step", m_problems);
        DeployStep step;
        step.id = fields.requiredText("id");
        step.title = fields.text("title", step.id);
        step.gate = readGate(fields).value_or(GateKind::Ready);
        step.timeout = std::chrono::seconds(fields.number("timeoutSeconds", 300));
        if (step.timeout.count() <= 0) {
            m_problems.add(fields.markOf("timeoutSeconds"), "'timeoutSeconds' must be positive");
        }
        step.holds = fields.flag("holds", true);
        step.after = fields.texts("after");
        m_afterMarks.push_back(fields.markOf("after"));
        fields.each("objects", [&](const YAML::Node &item) {
            YamlFields match(item, "a step's objects", m_problems);
            step.objects.push_back(readMatch(match));
            step.objects.back().gate = readGate(match);
            match.finish();
        });
        if (step.objects.empty() && fields.isMap()) {
            m_problems.add(fields.mark(), "the step '" + step.id + "' chooses no 'objects'");
        }
        fields.finish();
        const bool taken = std::any_of(m_stack.steps.begin(), m_stack.steps.end(),
                                       [&](const DeployStep &s) { return s.id == step.id; });
        if (taken) {
            m_problems.add(fields.markOf("id"), "the step id '" + step.id + "' is taken");
        }
        m_stack.steps.push_back(std::move(step));
    }

    [[nodiscard]] const DeployStep *stepOf(const std::string &id) const
    {
        const auto found =
            std::find_if(m_stack.steps.begin(), m_stack.steps.end(), [&](const DeployStep &s) { return s.id == id; });
        return found == m_stack.steps.end() ? nullptr : &*found;
    }

    /// "a -> b -> a" when waiting for `id` would come back to `start`; empty otherwise.
    [[nodiscard]] std::string circle(const std::string &start, const std::string &id, std::set<std::string> &seen) const
    {
        if (id == start) {
            return id;
        }
        const DeployStep *step = stepOf(id);
        if (step == nullptr || !seen.insert(id).second) {
            return {};
        }
        for (const std::string &next : step->after) {
            if (const std::string rest = circle(start, next, seen); !rest.empty()) {
                return id + " -> " + rest;
            }
        }
        return {};
    }

    /// Only earlier steps can be waited for.
    void checkAfter()
    {
        std::vector<std::string> ids;
        for (const DeployStep &step : m_stack.steps) {
            ids.push_back(step.id);
        }
        for (std::size_t i = 0; i < m_stack.steps.size(); ++i) {
            for (const std::string &id : m_stack.steps[i].after) {
                checkStep(m_stack.steps[i].id, id, ids, i);
            }
        }
    }

    void checkStep(const std::string &waiting, const std::string &id, const std::vector<std::string> &ids,
                   std::size_t index)
    {
        const auto end = ids.begin() + static_cast<std::ptrdiff_t>(index);
        if (std::find(ids.begin(), end, id) != end) {
            return;
        }
        const std::string start = "'after' names '" + id + "', which is not an earlier step";
        if (stepOf(id) == nullptr) {
            const std::string near = nearestWord(id, ids);
            m_problems.add(m_afterMarks[index],
                           start + ": there is no such step" + (near.empty() ? "" : ", did you mean '" + near + "'?"));
            return;
        }
        std::set<std::string> seen;
        const std::string way = circle(waiting, id, seen);
        m_problems.add(
            m_afterMarks[index],
            start + (way.empty() ? ": move it up" : ": the steps wait for each other, " + waiting + " -> " + way));
    }

    /// A name that must be unique; `what` says of what.
    void checkTaken(std::set<std::string> &taken, const std::string &name, const std::string &what,
                    const YAML::Mark &mark)
    {
        if (!name.empty() && !taken.insert(name).second) {
            m_problems.add(mark, "the " + what + " '" + name + "' is there twice");
        }
    }

    void readParameter(const YAML::Node &node)
    {
        YamlFields fields(node, "a parameter", m_problems);
        Parameter parameter;
        parameter.name = fields.requiredText("name");
        checkTaken(m_parameters, parameter.name, "parameter", fields.markOf("name"));
        parameter.description = fields.text("description");
        parameter.defaultValue = fields.text("default");
        parameter.type = static_cast<Parameter::Type>(fields.choice("type", {"text", "integer", "quantity"}, 0));
        parameter.images = fields.texts("images");
        parameter.imagePart = static_cast<Parameter::ImagePart>(
            fields.choice("imagePart", {"none", "registry", "name", "tag", "digest"}, 0));
        fields.each("fields", [&](const YAML::Node &item) { parameter.fields.push_back(readField(item)); });
        if (parameter.images.empty() == (parameter.imagePart != Parameter::ImagePart::None)) {
            m_problems.add(fields.mark(), "'images' and 'imagePart' belong together");
        }
        if (parameter.images.empty() && parameter.fields.empty() && fields.isMap()) {
            m_problems.add(fields.mark(),
                           "the parameter '" + parameter.name + "' changes nothing: give 'images' or 'fields'");
        }
        fields.finish();
        m_stack.parameters.push_back(std::move(parameter));
    }

    Parameter::Field readField(const YAML::Node &node)
    {
        YamlFields fields(node, "a parameter's field", m_problems);
        Parameter::Field field;
        field.objects = readMatch(fields);
        field.paths = fields.texts("paths");
        field.prefix = fields.text("prefix");
        field.suffix = fields.text("suffix");
        if (field.paths.empty() && fields.isMap()) {
            m_problems.add(fields.mark(), "a parameter's field lacks 'paths'");
        }
        fields.finish();
        return field;
    }

    YamlFields m_root;
    YamlProblems &m_problems;
    Stack m_stack;
    std::vector<std::pair<std::string, YAML::Mark>> m_mentioned; ///< component ids
    std::vector<YAML::Mark> m_afterMarks;
    std::set<std::string> m_secrets;
    std::set<std::string> m_parameters;
};

} // namespace

core::Result<Stack> readStack(std::string_view text, const std::string &file)
{
    auto nodes = parseYaml(text, file);
    if (!nodes) {
        return core::fail(nodes.error());
    }
    YamlProblems problems(file);
    if (nodes->size() != 1) {
        problems.add(YAML::Mark::null_mark(), nodes->empty() ? "the file is empty" : "a stack file holds one document");
        return core::fail(problems.toError());
    }
    try {
        expandMergeKeys(nodes->front());
        Stack stack = Reader(nodes->front(), problems).read();
        if (problems.isEmpty()) {
            return stack;
        }
    } catch (const YAML::Exception &exception) {
        problems.add(exception.mark, exception.msg);
    }
    return core::fail(problems.toError());
}

} // namespace binnacle::stack
