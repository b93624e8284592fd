// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/InClusterConfig.h"

#include "kube/Credentials.h"

#include <QDir>
#include <QFileInfo>

namespace binnacle::kube {

KubeconfigContent inClusterContent(const std::string &folder)
{
    KubeconfigContent content;
    const auto host = qEnvironmentVariable("KUBERNETES_SERVICE_HOST").toStdString();
    const auto port = qEnvironmentVariable("KUBERNETES_SERVICE_PORT").toStdString();
    const QDir files(QString::fromStdString(folder));
    const QFileInfo token(files.filePath(QStringLiteral("token")));
    if (host.empty() || port.empty() || !token.isFile())
        return content;
    const std::string name = "in-cluster";
    auto cluster = std::make_shared<ClusterSettings>();
    cluster->name = name;
    cluster->server = "https://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
    if (const QFileInfo authority(files.filePath(QStringLiteral("ca.crt"))); authority.isFile())
        cluster->authorityFile = authority.filePath().toStdString();
    auto user = std::make_shared<UserSettings>();
    user->name = name;
    user->origin = folder;
    user->tokenFile = token.filePath().toStdString();
    const auto nameSpace = readSmallFile(files.filePath(QStringLiteral("namespace")).toStdString());
    content.clusters[name].value = std::move(cluster);
    content.users[name].value = std::move(user);
    content.contexts.push_back({name, name, name, nameSpace.value_or(std::string()), folder});
    content.currentContext = name;
    return content;
}

} // namespace binnacle::kube
