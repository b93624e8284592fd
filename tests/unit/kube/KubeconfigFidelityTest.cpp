// SPDX-License-Identifier: GPL-3.0-or-later
// What kubectl accepts and refuses, and why: each row was tried with kubectl 1.32. client-go's own tests of clientcmd
// and of credential plug-ins are the check list.
#include "TransportFixture.h"
#include "kube/KubeconfigParser.h"

#include <QDir>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Row
{
    const char *cluster; ///< after the server
    const char *user;
    const char *refusal; ///< empty: accepted
};

class KubeconfigFidelityTest : public TransportFixture
{
protected:
    static void SetUpTestSuite() { qunsetenv("KUBECONFIG"); }
    void TearDown() override
    {
        for (const char *name : {"KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "HOME"})
            restore(name);
    }
    void setVariable(const char *name, const std::string &value)
    {
        if (m_before.find(name) == m_before.end())
            m_before[name] = qgetenv(name);
        qputenv(name, QByteArray::fromStdString(value));
    }
    Kubeconfig load(const std::string &text) { return Kubeconfig::load({{file("config", text)}}); }

private:
    void restore(const char *name)
    {
        const auto found = m_before.find(name);
        if (found == m_before.end())
            return;
        found->second.isNull() ? qunsetenv(name) : qputenv(name, found->second);
    }
    std::map<std::string, QByteArray> m_before;
};

std::string configOf(const Row &row)
{
    return std::string("clusters: [{name: c, cluster: {server: 'https://c'") + row.cluster +
           "}}]\nusers: [{name: u, user: " + row.user +
           "}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n";
}

TEST_F(KubeconfigFidelityTest, AcceptsAndRefusesWhatKubectlDoes)
{
    file("there", "x");
    const std::string exec = "{exec: {command: p, apiVersion: client.authentication.k8s.io/v1";
    const std::string noMode = exec + "}}";
    const std::string badMode = exec + ", interactiveMode: Often}}";
    const std::string namelessVariable = exec + ", interactiveMode: Never, env: [{value: a}]}}";
    const std::string withProvider = exec + ", interactiveMode: Never}, auth-provider: {name: gcp}}";
    const Row rows[] = {
        {"", "{token: a, tokenFile: there}", ""},
        {"", "{client-key-data: YQ==, token: a}", ""},
        {"", "{username: a}", ""},
        {", foo: bar", "{token: a, bar: [1]}", ""},
        {"", "{exec: {command: p, apiVersion: client.authentication.k8s.io/v1beta1}}", ""},
        {", proxy-url: 'socks5://p:1'", "{}", ""},
        {"", "{token: a, username: b, password: c}", "both a token and a user name"},
        {"", "{tokenFile: there, username: b}", "both a token and a user name"},
        {"", "{client-certificate-data: YQ==, token: a}", "certificate without a key"},
        {"", "{client-certificate-data: YQ==, client-certificate: there, client-key-data: YQ==}",
         "both client-certificate and client-certificate-data"},
        {"", "{client-certificate: there, client-key: there, client-key-data: YQ==}",
         "both client-key and client-key-data"},
        {", certificate-authority: there, certificate-authority-data: YQ==", "{}", "both certificate-authority and"},
        {", certificate-authority-data: YQ==, insecure-skip-tls-verify: true", "{}", "insecure-skip-tls-verify"},
        {", proxy-url: 'ftp://me:s3cret@p'", "{}", "no http, https or socks5"},
        {", proxy-url: 'p:80'", "{}", "no http, https or socks5"},
        {"", "{as-groups: [a]}", "but no user"},
        {"", "{as-uid: a}", "but no user"},
        {"", "{as-user-extra: {a: [b]}}", "but no user"},
        {"", noMode.c_str(), "without an interactiveMode"},
        {"", badMode.c_str(), "interactiveMode \"Often\""},
        {"", namelessVariable.c_str(), "variable that has no name"},
        {"", withProvider.c_str(), "both an auth-provider and an exec plug-in"},
        {"", "{exec: {command: p}}", "without an apiVersion"},
        {"", "{auth-provider: {name: gcp}}", "which Kubernetes 1.26 removed"},
        {"", "{auth-provider: {name: azure}}", "which Kubernetes 1.26 removed"},
        {"", "{auth-provider: {name: oidc}}", "which only kubectl itself has"},
    };
    for (const auto &row : rows) {
        const auto config = load(configOf(row));
        ASSERT_EQ(config.contexts().size(), 1U) << row.cluster << row.user;
        const auto problem = config.contexts()[0].problem;
        if (*row.refusal == '\0') {
            EXPECT_FALSE(problem) << row.cluster << row.user << ": " << problem->describe();
            continue;
        }
        ASSERT_TRUE(problem) << row.cluster << row.user;
        EXPECT_THAT(problem->message, HasSubstr(row.refusal)) << row.cluster << row.user;
        EXPECT_THAT(problem->describe(), Not(HasSubstr("s3cret")));
        EXPECT_FALSE(problem->next.empty()) << row.refusal;
    }
}

TEST_F(KubeconfigFidelityTest, PluginOfAVersionThatIsGoneIsRefusedWhenItIsOpened)
{
    const auto config =
        load(configOf({"", "{exec: {command: p, apiVersion: client.authentication.k8s.io/v1alpha1}}", ""}));
    const auto opened = config.open();
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("client.authentication.k8s.io/v1alpha1"));
}

TEST_F(KubeconfigFidelityTest, CredentialsThatAreGivenWinOverThePlugin)
{
    const auto exec = ", exec: {command: no-such-plugin, interactiveMode: Never, "
                      "apiVersion: client.authentication.k8s.io/v1}}";
    const ScriptedServer server(ok);
    for (const std::string given : {"{token: abc", "{username: joe, password: pw", "{tokenFile: token"}) {
        file("token", "abc");
        const auto answer = open(server.url(), given + exec)->send(request()).result();
        EXPECT_TRUE(answer) << given << answer.error().describe();
    }
    file("pem", "x");
    const auto config = load(configOf({"",
                                       "{client-certificate: pem, client-key: pem, exec: {command: p, "
                                       "interactiveMode: Never, apiVersion: client.authentication.k8s.io/v1}}",
                                       ""}));
    EXPECT_EQ(config.contexts()[0].execCommand, "") << "nobody need be asked for leave to run it";
}

TEST_F(KubeconfigFidelityTest, TokenFileWinsOverTheTokenUnlessItCannotBeRead)
{
    const ScriptedServer server(ok);
    file("there", "from-file\n");
    ASSERT_TRUE(open(server.url(), "{token: given, tokenFile: there}")->send(request()).result());
    EXPECT_THAT(server.requests().at(0), HasSubstr("Bearer from-file\r\n"));
    ASSERT_TRUE(open(server.url(), "{token: given, tokenFile: missing}")->send(request()).result());
    EXPECT_THAT(server.requests().at(1), HasSubstr("Bearer given\r\n"));
    const auto alone = open(server.url(), "{tokenFile: missing}")->send(request()).result();
    ASSERT_FALSE(alone);
    EXPECT_THAT(alone.error().message, HasSubstr("/missing"));
}

TEST_F(KubeconfigFidelityTest, EnvironmentListsFilesInOrder)
{
    setVariable("KUBECONFIG", "/a::/b:/a");
    EXPECT_THAT(KubeconfigSources::fromEnvironment().files, ElementsAre("/a", "/b"));
    EXPECT_THAT(KubeconfigSources::fromEnvironment("/c").files, ElementsAre("/c"));
    EXPECT_FALSE(KubeconfigSources::fromEnvironment("/c").optional) << "a file that was asked for must be there";
    setVariable("KUBECONFIG", ":");
    EXPECT_TRUE(KubeconfigSources::fromEnvironment().files.empty()) << "an empty list is not the same as none";
    setVariable("KUBECONFIG", "");
    setVariable("HOME", "/home/someone");
    EXPECT_THAT(KubeconfigSources::fromEnvironment().files, ElementsAre("/home/someone/.kube/config"));
}

TEST_F(KubeconfigFidelityTest, FilesOfTheListMayBeMissing)
{
    const auto there = file("there", configOf({"", "{token: a}", ""}));
    setVariable("KUBECONFIG", "/no/such/file:" + there);
    const auto config = Kubeconfig::load(KubeconfigSources::fromEnvironment());
    EXPECT_TRUE(config.problems().empty());
    EXPECT_TRUE(config.open());
    setVariable("KUBECONFIG", "/no/such/file:/nor/this");
    const auto none = Kubeconfig::load(KubeconfigSources::fromEnvironment()).open();
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("/no/such/file, /nor/this"));
    const auto named = Kubeconfig::load(KubeconfigSources::fromEnvironment("/no/such/file"));
    ASSERT_EQ(named.problems().size(), 1U);
    EXPECT_THAT(named.open().error().message, HasSubstr("/no/such/file"));
}

