// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/KubeconfigParser.h"

#include "kube/YamlToJson.h"

#include <QByteArray>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace binnacle::kube {

namespace {

using core::Error;
using core::ErrorKind;

std::string text(const YAML::Node &node, const char *key)
{
    const auto value = node[key];
    return value && value.IsScalar() ? value.Scalar() : std::string();
}

/// client-go reads these as booleans of YAML 1.1, which yaml-cpp does too; anything else is false.
bool flag(const YAML::Node &node, const char *key)
{
    const auto value = node[key];
    return value && value.IsScalar() && value.as<bool>(false);
}

std::string besideFile(const std::string &path, const std::string &file)
{
    const QString given = QString::fromStdString(path);
    if (path.empty() || QDir::isAbsolutePath(given))
        return path;
    return QDir::cleanPath(QFileInfo(QString::fromStdString(file)).absoluteDir().filePath(given)).toStdString();
}

/// The *-data fields. Throws YAML::Exception, like every other misreading of a node.
std::string decoded(const YAML::Node &node, const char *key)
{
    std::string encoded = text(node, key);
    std::erase_if(encoded, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
    const auto result =
        QByteArray::fromBase64Encoding(QByteArray::fromStdString(encoded), QByteArray::AbortOnBase64DecodingErrors);
    core::wipe(encoded);
    if (!result)
        throw YAML::RepresentationException(node[key].Mark(), std::string(key) + " is not valid base64");
    return result.decoded.toStdString();
}

std::string withScheme(std::string server, bool tls)
{
    // client-go's defaulting: without a scheme, TLS settings decide.
    if (!server.empty() && server.find("://") == std::string::npos)
        server = (tls ? "https://" : "http://") + server;
    while (!server.empty() && server.back() == '/')
        server.pop_back();
    return server;
}

ClusterSettings parseCluster(const YAML::Node &node, const std::string &name, const std::string &file)
{
    ClusterSettings cluster;
    cluster.name = name;
    cluster.tlsServerName = text(node, "tls-server-name");
    cluster.insecure = flag(node, "insecure-skip-tls-verify");
    cluster.authorityPem = decoded(node, "certificate-authority-data");
    cluster.authorityFile = besideFile(text(node, "certificate-authority"), file);
    cluster.proxyUrl = text(node, "proxy-url");
    cluster.compression = !flag(node, "disable-compression");
    cluster.server = withScheme(text(node, "server"),
                                cluster.insecure || !cluster.authorityPem.empty() || !cluster.authorityFile.empty());
    for (const auto &extension : node["extensions"]) {
        // The reserved name by which a cluster hands data to credential plug-ins (KEP-541).
        if (text(extension, "name") == "client.authentication.k8s.io/exec")
            cluster.execExtension = yamlToJson(extension["extension"]).dump();
    }
    return cluster;
}

ExecPluginSettings parseExec(const YAML::Node &node, const std::string &file)
{
    ExecPluginSettings exec;
    exec.apiVersion = text(node, "apiVersion");
    exec.command = text(node, "command");
    if (exec.command.find('/') != std::string::npos)
        exec.command = besideFile(exec.command, file);
    for (const auto &argument : node["args"])
        exec.arguments.push_back(argument.as<std::string>());
    for (const auto &variable : node["env"])
        exec.environment.emplace_back(text(variable, "name"), text(variable, "value"));
    exec.installHint = text(node, "installHint");
    exec.interactiveMode = text(node, "interactiveMode");
    exec.provideClusterInfo = flag(node, "provideClusterInfo");
    return exec;
}

/// HTTP field names may hold RFC 7230 token characters only; extra keys may be anything, so the API asks for
/// %-encoding.
std::string encodeHeaderKey(const std::string &key)
{
    static constexpr std::string_view plain = "!#$&'*+-.^_`|~";
    std::string encoded;
    for (const char c : key) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || plain.find(c) != std::string_view::npos)
            encoded += c;
        else
            encoded += "%" + QByteArray(1, c).toHex().toUpper().toStdString();
    }
    return encoded;
}

