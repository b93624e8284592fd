// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/Kubeconfig.h"
#include "kube/KubeconfigParser.h"
#include "kube/Transport.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

using testing::HasSubstr;

class KubeconfigTest : public testing::Test
{
protected:
    std::string write(const std::string &name, const std::string &content)
    {
        const auto path = m_folder.filePath(QString::fromStdString(name));
        QDir().mkpath(QFileInfo(path).absolutePath());
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(content));
        return path.toStdString();
    }
    std::string folder() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
};

constexpr const char *one = R"(
apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: dev
  cluster: {server: "https://dev.example:6443/"}
users:
- name: alice
  user: {token: abc}
contexts:
- name: dev
  context: {cluster: dev, user: alice, namespace: web}
)";

std::string named(const std::string &user, const std::string &body)
{
    return "clusters: [{name: c, cluster: {server: 'https://c'}}]\ncontexts: [{name: x, context: {cluster: c, user: " +
           user + "}}]\nusers:\n- name: " + user + "\n  user: " + body + "\n";
}

TEST_F(KubeconfigTest, ReadsContexts)
{
    const auto config = Kubeconfig::load({{write("config", one)}});
    EXPECT_TRUE(config.problems().empty());
    ASSERT_EQ(config.contexts().size(), 1U);
    const auto context = config.contexts()[0];
    EXPECT_EQ(context.name.value(), "dev");
    EXPECT_EQ(context.nameSpace.value(), "web");
    EXPECT_EQ(context.server, "https://dev.example:6443");
    EXPECT_TRUE(context.current);
    EXPECT_FALSE(context.insecure);
    EXPECT_FALSE(context.problem);
    const auto transport = config.open();
    ASSERT_TRUE(transport) << transport.error().describe();
    EXPECT_EQ((*transport)->server(), "https://dev.example:6443");
}

TEST_F(KubeconfigTest, FirstFileWinsPerKey)
{
    const auto second = write("second", R"(
current-context: other
clusters:
- {name: dev, cluster: {server: "https://never.example"}}
- {name: other, cluster: {server: "https://other.example", insecure-skip-tls-verify: true}}
users: [{name: bob, user: {token: x}}]
contexts:
- {name: dev, context: {cluster: other, user: bob}}
- {name: other, context: {cluster: other, user: alice}}
)");
    const auto config = Kubeconfig::load({{write("first", one), second}});
    ASSERT_EQ(config.contexts().size(), 2U);
    EXPECT_EQ(config.currentContext().value(), "dev");
    EXPECT_EQ(config.contexts()[0].server, "https://dev.example:6443");
    EXPECT_EQ(config.contexts()[0].user, "alice");
    EXPECT_EQ(config.contexts()[1].server, "https://other.example");
    EXPECT_TRUE(config.contexts()[1].insecure);
    EXPECT_FALSE(config.contexts()[1].problem) << "the user comes from the first file";
}

TEST_F(KubeconfigTest, OneBadFileHidesNothing)
{
    const auto config = Kubeconfig::load(
        {{write("bad", "clusters: [\n  - {"), folder() + "/missing", write("list", "- a\n- b\n"), write("good", one)}});
    EXPECT_EQ(config.problems().size(), 3U);
    EXPECT_THAT(config.problems()[0].message, HasSubstr("/bad:"));
    EXPECT_THAT(config.problems()[1].message, HasSubstr("missing"));
    EXPECT_EQ(config.contexts().size(), 1U);
    EXPECT_TRUE(config.open());
}

