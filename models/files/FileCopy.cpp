// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/FileCopy.h"

#include "core/Futures.h"
#include "files/RemoteNames.h"
#include "files/RemoteShell.h"

#include <QCryptographicHash>
#include <QPromise>
#include <QThread>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace binnacle::files {

namespace {

namespace fs = std::filesystem;
using core::ErrorKind;
using Kind = RemoteShell::Kind;

constexpr std::size_t pieceSize = 64 * 1024;
constexpr std::chrono::milliseconds progressEvery{100};
#ifdef _WIN32
constexpr bool isWindows = true;
#else
constexpr bool isWindows = false;
#endif

fs::path localPath(const std::string &text)
{
    return isWindows ? fs::path(std::u8string(text.begin(), text.end())) : fs::path(text);
}

std::string textOf(const fs::path &path)
{
    if (!isWindows)
        return path.string();
    const auto utf8 = path.u8string();
    return {utf8.begin(), utf8.end()};
}

core::Error localError(const std::string &path, const std::string &what)
{
    auto error = core::makeError(ErrorKind::Io, what, "look at the path, its permissions and the room on the disk");
    error.object = path;
    return error;
}

bool isExecutable(const fs::path &path)
{
    std::error_code none;
    return (fs::status(path, none).permissions() & fs::perms::owner_exec) != fs::perms::none;
}

/// One copy, in the thread that waits for it.
class Copier
{
public:
    Copier(std::shared_ptr<kube::Transport> transport, CopyRequest request,
           std::function<void(const CopyProgress &)> progress, const core::CancellationToken &token)
        : m_transport(std::move(transport)),
          m_request(std::move(request)),
          m_progress(std::move(progress)),
          m_shell(*m_transport, streamRequest(m_request), token)
    {
    }

    core::Result<CopyOutcome> run()
    {
        if (auto started = m_shell.start(); !started)
            return core::fail(std::move(started.error()));
        auto done = m_request.up ? copyUp() : copyDown();
        if (!done)
            return core::fail(std::move(done.error()));
        return std::move(m_outcome);
    }

private:
    static kube::PodStreamRequest streamRequest(const CopyRequest &request)
    {
        kube::PodStreamRequest stream;
        stream.nameSpace = request.nameSpace;
        stream.pod = request.pod;
        stream.container = request.container;
        return stream;
    }

    core::Result<void> copyUp();
    core::Result<void> copyDown();
    core::Result<void> sendFolder(const fs::path &from, const std::string &to);
    core::Result<void> sendFile(const fs::path &from, const std::string &to);
    core::Result<void> fetchFolder(const std::string &from, const fs::path &to);
    core::Result<void> fetchFile(const std::string &from, const RemoteShell::Entry &entry, const fs::path &to);
    core::Result<void> compare(const std::string &name, const QCryptographicHash &mine, const std::string &theirs);
    [[nodiscard]] std::string unique() { return m_request.unique + std::to_string(++m_temporaries); }
    void begin(const std::string &name, std::uint64_t size);
    void advance(std::uint64_t bytes);
    void complete();