std::vector<std::pair<std::string, std::string>> parseImpersonation(const YAML::Node &node)
{
    std::vector<std::pair<std::string, std::string>> headers;
    if (const auto user = text(node, "as"); !user.empty())
        headers.emplace_back("Impersonate-User", user);
    if (const auto uid = text(node, "as-uid"); !uid.empty())
        headers.emplace_back("Impersonate-Uid", uid);
    for (const auto &group : node["as-groups"])
        headers.emplace_back("Impersonate-Group", group.as<std::string>());
    for (const auto &extra : node["as-user-extra"]) {
        for (const auto &value : extra.second)
            headers.emplace_back("Impersonate-Extra-" + encodeHeaderKey(extra.first.as<std::string>()),
                                 value.as<std::string>());
    }
    return headers;
}

UserSettings parseUser(const YAML::Node &node, const std::string &name, const std::string &file)
{
    UserSettings user;
    user.name = name;
    user.origin = file;
    user.token = core::SecretString(text(node, "token"));
    user.tokenFile = besideFile(text(node, "tokenFile"), file);
    user.userName = text(node, "username");
    user.password = core::SecretString(text(node, "password"));
    user.certificatePem = decoded(node, "client-certificate-data");
    user.certificateFile = besideFile(text(node, "client-certificate"), file);
    user.keyPem = core::SecretString(decoded(node, "client-key-data"));
    user.keyFile = besideFile(text(node, "client-key"), file);
    user.impersonation = parseImpersonation(node);
    if (const auto exec = node["exec"]; exec && exec.IsMap())
        user.exec = parseExec(exec, file);
    return user;
}

/// What kubectl refuses too (clientcmd's validation, and the transport's); its reason is kept in ours.
std::optional<Error> problemOf(const ClusterSettings &cluster)
{
    const auto refuse = [&cluster](const std::string &what, const std::string &next) {
        return core::makeError(ErrorKind::Configuration, "cluster \"" + cluster.name + "\" " + what, next);
    };
    if (cluster.server.empty())
        return refuse("names no server", "set clusters[].cluster.server");
    if (cluster.server.rfind("https://", 0) != 0 && cluster.server.rfind("http://", 0) != 0)
        return refuse("has a server that is no http or https URL: " + cluster.server,
                      "correct clusters[].cluster.server");
    if (!cluster.authorityFile.empty() && !cluster.authorityPem.empty())
        return refuse("has both certificate-authority and certificate-authority-data", "keep one of them");
    if (cluster.insecure && (!cluster.authorityFile.empty() || !cluster.authorityPem.empty()))
        return refuse("names a certificate authority and yet sets insecure-skip-tls-verify",
                      "remove insecure-skip-tls-verify, so that the authority is used");
    const auto scheme = cluster.proxyUrl.substr(0, cluster.proxyUrl.find("://"));
    if (!cluster.proxyUrl.empty() && scheme != "http" && scheme != "https" && scheme != "socks5")
        return refuse("has a proxy-url that is no http, https or socks5 URL", // it may hold a password: not quoted
                      "correct clusters[].cluster.proxy-url");
    return std::nullopt;
}

std::optional<Error> problemOf(const ExecPluginSettings &exec, const std::string &userName)
{
    const auto refuse = [&userName](const std::string &what, const std::string &next) {
        return core::makeError(ErrorKind::Configuration, "user \"" + userName + "\" has an exec plug-in " + what, next);
    };
    const auto isEmpty = [](const auto &variable) { return variable.first.empty(); };
    if (exec.command.empty())
        return refuse("without a command", "set users[].user.exec.command");
    if (exec.apiVersion.empty())
        return refuse("without an apiVersion", "set it to client.authentication.k8s.io/v1");
    if (std::any_of(exec.environment.begin(), exec.environment.end(), isEmpty))
        return refuse("with an environment variable that has no name", "set users[].user.exec.env[].name");
    // v1beta1 began without the field, and its default is IfAvailable; v1 demands it.
    if (exec.interactiveMode.empty() && exec.apiVersion == "client.authentication.k8s.io/v1")
        return refuse("without an interactiveMode, which version v1 demands",
                      "set interactiveMode to Never, IfAvailable or Always");
    const auto &mode = exec.interactiveMode;
    if (!mode.empty() && mode != "Never" && mode != "IfAvailable" && mode != "Always")
        return refuse("with the interactiveMode \"" + mode + "\"", "set it to Never, IfAvailable or Always");
    return std::nullopt;
}

