// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target over its corpus and over seeded mutations of it, for builds without libFuzzer.
#include "core/Random.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

void run(const std::string &input)
{
    const std::vector<std::uint8_t> bytes(input.begin(), input.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string mutate(std::string input, binnacle::core::Random &random)
{
    const auto changes = 1 + random.below(6);
    for (std::uint64_t i = 0; i < changes && !input.empty(); ++i) {
        const auto at = static_cast<std::size_t>(random.below(input.size()));
        switch (random.below(5)) {
        case 0:
            input[at] = static_cast<char>(random.below(256));
            break;
        case 1:
            input[at] = static_cast<char>(static_cast<unsigned char>(input[at]) ^ (1U << random.below(8)));
            break;
        case 2:
            input.erase(at, random.below(16) + 1);
            break;
        case 3:
            input.insert(at, input.substr(random.below(input.size()), random.below(32)));
            break;
        default:
            input.resize(at);
            break;
        }
    }
    return input;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    std::vector<std::string> corpus;
    for (const auto &entry : std::filesystem::directory_iterator(argv[1])) {
        std::ifstream file(entry.path(), std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        run(corpus.back());
    }
    if (corpus.empty()) {
        std::fprintf(stderr, "no corpus in %s\n", argv[1]);
        return 1;
    }
    binnacle::core::SeededRandom random(20260131);
    const long rounds = std::stol(argv[2]);
    for (long i = 0; i < rounds; ++i)
        run(mutate(corpus[random.below(corpus.size())], random));
    std::printf("%zu inputs and %ld mutations\n", corpus.size(), rounds);
    return 0;
}
