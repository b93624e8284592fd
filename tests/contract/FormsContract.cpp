// SPDX-License-Identifier: GPL-3.0-or-later
// Every form of the three things that operators change most: what it changes and what it leaves alone, field by field,
// and each way in which it can fail, which leaves the object as it was and says one thing.
#include "ContractTest.h"
#include "FieldEdit.h"
#include "core/FieldPath.h"
#include "operations/AutoscalerFields.h"
#include "operations/FieldEdits.h"
#include "operations/Rollouts.h"

#include <QPromise>

#include <algorithm>
#include <functional>
#include <optional>

namespace binnacle::contract {
namespace {

using operations::applyEdits;

/// The cluster over a line on which something happens to requests.
class TamperedTransport final : public kube::Transport
{
public:
    /// May change the request, or answer it with an error.
    using Tamper = std::function<std::optional<core::Error>(kube::HttpRequest &)>;

    TamperedTransport(kube::Transport &inner, Tamper tamper) : m_inner(inner), m_tamper(std::move(tamper)) {}

    [[nodiscard]] QFuture<core::Result<kube::HttpResponse>> send(kube::HttpRequest request,
                                                                 core::CancellationToken token) override
    {
        const auto error = m_tamper(request);
        if (!error)
            return m_inner.send(std::move(request), std::move(token));
        QPromise<core::Result<kube::HttpResponse>> promise;
        promise.start();
        promise.addResult(core::fail(*error));
        promise.finish();
        return promise.future();
    }
    void stream(kube::HttpRequest request, std::shared_ptr<kube::StreamConsumer> consumer,
                core::CancellationToken token) override
    {
        m_inner.stream(std::move(request), std::move(consumer), std::move(token));
    }
    [[nodiscard]] std::string server() const override { return m_inner.server(); }

private:
    kube::Transport &m_inner;
    Tamper m_tamper;
};

/// One form: the object, what is changed in it, what another changes meanwhile, and what the server refuses.
struct Form
{
    const char *name;
    Json object;
    std::vector<FieldValue> values;
    FieldValue theirs;
    FieldValue refused; ///< empty path: there is nothing to refuse
    std::string part = {};
    std::function<void(const kube::ObjectKey &)> prepare = {}; ///< what must be before the form is opened
    std::function<Edit(const kube::ObjectKey &)> edit = {};    ///< where the form does not set the values itself
    bool goesBack = true;                                      ///< false where the API knows one direction only
};

class Forms : public ContractTest
{
protected:
    [[nodiscard]] Json object(const char *version, const char *kind, const std::string &name, Json spec) const
    {
        return {{"apiVersion", version},
                {"kind", kind},
                {"metadata", {{"name", name}, {"namespace", nameSpace().value()}}},
                {"spec", std::move(spec)}};
    }

    [[nodiscard]] std::string container() const
    {
        return "/spec/template/spec/containers/[name=" +
               deployment("x", 0)["spec"]["template"]["spec"]["containers"][0].value("name", "") + "]";
    }

    [[nodiscard]] std::vector<Form> forms() const
    {
        auto all = formsOfPods();
        for (auto &form : formsOfNamespaces())
            all.push_back(std::move(form));
        return all;
    }

