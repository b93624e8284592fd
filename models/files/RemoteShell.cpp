// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/RemoteShell.h"

#include "files/RemoteNames.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace binnacle::files {

namespace {

using core::ErrorKind;

/// After a file's content, where its end is not where it was expected; no file has this by chance at its end.
constexpr std::string_view endMark = "\n=binnacle-7f3a9c1e-end ";
constexpr std::chrono::milliseconds patience{1000};
constexpr std::size_t pieceSize = 256 * 1024;

std::vector<std::string> words(const std::string &line)
{
    std::istringstream stream(line);
    std::vector<std::string> all;
    for (std::string word; stream >> word;)
        all.push_back(word);
    return all;
}

std::string hashOf(const std::string &word)
{
    return word == "none" ? std::string() : word;
}

RemoteShell::Kind kindOf(const std::string &word)
{
    using Kind = RemoteShell::Kind;
    return word == "f"   ? Kind::File
           : word == "d" ? Kind::Folder
           : word == "l" ? Kind::Link
           : word == "n" ? Kind::Nothing
                         : Kind::Other;
}

} // namespace

const char *remoteScript()
{
    // Each line of its input is an order, each answer a line. `name` sets n to the path that a word stands for, with
    // newlines at its end. A file is read up to the length that was told, however it grows. After a `put` that failed
    // on the way what comes is the rest of the content, and no order.
    return R"(name() { n=$(printf '%b.' "$1"); n=${n%.}; }
sum() { if command -v sha256sum >/dev/null 2>&1; then h=$(sha256sum); h=${h%% *}; else h=none; fi; }
kind() { if [ -d "$1" ]; then k=d; elif [ -f "$1" ]; then k=f; elif [ -e "$1" ]; then k=o; else k=n; fi; }
for p in cat head wc mv mkdir chmod rm; do command -v $p >/dev/null 2>&1 || { echo "lacks $p"; exit 1; }; done
echo ready
while read -r verb a b c; do
name "$a"
case $verb in
look) kind "$n"; s=0; x=-
if [ $k = f ]; then [ -r "$n" ] && s=$(wc -c < "$n") || k=u; if [ -x "$n" ]; then x=x; fi; fi
echo $k $s $x ;;
list) if [ -r "$n" ] && [ -x "$n" ]; then
for f in "$n"/* "$n"/.[!.]* "$n"/..?*; do
if [ -L "$f" ]; then k=l; else kind "$f"; fi
if [ $k != n ]; then printf '%s%s\0' $k "${f#"$n"/}"; fi
done
else printf '!\0'; fi
printf '\0' ;;
mkdir) mkdir -p -- "$n" && echo done || echo failed ;;
get) head -c "$b" < "$n"; printf '\n=binnacle-7f3a9c1e-end '
if command -v sha256sum >/dev/null 2>&1; then h=$(head -c "$b" < "$n" | sha256sum); h=${h%% *}; else h=none; fi
echo $h ;;
put) if printf '' > "$n"; then
echo go
if head -c "$b" > "$n"; then s=$(wc -c < "$n"); sum < "$n"; echo got $s $h
else echo failed; cat > /dev/null; fi
else echo failed; fi ;;
move) t=$n; name "$b"; chmod "$c" "$t" && mv -f -- "$t" "$n" && echo done || echo failed ;;
rm) rm -f -- "$n" && echo done || echo failed ;;
esac
done
)";
}

RemoteShell::RemoteShell(kube::Transport &transport, kube::PodStreamRequest request, core::CancellationToken token)
    : m_pipe(
          transport,
          [&request] {
              request.command = {"sh", "-c", remoteScript()};
              request.input = true;
              request.terminal = false;
              return request;
          }(),
          token),
      m_object("Pod " + request.nameSpace.value() + "/" + request.pod)
{
}

core::Error RemoteShell::refused(const std::string &what)
{
    std::string said = m_pipe.takeComplaints();
    while (!said.empty() && said.back() == '\n')
        said.pop_back();
    std::replace(said.begin(), said.end(), '\n', ' ');
    auto error = core::makeError(ErrorKind::Io, what + (said.empty() ? "" : ": " + said),
                                 "look at the path, at who the container runs as, and at the room that is left there");
    error.object = m_object;
    return error;
}

core::Result<void> RemoteShell::start()
{
    const auto answer = m_pipe.readUntil('\n');
    if (!answer) {
        auto error = answer.error();
        if (error.message.find("executable file not found") != std::string::npos ||
            error.message.find("no such file or directory") != std::string::npos)
            error.next = "the container has no sh: copy through a debug container, or mount the volume elsewhere";
        if (error.object.empty())
            error.object = m_object;
        return core::fail(std::move(error));
    }
    if (*answer != "ready")
        return core::fail(ErrorKind::Unsupported, "the container " + *answer + ", which copying needs",
                          "copy through a debug container that has it");
    return {};
}

core::Result<std::string> RemoteShell::ask(const std::string &command)
{
    if (auto sent = m_pipe.write(command + "\n"); !sent)
        return core::fail(std::move(sent.error()));
    return m_pipe.readUntil('\n');
}

core::Result<void> RemoteShell::order(const std::string &command, const std::string &what)
{
    const auto answer = ask(command);
    if (!answer)
        return core::fail(answer.error());
    if (*answer != "done")
        return core::fail(refused(what));
    return {};
}

core::Result<RemoteShell::Entry> RemoteShell::look(const std::string &path)
{
    const auto answer = ask("look " + encodedPath(safePath(path)));
    if (!answer)
        return core::fail(answer.error());
    const auto parts = words(*answer);
    if (parts.size() == 3 && parts[0] == "u")
        return core::fail(refused(path + " cannot be read"));
    Entry entry;
    if (parts.size() != 3 ||
        std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), entry.size).ec != std::errc())
        return core::fail(ErrorKind::Protocol, "the shell in the container answers in a way that cannot be read");
    entry.kind = kindOf(parts[0]);
    entry.isExecutable = parts[2] == "x";
    return entry;
}

core::Result<std::vector<RemoteShell::Entry>> RemoteShell::list(const std::string &folder)
{
    if (auto sent = m_pipe.write("list " + encodedPath(safePath(folder)) + "\n"); !sent)
        return core::fail(std::move(sent.error()));
    std::vector<Entry> entries;
    bool isReadable = true;
    while (true) {
        const auto record = m_pipe.readUntil('\0');
        if (!record)
            return core::fail(record.error());
        if (record->empty())
            break;
        Entry entry;
        entry.kind = kindOf(record->substr(0, 1));
        entry.name = record->substr(1);
        isReadable = isReadable && *record != "!";
        entries.push_back(std::move(entry));
    }
    if (!isReadable)
        return core::fail(refused("the folder " + folder + " cannot be read"));
    return entries;
}

core::Result<void> RemoteShell::makeFolder(const std::string &path)
{
    return order("mkdir " + encodedPath(safePath(path)), "the folder " + path + " could not be made");
}

core::Result<void> RemoteShell::rename(const std::string &from, const std::string &to, bool executable)
{
    return order("move " + encodedPath(safePath(from)) + " " + encodedPath(safePath(to)) +
                     (executable ? " 755" : " 644"),
                 from + " could not be renamed to " + to);
}

core::Result<void> RemoteShell::remove(const std::string &path)
{
    return order("rm " + encodedPath(safePath(path)), path + " could not be removed");
}

/// What comes after a file's content.
core::Result<std::string> RemoteShell::trailer()
{
    const auto rest = m_pipe.readUntil('\n'); // the mark begins with one
    if (!rest)
        return core::fail(rest.error());
    const auto hash = m_pipe.readUntil('\n');
    if (!hash)
        return core::fail(hash.error());
    const std::string all = *rest + "\n" + *hash;
    if (!all.starts_with(endMark))
        return core::fail(ErrorKind::Protocol, "the file's end did not come where it was expected");
    return hashOf(all.substr(endMark.size()));
}

core::Result<std::string> RemoteShell::get(const std::string &path, std::uint64_t size,
                                           const std::function<core::Result<void>(std::string_view)> &take)
{
    const auto changed = [&path] {
        return core::fail(ErrorKind::Conflict, path + " became shorter while it was copied", "copy it again");
    };
    if (auto sent = m_pipe.write("get " + encodedPath(safePath(path)) + " " + std::to_string(size) + "\n"); !sent)
        return core::fail(std::move(sent.error()));
    std::uint64_t left = size;
    std::string last; ///< enough of what came last to see the end mark in it
    while (left > 0) {
        auto bytes = m_pipe.read(static_cast<std::size_t>(std::min<std::uint64_t>(left, pieceSize)), patience);
        if (!bytes)
            return core::fail(std::move(bytes.error()));
        if (!*bytes) { // nothing more for a while: perhaps the end came too early
            const auto mark = last.rfind(endMark);
            if (mark != std::string::npos && last.back() == '\n')
                return changed();
            continue;
        }
        left -= (*bytes)->size();
        last.append(**bytes);
        constexpr std::size_t enough = 256;
        last.erase(0, last.size() - std::min(last.size(), enough));
        if (auto taken = take(**bytes); !taken)
            return core::fail(std::move(taken.error()));
    }
    return trailer();
}

core::Result<std::string> RemoteShell::put(const std::string &path, std::uint64_t size,
                                           const std::function<core::Result<std::string>()> &next)
{
    const auto refusal = path + " could not be written";
    const auto ready = ask("put " + encodedPath(safePath(path)) + " " + std::to_string(size));
    if (!ready)
        return core::fail(ready.error());
    if (*ready != "go")
        return core::fail(refused(refusal));
    for (std::uint64_t left = size; left > 0 && !m_pipe.hasOutput();) {
        auto bytes = next();
        if (!bytes)
            return core::fail(std::move(bytes.error()));
        if (bytes->empty() || bytes->size() > left)
            return core::fail(ErrorKind::Conflict, "the file's size changed while it was copied", "copy it again");
        left -= bytes->size();
        if (auto sent = m_pipe.write(std::move(*bytes)); !sent)
            return core::fail(std::move(sent.error()));
    }
    const auto answer = m_pipe.readUntil('\n');
    if (!answer)
        return core::fail(answer.error());
    const auto parts = words(*answer);
    if (parts.size() != 3 || parts[0] != "got")
        return core::fail(refused(refusal));
    if (parts[1] != std::to_string(size))
        return core::fail(refused(path + " has " + parts[1] + " of " + std::to_string(size) + " bytes"));
    return hashOf(parts[2]);
}

} // namespace binnacle::files