    std::shared_ptr<kube::Transport> m_transport;
    CopyRequest m_request;
    std::function<void(const CopyProgress &)> m_progress;
    RemoteShell m_shell;
    std::uint64_t m_temporaries = 0;
    CopyOutcome m_outcome;
    CopyProgress m_now;
    std::chrono::steady_clock::time_point m_told;
};

void Copier::begin(const std::string &name, std::uint64_t size)
{
    m_now.name = name;
    m_now.ofFile = size;
    m_now.doneOfFile = 0;
}

void Copier::advance(std::uint64_t bytes)
{
    m_now.bytes += bytes;
    m_now.doneOfFile += bytes;
    const auto now = std::chrono::steady_clock::now();
    if (!m_progress || now - m_told < progressEvery)
        return;
    m_told = now;
    m_progress(m_now);
}

void Copier::complete()
{
    ++m_now.files;
    ++m_outcome.files;
    m_outcome.bytes = m_now.bytes;
}

core::Result<void> Copier::compare(const std::string &name, const QCryptographicHash &mine, const std::string &theirs)
{
    if (theirs.empty())
        m_outcome.isVerified = false;
    else if (mine.result().toHex().toStdString() != theirs)
        return core::fail(ErrorKind::Conflict, name + " is not the same on both sides: it changed while it was copied",
                          "copy it again");
    return {};
}

core::Result<void> Copier::copyUp()
{
    const fs::path from = localPath(m_request.local);
    std::error_code problem;
    const auto type = fs::status(from, problem).type();
    const bool isFolder = type == fs::file_type::directory;
    if (!isFolder && type != fs::file_type::regular)
        return core::fail(localError(m_request.local, "there is no such file or folder"));
    const auto there = m_shell.look(m_request.remote);
    if (!there)
        return core::fail(there.error());
    std::string to = m_request.remote;
    if (there->kind == Kind::Folder) {
        const fs::path whole = fs::absolute(from, problem).lexically_normal();
        to = joined(to, textOf(whole.has_filename() ? whole.filename() : whole.parent_path().filename()));
    }
    return isFolder ? sendFolder(from, to) : sendFile(from, to);
}

core::Result<void> Copier::sendFolder(const fs::path &from, const std::string &to)
{
    if (auto made = m_shell.makeFolder(to); !made)
        return made;
    std::error_code problem;
    for (fs::directory_iterator each(from, problem), end; !problem && each != end; each.increment(problem)) {
        const std::string name = textOf(each->path().filename());
        std::error_code ignored;
        const auto type = each->symlink_status(ignored).type();
        core::Result<void> sent;
        if (type == fs::file_type::directory)
            sent = sendFolder(each->path(), joined(to, name));
        else if (type == fs::file_type::regular)
            sent = sendFile(each->path(), joined(to, name));
        else
            m_outcome.leftOut.push_back(textOf(each->path()));
        if (!sent)
            return sent;
    }
    if (problem)
        return core::fail(localError(textOf(from), "the folder cannot be read: " + problem.message()));
    return {};
}

core::Result<void> Copier::sendFile(const fs::path &from, const std::string &to)
{
    const std::string name = textOf(from);
    std::ifstream file(from, std::ios::binary);
    std::error_code problem;
    const std::uint64_t size = fs::file_size(from, problem);
    if (!file || problem)
        return core::fail(localError(name, "the file cannot be read"));
    begin(name, size);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    std::uint64_t left = size;
    const std::string temporary = temporaryPath(to, unique());
    const auto theirs = m_shell.put(temporary, size, [&]() -> core::Result<std::string> {
        std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(left, pieceSize)), '\0');
        file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        bytes.resize(static_cast<std::size_t>(file.gcount()));
        hash.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
        left -= bytes.size();
        advance(bytes.size());
        return bytes;
    });
    if (!theirs)
        return core::fail(theirs.error());
    if (auto same = compare(name, hash, *theirs); !same) {
        (void)m_shell.remove(temporary);
        return same;
    }
    if (auto renamed = m_shell.rename(temporary, to, isExecutable(from)); !renamed) {
        (void)m_shell.remove(temporary);
        return renamed;
    }
    complete();
    return {};
}

core::Result<void> Copier::copyDown()
{
    const auto there = m_shell.look(m_request.remote);
    if (!there)
        return core::fail(there.error());
    if (there->kind != Kind::File && there->kind != Kind::Folder) {
        auto error = core::makeError(ErrorKind::NotFound, "there is no such file or folder in the container",
                                     "look with binnaclectl exec -- ls");
        error.object = m_request.remote;
        return core::fail(std::move(error));
    }
    fs::path to = localPath(m_request.local);
    std::error_code none;
    if (fs::is_directory(to, none)) {
        const std::string name = baseName(m_request.remote);
        if (!name.empty()) {
            if (auto checked = checkName(name, isWindows); !checked)
                return checked;
            to /= localPath(name);
        }
    }
    return there->kind == Kind::Folder ? fetchFolder(m_request.remote, to) : fetchFile(m_request.remote, *there, to);
}

