// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ScriptedServer.h"
#include "kube/Kubeconfig.h"
#include "kube/Transport.h"

#include <QFile>
#include <QPromise>
#include <QTemporaryDir>
#include <QThread>

#include <gtest/gtest.h>

namespace binnacle::kube {

/// Opens transports by kubeconfig, as the program does, in a folder of the test's own.
class TransportFixture : public testing::Test
{
protected:
    /// `more` goes into the cluster's map: ", tls-server-name: x".
    std::shared_ptr<Transport> open(const std::string &server, const std::string &user = "{}", OpenOptions options = {},
                                    const std::string &more = {})
    {
        const auto path =
            file("config", "clusters: [{name: c, cluster: {server: '" + server + "'" + more +
                               "}}]\ncurrent-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
                               "users: [{name: u, user: " +
                               user + "}]\n");
        auto transport = Kubeconfig::load({{path}}).open({}, std::move(options));
        EXPECT_TRUE(transport) << transport.error().describe();
        return transport ? *transport : nullptr;
    }

    std::string file(const char *name, const std::string &content, bool executable = false)
    {
        QFile out(m_folder.filePath(QString::fromLatin1(name)));
        EXPECT_TRUE(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
        out.write(QByteArray::fromStdString(content));
        if (executable)
            out.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return out.fileName().toStdString();
    }

    /// A plug-in that counts its runs in a file and gives the token t<run>.
    std::string plugin(const std::string &status)
    {
        const auto runs = m_folder.filePath(QStringLiteral("runs")).toStdString();
        return file("plugin",
                    "#!/bin/sh\necho run >> '" + runs + "'\nn=$(wc -l < '" + runs + "' | tr -d ' ')\nprintf '%s' " +
                        "\"$KUBERNETES_EXEC_INFO\" > '" + runs + ".info'\n" + status + "\n",
                    true);
    }
    static std::string execUser(const std::string &command, const std::string &more = {})
    {
        const std::string mode =
            more.find("interactiveMode") == std::string::npos ? ", interactiveMode: IfAvailable" : "";
        return "{exec: {apiVersion: client.authentication.k8s.io/v1, command: '" + command + "'" + mode + more + "}}";
    }
    static std::string prints(const std::string &status)
    {
        return R"(printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{%s}}' )"
               "\"" +
               status + "\"";
    }
    std::string content(const char *name)
    {
        QFile in(m_folder.filePath(QString::fromLatin1(name)));
        return in.open(QIODevice::ReadOnly) ? in.readAll().toStdString() : std::string();
    }

private:
    QTemporaryDir m_folder;
};

inline HttpRequest request(HttpMethod method = HttpMethod::Get, std::string body = {})
{
    HttpRequest made;
    made.method = method;
    made.path = "/api/v1/things";
    made.body = std::move(body);
    return made;
}

/// Collects a stream's bytes.
class Collector final : public StreamConsumer
{
public:
    Collector() { m_done.start(); }
    bool started(int, const std::vector<std::pair<std::string, std::string>> &) override
    {
        ++starts;
        return true;
    }
    bool received(std::string_view bytes) override
    {
        text += bytes;
        return text.size() < stopAt;
    }
    void finished(core::Result<void> result) override
    {
        m_done.addResult(std::move(result));
        m_done.finish();
    }
    core::Result<void> wait() { return m_done.future().result(); }

    int starts = 0;
    std::string text;
    std::size_t stopAt = 1 << 20;

private:
    QPromise<core::Result<void>> m_done;
};

inline std::string ok(int, const std::string &)
{
    return ScriptedServer::answer(200, "{}");
}

} // namespace binnacle::kube