TEST_F(KubeconfigTest, OneBadEntryHidesNothing)
{
    const auto config = Kubeconfig::load({{write("config", std::string(one) + R"(
- {name: ca, context: {cluster: badca, user: alice}}
- {name: nowhere, context: {cluster: absent, user: alice}}
- {name: nobody, context: {cluster: dev, user: absent}}
- {name: dev, context: {cluster: dev, user: again}}
- {context: {cluster: dev}}
)" + "preferences: {}\n")}});
    ASSERT_EQ(config.contexts().size(), 4U);
    EXPECT_FALSE(config.contexts()[0].problem);
    EXPECT_EQ(config.contexts()[0].user, "alice") << "of a name that is there twice the first one counts";
    EXPECT_THAT(config.contexts()[2].problem->message, HasSubstr("\"absent\""));
    EXPECT_THAT(config.contexts()[3].problem->message, HasSubstr("user \"absent\""));
    EXPECT_EQ(config.problems().size(), 2U);
}

TEST_F(KubeconfigTest, SaysWhyAnEntryCannotBeUsed)
{
    struct Case
    {
        const char *user;
        const char *words;
    };
    const Case cases[] = {
        {"{token: a, username: b}", "both a token and a user name"},
        {"{client-certificate-data: YQ==}", "certificate without a key"},
        {"{client-key-data: '!!!', client-certificate-data: YQ==}", "client-key-data is not valid base64"},
        {"{as-groups: [a]}", "but no user"},
        {"{exec: {apiVersion: client.authentication.k8s.io/v1}}", "without a command"},
        {"{auth-provider: {name: gcp}}", "auth-provider \"gcp\""},
    };
    for (const auto &[user, words] : cases) {
        const auto config = Kubeconfig::load({{write("config", named("u", user))}});
        ASSERT_EQ(config.contexts().size(), 1U) << user;
        ASSERT_TRUE(config.contexts()[0].problem) << user;
        EXPECT_THAT(config.contexts()[0].problem->message, HasSubstr(words));
        EXPECT_FALSE(config.contexts()[0].problem->next.empty());
        EXPECT_FALSE(config.open(core::ContextName("x")));
    }
}

TEST_F(KubeconfigTest, PathsStartAtTheirFile)
{
    const auto content = parseKubeconfig(R"(
clusters: [{name: c, cluster: {server: "https://c", certificate-authority: ca.pem}}]
users:
- name: u
  user:
    client-certificate: ../pki/u.pem
    client-key: /abs/u.key
    tokenFile: token
    exec: {command: ./bin/plugin, args: [a, 1], env: [{name: A, value: b}]}
- name: path
  user: {exec: {command: plugin}}
)",
                                         "/home/a/.kube/config");
    ASSERT_TRUE(content.problems.empty());
    EXPECT_EQ(content.clusters.at("c").value->authorityFile, "/home/a/.kube/ca.pem");
    const auto &user = *content.users.at("u").value;
    EXPECT_EQ(user.certificateFile, "/home/a/pki/u.pem");
    EXPECT_EQ(user.keyFile, "/abs/u.key");
    EXPECT_EQ(user.tokenFile, "/home/a/.kube/token");
    EXPECT_EQ(user.exec->command, "/home/a/.kube/bin/plugin");
    EXPECT_THAT(user.exec->arguments, testing::ElementsAre("a", "1"));
    EXPECT_EQ(content.users.at("path").value->exec->command, "plugin");
}

TEST_F(KubeconfigTest, ReadsImpersonation)
{
    const auto content = parseKubeconfig(
        named("u", "{as: eve, as-uid: '7', as-groups: [g1, g2], as-user-extra: {acme.com/scope: [a]}}"), "/f");
    using Pair = std::pair<std::string, std::string>;
    EXPECT_THAT(content.users.at("u").value->impersonation,
                testing::ElementsAre(Pair("Impersonate-User", "eve"), Pair("Impersonate-Uid", "7"),
                                     Pair("Impersonate-Group", "g1"), Pair("Impersonate-Group", "g2"),
                                     Pair("Impersonate-Extra-acme.com%2Fscope", "a")));
}

TEST_F(KubeconfigTest, MissingFilesAreNamed)
{
    const auto config = Kubeconfig::load({{write("config", R"(
clusters: [{name: c, cluster: {server: "https://c", certificate-authority: gone.pem}}]
contexts: [{name: x, context: {cluster: c}}]
)")}});
    const auto opened = config.open(core::ContextName("x"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, core::ErrorKind::Configuration);
    EXPECT_THAT(opened.error().message, HasSubstr("gone.pem"));
}

TEST_F(KubeconfigTest, UnknownContextNamesTheKnownOnes)
{
    const auto opened = Kubeconfig::load({{write("config", one)}}).open(core::ContextName("prod"));
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("\"prod\""));
    EXPECT_THAT(opened.error().next, HasSubstr("dev"));
}

TEST_F(KubeconfigTest, NoKubeconfigSaysWhereItLooked)
{
    KubeconfigSources sources{{folder() + "/none"}};
    sources.optional = true;
    const auto config = Kubeconfig::load(sources);
    EXPECT_TRUE(config.problems().empty());
    EXPECT_THAT(config.open().error().message, HasSubstr("/none"));
}

} // namespace
} // namespace binnacle::kube
