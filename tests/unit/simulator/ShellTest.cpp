// SPDX-License-Identifier: GPL-3.0-or-later
#include "ClusterFixture.h"
#include "simulator/shell/Process.h"

namespace binnacle::simulator {
namespace {

class CountingMachine final : public Machine
{
public:
    explicit CountingMachine(ClusterState &state) : m_state(state) {}
    void inCluster(const std::function<void(ClusterState &)> &task) override { task(m_state); }
    void sleep(std::chrono::milliseconds time) override { slept += time; }
    std::chrono::milliseconds slept{0};

private:
    ClusterState &m_state;
};

struct Ended
{
    std::string output;
    std::string errors;
    int status = -1; ///< -1: there is no such program
};

class Shell : public ClusterFixture
{
protected:
    Ended run(std::vector<std::string> command, const std::string &input = {})
    {
        const auto output = std::make_shared<TextOutput>();
        const auto errors = std::make_shared<TextOutput>();
        Container container;
        container.pod = "box-0";
        CountingMachine machine(cluster.state());
        Process process{std::move(command),
                        {{"COLOUR", "dark blue"}},
                        {std::make_shared<TextInput>(input), output, errors},
                        machine,
                        container};
        const auto status = runProgram(process);
        return {output->text, errors->text, status.value_or(-1)};
    }
};

struct Script
{
    const char *text;
    const char *output;
    int status = 0;
    const char *errors = "";
};

TEST_F(Shell, RunsScripts)
{
    const Script scripts[] = {
        {"echo a b;echo c", "a b\nc\n"},
        {"echo out; echo err >&2; exit 3", "out\n", 3, "err\n"},
        {"# nothing\n\n  echo 'a  $b' \"it's\" \\$x", "a  $b it's $x\n"},
        {"true && echo yes || echo no", "yes\n"},
        {"false && echo yes || echo no", "no\n"},
        {"! false; echo $?", "0\n"},
        {"a=1 b='x y'; echo \"$a-$b\" $b", "1-x y x y\n"},
        {"echo $COLOUR; printenv COLOUR", "dark blue\ndark blue\n"},
        {"COLOUR=red printenv COLOUR; echo $COLOUR", "red\ndark blue\n"},
        {"new=1; printenv new; export new; printenv new", "1\n"},
        {"echo $0 $# \"$1\" $2", "me 2 x y z\n"},
        {"echo ${3:+-h \"$3\"}|cat; echo ${1:+-h \"$1\"}", "\n-h x y\n"},
        {"echo ${none:-other} ${COLOUR:-other} ${#COLOUR}", "other dark blue 9\n"},
        {"for_all() { echo \"$1!\"; }; for_all \"a b\"", "a b!\n"},
        {"f() { printf '%s.' \"$@\"; }; f \"a b\" c; echo", "a b.c.\n"},
        {"printf '%s\\n' one two | cat", "one\ntwo\n"},
        {"echo $(echo inner; echo 2) end", "inner 2 end\n"},
        {"read -r x; echo \"$x\"; cat", "first line\nrest\n"},
        {"IFS= read -r a && IFS= read -r b && IFS= read -r c || exit 75; echo never", "", 75},
        {"if [ \"$1\" = 'x y' ]; then echo same; else echo other; fi", "same\n"},
        {"if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"},
        {"a=1; (a=2; exit 4); echo $? $a; { a=3; }; echo $a", "4 1\n3\n"},
        {"exec echo last; echo never", "last\n"},
        {"nosuch; echo $?", "127\n", 0, "me: nosuch: not found\n"},
        {"echo a > /dev/null; echo b 2>&1 >/dev/null; cat </dev/null", ""},
        {"echo a > /tmp/x", "", 1, "me: can't create /tmp/x: Read-only file system\n"},
        {"hostname; env A=1 printenv A", "box-0\n1\n"},
        {"echo 'open", "", 2, "me: syntax error: unterminated quoted string\n"},
        {"echo a )", "", 2, "me: syntax error: unexpected \")\"\n"},
        {"f() { f; }; f", "", 2, "me: Maximum function recursion depth (50) reached\n"},
    };
    for (const auto &script : scripts) {
        const auto ended = run({"sh", "-c", script.text, "me", "x y", "z"}, "first line\nrest\n");
        EXPECT_EQ(ended.output, script.output) << script.text;
        EXPECT_EQ(ended.status, script.status) << script.text;
        EXPECT_EQ(ended.errors, script.errors) << script.text;
    }
}

TEST_F(Shell, ReadsCommandsFromItsInput)
{
    const auto ended = run({"/bin/sh"}, "x=5\necho $x\nnosuch\nexit 9\necho never\n");
    EXPECT_EQ(ended.output, "5\n");
    EXPECT_EQ(ended.errors, "sh: nosuch: not found\n");
    EXPECT_EQ(ended.status, 9);
}

TEST_F(Shell, HasNoOtherPrograms)
{
    EXPECT_EQ(run({"/no/such/program"}).status, -1);
    EXPECT_EQ(run({"psql"}).status, -1) << "only images of PostgreSQL have it";
    EXPECT_EQ(run({"sh", "-c", std::string(10'000, '(')}).status, 2);
}

} // namespace
} // namespace binnacle::simulator