TEST_F(KubeconfigFidelityTest, ReadsJsonAndAnchors)
{
    const auto json = load(R"({"apiVersion":"v1","kind":"Config","current-context":"x",
        "clusters":[{"name":"c","cluster":{"server":"https://c"}}],"users":null,
        "contexts":[{"name":"x","context":{"cluster":"c"}}]})");
    EXPECT_TRUE(json.open());
    const auto anchors =
        load("c: &c {server: 'https://c'}\nclusters: [{name: a, cluster: *c}, {name: b, cluster: *c}]\n"
             "contexts: [{name: x, context: {cluster: b}}]\ncurrent-context: x\n");
    EXPECT_TRUE(anchors.open());
    EXPECT_TRUE(load("").problems().empty()) << "an empty file is an empty configuration";
}

TEST_F(KubeconfigFidelityTest, NamesWithoutAnEntryInTheFirstFileComeFromTheNext)
{
    const auto first = file("first", "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n");
    QDir().mkpath(QFileInfo(QString::fromStdString(first)).absoluteDir().filePath(QStringLiteral("sub")));
    const auto second = file("sub/second", "clusters: [{name: c, cluster: {server: 'https://c', "
                                           "certificate-authority: ca.pem}}]\nusers: [{name: u, user: {token: a}}]\n"
                                           "current-context: other\n");
    const auto config = Kubeconfig::load({{first, second}});
    EXPECT_EQ(config.currentContext().value(), "x");
    const auto opened = config.open();
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("/sub/ca.pem")) << "paths start at the file that holds them";
}

