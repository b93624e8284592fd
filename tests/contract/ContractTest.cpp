// SPDX-License-Identifier: GPL-3.0-or-later
#include "ContractTest.h"

#include "core/Random.h"

#include <QTimer>

namespace binnacle::contract {

std::shared_ptr<kube::Client> &theClient()
{
    static std::shared_ptr<kube::Client> client;
    return client;
}

kube::ObjectKey keyOf(const Json &object)
{
    const auto gvk = core::GroupVersionKind::fromApiVersion(object.at("apiVersion").get<std::string>(),
                                                            object.at("kind").get<std::string>());
    return {gvk.groupKind(), core::Namespace(object.at("metadata").value("namespace", "")),
            object.at("metadata").at("name").get<std::string>()};
}

void ContractTest::SetUp()
{
    core::SystemRandom random;
    m_nameSpace = "binnacle-contract-" + random.text(8, "abcdefghijklmnopqrstuvwxyz");
    const Json created =
        must(client().create({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", m_nameSpace}}}}));
    ASSERT_EQ(created.value("/metadata/name"_json_pointer, ""), m_nameSpace);
}

void ContractTest::TearDown()
{
    // Its end is the cluster's business: waiting for it would double the time of every test.
    (void)ctl::await(client().remove({{"", "Namespace"}, {}, m_nameSpace}));
}

Json ContractTest::configMap(const std::string &name, Json data) const
{
    return {{"apiVersion", "v1"},
            {"kind", "ConfigMap"},
            {"metadata", {{"name", name}, {"namespace", m_nameSpace}}},
            {"data", std::move(data)}};
}

Json ContractTest::deployment(const std::string &name, int replicas) const
{
    const Json labels = {{"app", name}};
    const Json container = {{"name", "web"}, {"image", "nginx:alpine"}, {"imagePullPolicy", "IfNotPresent"}};
    return {{"apiVersion", "apps/v1"},
            {"kind", "Deployment"},
            {"metadata", {{"name", name}, {"namespace", m_nameSpace}}},
            {"spec",
             {{"replicas", replicas},
              {"selector", {{"matchLabels", labels}}},
              {"template", {{"metadata", {{"labels", labels}}}, {"spec", {{"containers", {container}}}}}}}}};
}

kube::ObjectKey ContractTest::configMapKey(const std::string &name) const
{
    return {{"", "ConfigMap"}, nameSpace(), name};
}

kube::ObjectKey ContractTest::deploymentKey(const std::string &name) const
{
    return {{"apps", "Deployment"}, nameSpace(), name};
}

bool ContractTest::eventually(const std::function<bool()> &isTrue, std::chrono::seconds patience)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!isTrue()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        QEventLoop pause;
        QTimer::singleShot(std::chrono::milliseconds(100), &pause, &QEventLoop::quit);
        pause.exec();
    }
    return true;
}

} // namespace binnacle::contract