    [[nodiscard]] Json scaler(const char *name, Json metrics, Json behavior) const
    {
        Json spec = {{"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "scaled"}}},
                     {"minReplicas", 1},
                     {"maxReplicas", 3}};
        if (!metrics.is_null())
            spec["metrics"] = std::move(metrics);
        if (!behavior.is_null())
            spec["behavior"] = std::move(behavior);
        return object("autoscaling/v2", "HorizontalPodAutoscaler", name, std::move(spec));
    }

    /// Has two revisions, of which the former ran the template's own image.
    void rollOutTwice(const kube::ObjectKey &key) const
    {
        const auto revisions = [&](std::size_t count) {
            EXPECT_TRUE(eventually([&] {
                const auto history = must(operations::rolloutHistory(theClient(), key));
                return history.revisions.size() == count && history.revisions.front().current;
            }));
        };
        revisions(1);
        (void)must(applyEdits(theClient(), key, editOf(key, {{container() + "/image", "redis:7.0-alpine"}}), false));
        revisions(2);
    }
    [[nodiscard]] Edit rollBack(const kube::ObjectKey &key) const
    {
        const auto history = must(operations::rolloutHistory(theClient(), key));
        const core::SystemClock clock;
        core::SystemRandom random;
        const auto plan = operations::rollBackPlan(history, *history.find(0), {}, clock, random).value();
        return std::make_shared<const runbook::EditTask>(
            std::get<runbook::EditTask>(plan.steps.front().tasks.front().work));
    }

    [[nodiscard]] std::vector<Form> formsOfPods() const
    {
        const std::string image = container() + "/image";
        const std::string cpuLimit = container() + "/resources/limits/cpu";
        const std::string restartedAt = "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";
        Json set = deployment("set", 0);
        set["kind"] = "StatefulSet";
        set["spec"]["serviceName"] = "set";
        return {
            {"replicas",
             deployment("replicas", 0),
             {{"/spec/replicas", 2}},
             {"/spec/replicas", 1},
             {"/spec/replicas", -1},
             "scale"},
            {"replicas of a StatefulSet",
             set,
             {{"/spec/replicas", 2}},
             {"/spec/replicas", 1},
             {"/spec/replicas", -1},
             "scale"},
            {"image and resources",
             deployment("image", 0),
             {{image, "registry.k8s.io/pause:3.2"}, {cpuLimit, "250m"}},
             {image, "theirs"},
             {cpuLimit, "-1"}},
            {"pause", deployment("pause", 0), {{"/spec/paused", true}}, {}, {}},
            {"restart", deployment("restart", 0), {{restartedAt, "2026-01-01T00:00:00Z"}}, {restartedAt, "then"}, {}},
            {"roll back",
             deployment("back", 0),
             {{image, "nginx:alpine"}},
             {image, "theirs"},
             {},
             {},
             [this](const kube::ObjectKey &key) { rollOutTwice(key); },
             [this](const kube::ObjectKey &key) { return rollBack(key); }},
        };
    }

    [[nodiscard]] std::vector<Form> formsOfNamespaces() const
    {
        const auto most = [](const char *cpu) {
            return Json::array({{{"type", "Container"},
                                 {"max", {{"cpu", cpu}}},
                                 {"default", {{"cpu", "100m"}}},
                                 {"defaultRequest", {{"cpu", "100m"}}}}});
        };
        const std::string memory = operations::resourceMetricPath("memory");
        const std::string cpu = operations::resourceMetricPath("cpu") + "/resource/target/averageUtilization";
        const std::string window = "/spec/behavior/scaleDown/stabilizationWindowSeconds";
        const Json policies = operations::policiesFrom("100 % / 15 s, 4 pods / 15 s").value();
        const Json rules = {{"selectPolicy", "Max"}, {"policies", policies}, {"stabilizationWindowSeconds", 300}};
        const Json claim = {{"accessModes", {"ReadWriteOnce"}},
                            {"storageClassName", "standard"},
                            {"resources", {{"requests", {{"storage", "1Gi"}}}}}};
        const std::string storage = "/spec/resources/requests/storage";
        return {
            {"autoscaler",
             scaler("scaler", {}, {}),
             {{"/spec/minReplicas", 2}, {"/spec/maxReplicas", 5}},
             {"/spec/maxReplicas", 4},
             {"/spec/maxReplicas", 0}},
            {"metrics",
             scaler("metrics", {operations::utilizationMetric("cpu", 70), operations::utilizationMetric("memory", 80)},
                    {}),
             {{cpu, 60}, {memory, nullptr}},
             {cpu, 65},
             {cpu, -1}},
            {"behaviour",
             scaler("behaviour", Json::array({operations::utilizationMetric("cpu", 70)}),
                    {{"scaleDown", rules}, {"scaleUp", rules}}),
             {{window, 60}, {"/spec/behavior/scaleUp/policies", operations::policiesFrom("2 pods / 30 s").value()}},
             {window, 120},
             {window, -1}},
            {"quota",
             object("v1", "ResourceQuota", "quota", {{"hard", {{"pods", "9"}, {"requests.cpu", "2"}}}}),
             {{"/spec/hard/pods", "12"}},
             {"/spec/hard/pods", "10"},
             {"/spec/hard/pods", "-1"}},
            {"limit range",
             object("v1", "LimitRange", "range", {{"limits", most("2")}}),
             {{"/spec/limits", most("3")}},
             {"/spec/limits", most("4")},
             {"/spec/limits", most("10m")}},
            {"claim",
             object("v1", "PersistentVolumeClaim", "claim", claim),
             {{storage, "2Gi"}},
             {storage, "3Gi"},
             {storage, "512Mi"},
             {},
             [this](const kube::ObjectKey &key) {
                 EXPECT_TRUE(eventually(
                     [&] { return must(client().get(key)).value("/status/phase"_json_pointer, "") == "Bound"; }));
             },
             {},
             false},
        };
    }

    /// As the form makes it when it is opened now.
    [[nodiscard]] static Edit made(const Form &form, const kube::ObjectKey &key)
    {
        return form.edit ? form.edit(key) : editOf(key, form.values, form.part);
    }
    [[nodiscard]] kube::ObjectKey opened(const Form &form) const
    {
        const auto key = keyOf(must(client().create(form.object)));
        if (form.prepare)
            form.prepare(key);
        return key;
    }

    /// As `kubectl get -o yaml` shows it, but for what controllers write and what every write changes.
    [[nodiscard]] Json state(const kube::ObjectKey &key) const
    {
        Json live = must(client().get(key));
        live.erase("status");
        for (const char *const field : {"resourceVersion", "generation", "managedFields"})
            live["metadata"].erase(field);
        if (live["metadata"].contains("annotations")) {
            for (const char *const written :
                 {"deployment.kubernetes.io/revision", "autoscaling.alpha.kubernetes.io/conditions"})
                live["metadata"]["annotations"].erase(written);
            if (live["metadata"]["annotations"].empty())
                live["metadata"].erase("annotations");
        }
        // Servers before 1.23 keep metrics apart and give them back in an order of their own.
        if (Json &spec = live["spec"]; spec.contains("metrics"))
            std::sort(spec["metrics"].begin(), spec["metrics"].end());
        return live;
    }

    /// What that manager owns, without the time.
    [[nodiscard]] Json ownedBy(const kube::ObjectKey &key, const std::string &manager) const
    {
        kube::HttpRequest request;
        const auto discovery = must(client().discover());
        for (const auto &resource : discovery->resources()) {
            if (resource.gvk().groupKind() == key.kind)
                request.path = (resource.gvr.group.empty() ? "/api/" : "/apis/" + resource.gvr.group + "/") +
                               resource.gvr.version + "/namespaces/" + nameSpace().value() + "/" +
                               resource.gvr.resource + "/" + key.name;
        }
        const Json whole = Json::parse(must(client().transport().send(request)).body);
        for (const Json &entry : whole["metadata"]["managedFields"]) {
            if (entry["manager"] == manager)
                return entry["fieldsV1"];
        }
        return nullptr;
    }

    /// It failed in this way, with one message that says all, and the object is as it was.
    void expectFailure(const core::Result<Json> &answer, ErrorKind kind, const kube::ObjectKey &key,
                       const Json &before) const
    {
        ASSERT_FALSE(answer);
        const core::Error &error = answer.error();
        EXPECT_EQ(error.kind, kind) << error.describe();
        EXPECT_THAT(error.describe(), testing::HasSubstr(key.name));
        EXPECT_THAT(error.describe(), testing::Not(testing::HasSubstr("\n")));
        EXPECT_FALSE(error.message.empty());
        EXPECT_EQ(state(key), before);
    }

    [[nodiscard]] static std::shared_ptr<kube::Client> over(TamperedTransport::Tamper tamper)
    {
        return std::make_shared<kube::Client>(
            std::make_shared<TamperedTransport>(theClient()->transport(), std::move(tamper)));
    }
};

TEST_F(Forms, ChangeTheirFieldsAndNothingElse)
{
    kube::WriteOptions theirs;
    theirs.fieldManager = "platform-team";
    for (const Form &form : forms()) {
        SCOPED_TRACE(form.name);
        const auto key = opened(form);
        (void)must(client().patch(key, kube::PatchKind::Merge,
                                  {{"metadata", {{"annotations", {{"example.com/cost", "12"}}}}}}, {}, theirs));
        const Json owned = ownedBy(key, "platform-team");
        const Json before = state(key);
        const Edit done = made(form, key);
        (void)must(applyEdits(theClient(), key, done, false));
        Json expected = before;
        for (const auto &[path, value] : form.values)
            EXPECT_TRUE(core::FieldPath::parse(path)->set(expected, value));
        EXPECT_EQ(state(key), expected);
        EXPECT_EQ(ownedBy(key, "platform-team"), owned);
        if (!form.goesBack)
            continue;
        const auto back = std::make_shared<const runbook::EditTask>(operations::reversed(*done));
        (void)must(applyEdits(theClient(), key, back, false));
        EXPECT_EQ(state(key), before) << "taken back";
    }
}

TEST_F(Forms, FailInOneMessageAndChangeNothing)
{
    (void)must(client().create(
        {{"apiVersion", "rbac.authorization.k8s.io/v1"},
         {"kind", "RoleBinding"},
         {"metadata", {{"name", "looks"}, {"namespace", nameSpace().value()}}},
         {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", "view"}}},
         {"subjects", {{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "User"}, {"name", "looker"}}}}}));
    const auto looker = over([](kube::HttpRequest &request) -> std::optional<core::Error> {
        request.headers.emplace_back("Impersonate-User", "looker");
        return std::nullopt;
    });
    const auto cut = over([](kube::HttpRequest &request) -> std::optional<core::Error> {
        if (request.method == kube::HttpMethod::Get)
            return std::nullopt;
        return core::makeError(ErrorKind::Unreachable, "the connection was reset");
    });
    for (const Form &form : forms()) {
        SCOPED_TRACE(form.name);
        const auto key = opened(form);
        const Edit mine = made(form, key);
        const Json before = state(key);
        expectFailure(ctl::await(applyEdits(cut, key, mine, false)), ErrorKind::Unreachable, key, before);
        if (!form.refused.first.empty()) {
            const Edit wrong = editOf(key, {form.refused}, form.part);
            expectFailure(ctl::await(applyEdits(theClient(), key, wrong, false)), ErrorKind::Invalid, key, before);
        }
        // The demo cluster has no users, and lets everybody do everything.
        if (!ctl::await(applyEdits(looker, key, mine, true)))
            expectFailure(ctl::await(applyEdits(looker, key, mine, false)), ErrorKind::Forbidden, key, before);
        if (form.theirs.first.empty())
            continue;
        (void)must(applyEdits(theClient(), key, editOf(key, {form.theirs}, form.part), false));
        expectFailure(ctl::await(applyEdits(theClient(), key, mine, false)), ErrorKind::Conflict, key, state(key));
    }
}

} // namespace
} // namespace binnacle::contract