TEST_F(KubeconfigFidelityTest, UsesThePodsServiceAccountWhereThereIsNoKubeconfig)
{
    const auto token = file("token", "pod-token");
    file("namespace", "web");
    KubeconfigSources sources;
    sources.serviceAccountFolder = QFileInfo(QString::fromStdString(token)).absolutePath().toStdString();
    EXPECT_TRUE(Kubeconfig::load(sources).contexts().empty()) << "this is no pod";
    setVariable("KUBERNETES_SERVICE_HOST", "fd00::1");
    setVariable("KUBERNETES_SERVICE_PORT", "443");
    const auto config = Kubeconfig::load(sources);
    ASSERT_EQ(config.contexts().size(), 1U);
    EXPECT_EQ(config.contexts()[0].name.value(), "in-cluster");
    EXPECT_EQ(config.contexts()[0].server, "https://[fd00::1]:443");
    EXPECT_EQ(config.contexts()[0].nameSpace.value(), "web");
    EXPECT_TRUE(config.open());
    sources.files = {file("config", configOf({"", "{}", ""}))};
    EXPECT_EQ(Kubeconfig::load(sources).contexts()[0].name.value(), "x") << "a kubeconfig wins";
    sources.files = {file("config", "clusters: [")};
    EXPECT_TRUE(Kubeconfig::load(sources).contexts().empty()) << "a broken one is not passed over";
}

TEST_F(KubeconfigFidelityTest, CredentialsTravelByTlsOnly)
{
    // kubectl sends none to an http server either.
    const ScriptedServer server(ok);
    const auto through = ", proxy-url: '" + server.url() + "'";
    const auto answer = open("http://api.example", "{token: s3cret}", {}, through)->send(request()).result();
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_THAT(server.requests().at(0), Not(HasSubstr("s3cret")));
}

} // namespace
} // namespace binnacle::kube