/// Of the plug-ins that were part of kubectl, 1.26 removed gcp and azure; oidc is there, but has a plug-in too.
Error authProviderProblem(const std::string &userName, const std::string &provider)
{
    std::string next = "use the provider's exec credential plug-in instead";
    if (provider == "gcp")
        next = "install gke-gcloud-auth-plugin and run: gcloud container clusters get-credentials";
    else if (provider == "azure")
        next = "install kubelogin and run: kubelogin convert-kubeconfig";
    else if (provider == "oidc")
        next = "use an exec credential plug-in instead, such as kubelogin (kubectl oidc-login)";
    const auto *const why =
        provider == "oidc" ? "\", which only kubectl itself has" : "\", which Kubernetes 1.26 removed";
    return core::makeError(ErrorKind::Configuration,
                           "user \"" + userName + "\" uses the auth-provider \"" + provider + why, std::move(next));
}

std::optional<Error> problemOf(const UserSettings &user, const YAML::Node &node)
{
    const auto refuse = [&user](const std::string &what, const std::string &next) {
        return core::makeError(ErrorKind::Configuration, "user \"" + user.name + "\" " + what, next);
    };
    const bool hasToken = !user.token.isEmpty() || !user.tokenFile.empty();
    if (const auto provider = node["auth-provider"]; provider && provider.IsMap()) {
        if (user.exec)
            return refuse("has both an auth-provider and an exec plug-in", "keep the exec plug-in");
        if (!hasToken)
            return authProviderProblem(user.name, text(provider, "name"));
    }
    if (hasToken && (!user.userName.empty() || !user.password.isEmpty()))
        return refuse("has both a token and a user name or password", "keep one of them");
    const bool certificate = !user.certificatePem.empty() || !user.certificateFile.empty();
    const bool key = !user.keyPem.isEmpty() || !user.keyFile.empty();
    if (certificate && !key)
        return refuse("has a client certificate without a key", "give both client-certificate and client-key");
    if (!user.certificatePem.empty() && !user.certificateFile.empty())
        return refuse("has both client-certificate and client-certificate-data", "keep one of them");
    if (certificate && !user.keyPem.isEmpty() && !user.keyFile.empty())
        return refuse("has both client-key and client-key-data", "keep one of them");
    if (user.exec) {
        if (auto problem = problemOf(*user.exec, user.name))
            return problem;
    }
    const bool impersonatesMore = std::any_of(user.impersonation.begin(), user.impersonation.end(),
                                              [](const auto &header) { return header.first != "Impersonate-User"; });
    if (impersonatesMore && user.impersonation.front().first != "Impersonate-User")
        return refuse("impersonates groups, a uid or extra fields, but no user", "set users[].user.as");
    return std::nullopt;
}

Error located(const std::string &what, const std::string &file, const YAML::Mark &mark)
{
    std::string where = file;
    if (!mark.is_null())
        where += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
    return core::makeError(ErrorKind::Configuration, where + ": " + what,
                           "correct the file, or leave it out of KUBECONFIG");
}

/// Calls read(name, body) for each named entry; what an entry throws becomes a problem of the file.
template <typename Read>
void forEachNamed(const YAML::Node &root, const char *list, const char *body, const std::string &file,
                  std::vector<Error> &problems, Read read)
{
    const auto entries = root[list];
    if (!entries || entries.IsNull())
        return;
    if (!entries.IsSequence()) {
        problems.push_back(located(std::string(list) + " must be a list", file, entries.Mark()));
        return;
    }
    for (const auto &entry : entries) {
        const auto name = entry.IsMap() ? text(entry, "name") : std::string();
        if (name.empty()) {
            problems.push_back(located("an entry of " + std::string(list) + " has no name", file, entry.Mark()));
            continue;
        }
        const auto content = entry[body];
        read(name, content && content.IsMap() ? content : YAML::Node(YAML::NodeType::Map), entry.Mark());
    }
}

