// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into a program: kills it right before its n-th write to a journal, which random instants hardly ever hit.
// What a server was told by then has happened, and nothing on the disk says so. KILL_AT_WRITE names n; without it the
// writes are only counted, and KILL_WRITE_COUNT names the file that gets their number.
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

std::atomic<long> writes{0};

bool isJournal(int file)
{
    std::array<char, 4096> target{};
    const std::string link = "/proc/self/fd/" + std::to_string(file);
    const auto length = readlink(link.c_str(), target.data(), target.size());
    return length > 0 && std::string_view(target.data(), static_cast<std::size_t>(length)).ends_with(".sqlite-wal");
}

void beforeWrite(int file)
{
    if (!isJournal(file))
        return;
    const long number = ++writes;
    const char *wanted = std::getenv("KILL_AT_WRITE");
    if (wanted != nullptr && number == std::atol(wanted))
        raise(SIGKILL);
}

struct AtEnd
{
    ~AtEnd()
    {
        const char *name = std::getenv("KILL_WRITE_COUNT");
        std::FILE *file = name != nullptr ? std::fopen(name, "w") : nullptr;
        if (file == nullptr)
            return;
        std::fprintf(file, "%ld\n", writes.load());
        std::fclose(file);
    }
} atEnd;

template <typename Function>
Function original(const char *name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

} // namespace

// SQLite takes whichever of these it was built for.
extern "C" ssize_t write(int file, const void *data, size_t size)
{
    static const auto real = original<ssize_t (*)(int, const void *, size_t)>("write");
    beforeWrite(file);
    return real(file, data, size);
}

extern "C" ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    static const auto real = original<ssize_t (*)(int, const void *, size_t, off_t)>("pwrite");
    beforeWrite(file);
    return real(file, data, size, offset);
}

extern "C" ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
    static const auto real = original<ssize_t (*)(int, const void *, size_t, off64_t)>("pwrite64");
    beforeWrite(file);
    return real(file, data, size, offset);
}