core::Result<void> Copier::fetchFolder(const std::string &from, const fs::path &to)
{
    std::error_code problem;
    fs::create_directories(to, problem);
    if (problem)
        return core::fail(localError(textOf(to), "the folder could not be made: " + problem.message()));
    const auto entries = m_shell.list(from);
    if (!entries)
        return core::fail(entries.error());
    for (const auto &entry : *entries) {
        if (auto checked = checkName(entry.name, isWindows); !checked)
            return checked;
        const std::string path = joined(from, entry.name);
        core::Result<void> fetched;
        if (entry.kind == Kind::Folder) {
            fetched = fetchFolder(path, to / localPath(entry.name));
        } else if (entry.kind == Kind::File) {
            const auto file = m_shell.look(path);
            fetched = file ? fetchFile(path, *file, to / localPath(entry.name)) : core::fail(file.error());
        } else {
            m_outcome.leftOut.push_back(path);
        }
        if (!fetched)
            return fetched;
    }
    return {};
}

core::Result<void> Copier::fetchFile(const std::string &from, const RemoteShell::Entry &entry, const fs::path &to)
{
    const fs::path temporary = localPath(temporaryPath(textOf(to), unique()));
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    if (!file)
        return core::fail(localError(textOf(to), "the file could not be written"));
    begin(from, entry.size);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto theirs = m_shell.get(from, entry.size, [&](std::string_view bytes) -> core::Result<void> {
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        hash.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
        advance(bytes.size());
        return file ? core::Result<void>() : core::fail(localError(textOf(to), "the file could not be written"));
    });
    file.close();
    std::error_code problem;
    auto same = theirs ? compare(from, hash, *theirs) : core::Result<void>(core::fail(theirs.error()));
    if (same && !file)
        same = core::fail(localError(textOf(to), "the file could not be written"));
    if (!same) {
        fs::remove(temporary, problem);
        return same;
    }
    if (entry.isExecutable)
        fs::permissions(temporary, fs::perms::owner_exec, fs::perm_options::add, problem);
    fs::rename(temporary, to, problem);
    if (problem) {
        const std::string why = problem.message();
        fs::remove(temporary, problem);
        return core::fail(localError(textOf(to), "the file could not get its name: " + why));
    }
    complete();
    return {};
}

std::string sizeText(std::uint64_t bytes)
{
    const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1000 && unit + 1 < std::size(units); ++unit)
        value /= 1000;
    std::string text = std::to_string(value);
    text.resize(text.find('.') + (unit == 0 ? 0 : 2));
    return text + " " + units[unit];
}

} // namespace

QFuture<core::Result<CopyOutcome>> copyFiles(std::shared_ptr<kube::Transport> transport, CopyRequest request,
                                             std::function<void(const CopyProgress &)> progress,
                                             core::CancellationToken token)
{
    const auto promise = std::make_shared<QPromise<core::Result<CopyOutcome>>>();
    promise->start();
    auto future = promise->future();
    QThread *const thread = QThread::create([transport = std::move(transport), request = std::move(request),
                                             progress = std::move(progress), token = std::move(token), promise] {
        core::finish(*promise, Copier(transport, request, progress, token).run());
    });
    QObject::connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start();
    return future;
}

std::string describe(const CopyOutcome &outcome)
{
    std::string text =
        std::to_string(outcome.files) + (outcome.files == 1 ? " file, " : " files, ") + sizeText(outcome.bytes) + ", ";
    text +=
        outcome.isVerified ? "SHA-256 equal on both sides" : "only the sizes compared: the container has no sha256sum";
    if (!outcome.leftOut.empty())
        text += "; left out, being no files: " + std::to_string(outcome.leftOut.size());
    return text;
}

} // namespace binnacle::files