template <typename T, typename Parse>
void readEntry(std::map<std::string, KubeconfigEntry<T>> &entries, const std::string &name, const std::string &file,
               const YAML::Mark &mark, std::vector<Error> &problems, Parse parse)
{
    if (entries.count(name) != 0) {
        problems.push_back(located("\"" + name + "\" is there twice: the first one is used", file, mark));
        return;
    }
    auto &entry = entries[name];
    try {
        entry = parse();
    } catch (const YAML::Exception &exception) {
        entry.problem = located("\"" + name + "\": " + exception.msg, file, exception.mark);
    }
}

void parseContexts(const YAML::Node &root, const std::string &file, KubeconfigContent &content)
{
    forEachNamed(root, "contexts", "context", file, content.problems,
                 [&](const std::string &name, const YAML::Node &node, const YAML::Mark &mark) {
                     const bool twice = std::any_of(content.contexts.begin(), content.contexts.end(),
                                                    [&name](const auto &known) { return known.name == name; });
                     if (twice) {
                         content.problems.push_back(
                             located("context \"" + name + "\" is there twice: the first one is used", file, mark));
                         return;
                     }
                     content.contexts.push_back(
                         {name, text(node, "cluster"), text(node, "user"), text(node, "namespace"), file});
                 });
}

void parseRoot(const YAML::Node &root, const std::string &file, KubeconfigContent &content)
{
    if (!root || root.IsNull())
        return;
    if (!root.IsMap()) {
        content.problems.push_back(located("this is no kubeconfig: the document must be a map", file, root.Mark()));
        return;
    }
    content.currentContext = text(root, "current-context");
    parseContexts(root, file, content);
    forEachNamed(root, "clusters", "cluster", file, content.problems,
                 [&](const std::string &name, const YAML::Node &node, const YAML::Mark &mark) {
                     readEntry(content.clusters, name, file, mark, content.problems, [&] {
                         auto cluster = std::make_shared<ClusterSettings>(parseCluster(node, name, file));
                         auto problem = problemOf(*cluster);
                         return KubeconfigEntry<ClusterSettings>{std::move(cluster), std::move(problem)};
                     });
                 });
    forEachNamed(root, "users", "user", file, content.problems,
                 [&](const std::string &name, const YAML::Node &node, const YAML::Mark &mark) {
                     readEntry(content.users, name, file, mark, content.problems, [&] {
                         auto user = std::make_shared<UserSettings>(parseUser(node, name, file));
                         auto problem = problemOf(*user, node);
                         return KubeconfigEntry<UserSettings>{std::move(user), std::move(problem)};
                     });
                 });
}

} // namespace

void KubeconfigContent::merge(KubeconfigContent other)
{
    clusters.merge(other.clusters);
    users.merge(other.users);
    for (auto &context : other.contexts) {
        const bool known = std::any_of(contexts.begin(), contexts.end(),
                                       [&context](const auto &mine) { return mine.name == context.name; });
        if (!known)
            contexts.push_back(std::move(context));
    }
    if (currentContext.empty())
        currentContext = std::move(other.currentContext);
    std::move(other.problems.begin(), other.problems.end(), std::back_inserter(problems));
}

KubeconfigContent parseKubeconfig(const std::string &text, const std::string &file)
{
    KubeconfigContent content;
    try {
        parseRoot(YAML::Load(text), file, content);
    } catch (const YAML::Exception &exception) {
        content.problems.push_back(located("this is no YAML: " + exception.msg, file, exception.mark));
    } catch (const std::exception &exception) {
        content.problems.push_back(located(exception.what(), file, YAML::Mark::null_mark()));
    }
    return content;
}

} // namespace binnacle::kube
