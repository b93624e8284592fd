// SPDX-License-Identifier: GPL-3.0-or-later
// Every form of the three things that operators change most: what it changes and what it leaves alone, field by field,
// and each way in which it can fail, which leaves the object as it was and says one thing.
#include "ContractTest.h"
#include "FieldEdit.h"
#include "core/FieldPath.h"
#include "operations/FieldEdits.h"

#include <QPromise>

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

    [[nodiscard]] std::vector<Form> forms() const
    {
        const std::string container =
            "/spec/template/spec/containers/[name=" +
            deployment("x", 0)["spec"]["template"]["spec"]["containers"][0].value("name", "") + "]";
        const std::string restartedAt = "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";
        const auto most = [](const char *cpu) {
            return Json::array({{{"type", "Container"},
                                 {"max", {{"cpu", cpu}}},
                                 {"default", {{"cpu", "100m"}}},
                                 {"defaultRequest", {{"cpu", "100m"}}}}});
        };
        const Json scaler = {
            {"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "scaled"}}},
            {"minReplicas", 1},
            {"maxReplicas", 3}};
        return {
            {"replicas",
             deployment("replicas", 0),
             {{"/spec/replicas", 2}},
             {"/spec/replicas", 1},
             {"/spec/replicas", -1},
             "scale"},
            {"image and resources",
             deployment("image", 0),
             {{container + "/image", "registry.k8s.io/pause:3.2"}, {container + "/resources/limits/cpu", "250m"}},
             {container + "/image", "theirs"},
             {container + "/resources/limits/cpu", "-1"}},
            {"pause", deployment("pause", 0), {{"/spec/paused", true}}, {}, {}},
            {"restart", deployment("restart", 0), {{restartedAt, "2026-01-01T00:00:00Z"}}, {restartedAt, "then"}, {}},
            {"autoscaler",
             object("autoscaling/v2", "HorizontalPodAutoscaler", "scaler", scaler),
             {{"/spec/minReplicas", 2}, {"/spec/maxReplicas", 5}},
             {"/spec/maxReplicas", 4},
             {"/spec/maxReplicas", 0}},
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
        };
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
        const auto key = keyOf(must(client().create(form.object)));
        (void)must(client().patch(key, kube::PatchKind::Merge,
                                  {{"metadata", {{"annotations", {{"example.com/cost", "12"}}}}}}, {}, theirs));
        const Json owned = ownedBy(key, "platform-team");
        const Json before = state(key);
        const Edit done = editOf(key, form.values, form.part);
        (void)must(applyEdits(theClient(), key, done, false));
        Json expected = before;
        for (const auto &[path, value] : form.values)
            EXPECT_TRUE(core::FieldPath::parse(path)->set(expected, value));
        EXPECT_EQ(state(key), expected);
        EXPECT_EQ(ownedBy(key, "platform-team"), owned);
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
        const auto key = keyOf(must(client().create(form.object)));
        const Edit mine = editOf(key, form.values, form.part);
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
