// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/Journal.h"

#include <QTemporaryDir>

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace binnacle;
using namespace binnacle::runbook;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr const char *password = "hunter2-hunter2";

std::shared_ptr<const core::Json> shared(core::Json json)
{
    return std::make_shared<const core::Json>(std::move(json));
}

Task task(const char *kind, const char *name, Work work)
{
    return {{{"", kind}, core::Namespace("shop"), name}, "v1", 3, std::move(work), {}};
}

Plan somePlan(const std::string &id)
{
    const core::Json secret{
        {"apiVersion", "v1"},
        {"kind", "Secret"},
        {"metadata",
         {{"name", "tls"}, {"annotations", {{"kubectl.kubernetes.io/last-applied-configuration", password}}}}},
        {"stringData", {{"key", password}}},
        {"data", {{"key", password}}}};
    SecretTask wanted;
    wanted.keys = {{"PASSWORD", SecretTask::Key::Source::Generate, 48, "", false}};
    Step first{"configuration", "Configuration", {}, GateKind::Exists, std::chrono::seconds(60), true, {}};
    first.tasks = {task("ConfigMap", "settings", ApplyTask{shared({{"kind", "ConfigMap"}, {"data", {{"a", "1"}}}})}),
                   task("Secret", "tls", ApplyTask{shared(secret)}), task("Secret", "database", wanted)};
    first.tasks[0].gate = GateKind::Ready;
    std::get<ApplyTask>(first.tasks[0].work).takesOver = true;
    Step second{"cleaning", "Cleaning", {}, GateKind::Gone, std::chrono::seconds(7), false, {0}};
    second.tasks = {task("ConfigMap", "old", DeleteTask{core::Uid("u-old")}),
                    task("ConfigMap", "before", RestoreTask{shared({{"kind", "ConfigMap"}})})};
    Plan plan;
    plan.id = id;
    plan.title = "Deploy shop";
    plan.kind = PlanKind::Deploy;
    plan.target = {core::ContextName("prod"), "https://127.0.0.1:6443", "alice"};
    plan.stack = "shop";
    plan.overlay = "local";
    plan.parameters = {{"host", "shop.example"}};
    plan.steps = {first, second};
    return plan;
}

Previous secretBefore()
{
    Previous previous;
    previous.existed = true;
    previous.object =
        shared({{"kind", "Secret"},
                {"type", "Opaque"},
                {"metadata", {{"annotations", {{"kubectl.kubernetes.io/last-applied-configuration", password}}}}},
                {"data", {{"key", password}}}});
    previous.uid = core::Uid("u-tls");
    previous.resourceVersion = core::ResourceVersion("41");
    previous.secretKeys = {"key"};
    return previous;
}

std::string contentOf(const std::filesystem::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class JournalTest : public testing::Test
{
protected:
    QTemporaryDir m_folder;
    core::ManualClock m_clock{std::chrono::system_clock::time_point(std::chrono::hours(500'000))};

    [[nodiscard]] std::filesystem::path path() const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / "deep" / "journal.sqlite";
    }
    [[nodiscard]] std::unique_ptr<Journal> open() const
    {
        auto journal = Journal::open(path(), m_clock);
        EXPECT_TRUE(journal) << (journal ? "" : journal.error().describe());
        return journal ? std::move(*journal) : nullptr;
    }
    /// Runs `work` in a process of its own, and kills that once it has written a byte to the pipe given to it.
    template <typename Work>
    static void killAmid(Work work, std::chrono::milliseconds after, const std::function<void(pid_t)> &meanwhile = {})
    {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        const pid_t child = fork();
        if (child == 0) {
            work(ends[1]);
            _exit(0);
        }
        char byte = 0;
        ASSERT_EQ(read(ends[0], &byte, 1), 1);
        if (meanwhile)
            meanwhile(child);
        usleep(static_cast<useconds_t>(std::chrono::microseconds(after).count()));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
        close(ends[0]);
        close(ends[1]);
    }
};

} // namespace

TEST_F(JournalTest, GivesThePlanBackAsItWas)
{
    const Plan plan = somePlan("shop-1");
    ASSERT_TRUE(open()->started(plan));
    const auto read = open()->plan("shop-1");
    ASSERT_TRUE(read);
    EXPECT_EQ(planToRecord(*read), planToRecord(plan));
    EXPECT_EQ(read->target, plan.target);
    EXPECT_EQ(read->parameters, plan.parameters);
    EXPECT_EQ(read->steps[0].tasks[0].gate, GateKind::Ready);
    EXPECT_TRUE(std::get<ApplyTask>(read->steps[0].tasks[0].work).takesOver) << "a resume goes on as it was planned";
    EXPECT_FALSE(std::get<ApplyTask>(read->steps[0].tasks[1].work).takesOver);
    EXPECT_EQ(std::get<SecretTask>(read->steps[0].tasks[2].work).keys.at(0).length, 48);
    EXPECT_EQ(std::get<DeleteTask>(read->steps[1].tasks[0].work).uid, core::Uid("u-old"));
    EXPECT_EQ(read->steps[1].after, std::vector<std::size_t>{0});
    EXPECT_FALSE(read->steps[1].holds);
    EXPECT_EQ(read->steps[1].timeout, std::chrono::seconds(7));
}

TEST_F(JournalTest, TellsWhatEachTaskFoundAndLeft)
{
    const Plan plan = somePlan("shop-1");
    const auto journal = open();
    ASSERT_TRUE(journal->started(plan));
    ASSERT_TRUE(journal->intent(plan, {0, 0}, {}, "kubectl apply"));
    ASSERT_TRUE(
        journal->outcome(plan, {0, 0}, {Action::Created, core::Uid("u-1"), 3, core::ResourceVersion("9"), "+a"}));
    ASSERT_TRUE(journal->intent(plan, {0, 1}, secretBefore(), "kubectl apply"));
    const auto tasks = journal->tasks("shop-1");
    ASSERT_TRUE(tasks);
    ASSERT_EQ(tasks->size(), 2U);
    EXPECT_EQ((*tasks)[0].applied->uid, core::Uid("u-1"));
    EXPECT_EQ((*tasks)[0].applied->generation, 3);
    EXPECT_EQ((*tasks)[0].applied->resourceVersion, core::ResourceVersion("9"));
    EXPECT_FALSE((*tasks)[1].applied) << "killed between intent and outcome";
    EXPECT_EQ((*tasks)[1].previous.secretKeys, std::vector<std::string>{"key"});
    EXPECT_EQ((*tasks)[1].previous.object->at("type"), "Opaque");
}

TEST_F(JournalTest, RepeatingATaskKeepsWhatWasThereFirst)
{
    const Plan plan = somePlan("shop-1");
    const auto journal = open();
    ASSERT_TRUE(journal->started(plan));
    Previous ours;
    ours.existed = true;
    ASSERT_TRUE(journal->intent(plan, {0, 0}, {}, ""));
    ASSERT_TRUE(journal->outcome(plan, {0, 0}, {.action = Action::Created, .uid = core::Uid("u-1")}));
    ASSERT_TRUE(journal->resumed(plan));
    ASSERT_TRUE(journal->intent(plan, {0, 0}, ours, ""));
    ASSERT_TRUE(journal->outcome(plan, {0, 0}, {.action = Action::Unchanged, .uid = core::Uid("u-1")}));
    const auto tasks = journal->tasks("shop-1");
    ASSERT_TRUE(tasks);
    EXPECT_FALSE(tasks->at(0).previous.existed) << "a rollback removes what this runbook created";
    EXPECT_EQ(tasks->at(0).applied->action, Action::Created);
}

TEST_F(JournalTest, RunbookIsUnfinishedUntilItsLastEntrySaysOtherwise)
{
    const Plan plan = somePlan("shop-1");
    const auto journal = open();
    ASSERT_TRUE(journal->started(plan));
    EXPECT_FALSE(journal->runbook("shop-1")->finished);
    ASSERT_TRUE(journal->finished(plan, Outcome::Failed, "no space"));
    EXPECT_EQ(journal->runbook("shop-1")->outcome, Outcome::Failed);
    EXPECT_EQ(journal->runbook("shop-1")->error, "no space");
    ASSERT_TRUE(journal->resumed(plan));
    EXPECT_FALSE(journal->runbook("shop-1")->finished);
    ASSERT_TRUE(journal->finished(plan, Outcome::Done, ""));
    EXPECT_EQ(journal->runbook("shop-1")->outcome, Outcome::Done);
    const auto audit = journal->audit("shop-1");
    ASSERT_TRUE(audit);
    std::string types;
    for (const AuditEntry &entry : *audit)
        types += entry.type + " ";
    EXPECT_EQ(types, "started finished resumed finished ");
}

TEST_F(JournalTest, FindsTheRunbooksOfOneStackOfOneCluster)
{
    const auto journal = open();
    auto plan = somePlan("shop-1");
    ASSERT_TRUE(journal->started(plan));
    plan.id = "shop-2";
    plan.target.context = core::ContextName("another name of the same cluster");
    ASSERT_TRUE(journal->started(plan));
    plan.id = "elsewhere";
    plan.target = {core::ContextName("prod"), "https://10.0.0.1:6443", {}};
    ASSERT_TRUE(journal->started(plan));
    plan = somePlan("bakery-1");
    plan.stack = "bakery";
    ASSERT_TRUE(journal->started(plan));
    const auto found = journal->runbooksOf(plan.target, "shop");
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ(found->front().id, "shop-2") << "newest first";
    EXPECT_EQ(journal->runbook("nothing").error().kind, core::ErrorKind::NotFound);
    EXPECT_EQ(journal->plan("nothing").error().kind, core::ErrorKind::NotFound);
}

TEST_F(JournalTest, NothingInItCanBeChangedOrRemoved)
{
    const auto journal = open();
    ASSERT_TRUE(journal->started(somePlan("shop-1")));
    sqlite3 *database = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    for (const char *sql :
         {"UPDATE entry SET body = ''", "DELETE FROM entry", "UPDATE runbook SET plan = ''", "DELETE FROM runbook"}) {
        EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_CONSTRAINT_TRIGGER & 0xff) << sql;
        EXPECT_THAT(sqlite3_errmsg(database), HasSubstr("append-only"));
    }
    sqlite3_close(database);
}

TEST_F(JournalTest, HoldsNoSecretAndIsForItsOwnerOnly)
{
    const Plan plan = somePlan("shop-1");
    auto journal = open();
    ASSERT_TRUE(journal->started(plan));
    ASSERT_TRUE(journal->intent(plan, {0, 1}, secretBefore(), "kubectl apply"));
    for (const char *suffix : {"", "-wal"}) {
        const std::string content = contentOf(path().string() + suffix);
        EXPECT_FALSE(content.empty());
        EXPECT_THAT(content, Not(HasSubstr(password)));
    }
    EXPECT_EQ(std::filesystem::status(path()).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(JournalTest, FilesThatCannotBeUsedAreNamedWithWhatToDo)
{
    const std::filesystem::path folder(m_folder.path().toStdString());
    std::ofstream(folder / "text") << std::string(5000, 'x');
    { // one that was a journal, until its middle was overwritten
        const auto journal = Journal::open(folder / "torn", m_clock);
        ASSERT_TRUE(journal);
        for (int i = 0; i < 30; ++i)
            ASSERT_TRUE((*journal)->started(somePlan("shop-" + std::to_string(i))));
    }
    {
        std::fstream file(folder / "torn", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096);
        file << std::string(20'000, '\x5a');
    }
    {
        sqlite3 *later = nullptr;
        ASSERT_EQ(sqlite3_open((folder / "later").c_str(), &later), SQLITE_OK);
        sqlite3_exec(later, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
        sqlite3_close(later);
    }
    struct Case
    {
        std::filesystem::path path;
        const char *message;
        const char *next;
    };
    const std::vector<Case> cases{
        {folder / "text", "cannot be used", "move the file away"},
        {folder / "torn", "cannot be used", "move the file away"},
        {folder / "later", "later version", "BINNACLE_JOURNAL"},
        {folder, "cannot be used", "BINNACLE_JOURNAL"},
        {folder / "text" / "journal.sqlite", "cannot be made", "BINNACLE_JOURNAL"},
        {"/proc/binnacle/journal.sqlite", "cannot be made", "BINNACLE_JOURNAL"},
    };
    for (const Case &row : cases) {
        const auto journal = Journal::open(row.path, m_clock);
        ASSERT_FALSE(journal) << row.path;
        EXPECT_EQ(journal.error().kind, core::ErrorKind::Io);
        EXPECT_THAT(journal.error().message, HasSubstr(row.message)) << row.path;
        EXPECT_THAT(journal.error().next, HasSubstr(row.next)) << row.path;
    }
}

TEST_F(JournalTest, LockOfALiveProcessIsAConflictThatNamesItAndOfADeadOneNothing)
{
    const auto journal = open();
    const Target target = somePlan("shop-1").target;
    const auto hold = [&](int out) {
        const auto lock = open()->lock(target, "shop");
        (void)!write(out, lock ? "x" : "", lock ? 1 : 0);
        pause();
    };
    killAmid(hold, {}, [&](pid_t owner) {
        const auto lock = journal->lock(target, "shop");
        ASSERT_FALSE(lock);
        EXPECT_EQ(lock.error().kind, core::ErrorKind::Conflict);
        EXPECT_THAT(lock.error().message, HasSubstr("process " + std::to_string(owner)));
        EXPECT_THAT(lock.error().message, HasSubstr("\"shop\""));
        EXPECT_TRUE(journal->lock(target, "bakery")) << "another stack is free";
    });
    EXPECT_TRUE(journal->lock(target, "shop"));
}

TEST_F(JournalTest, LockIsFreeAgainAfterItsOwner)
{
    const auto journal = open();
    const Target target = somePlan("shop-1").target;
    {
        const auto lock = journal->lock(target, "shop");
        ASSERT_TRUE(lock);
        EXPECT_FALSE(open()->lock(target, "shop")) << "a second window of the same program";
    }
    EXPECT_TRUE(journal->lock(target, "shop"));
}

TEST_F(JournalTest, KilledAmidWritesItStaysReadable)
{
    for (const int after : {0, 7, 23, 51}) {
        killAmid(
            [&](int out) {
                const auto journal = open();
                for (int i = 0;; ++i) {
                    const Plan plan = somePlan("shop-" + std::to_string(after) + "-" + std::to_string(i));
                    (void)journal->started(plan);
                    (void)journal->intent(plan, {0, 0}, {}, "kubectl apply");
                    (void)!write(out, "x", 1);
                    (void)journal->outcome(plan, {0, 0}, {.action = Action::Created, .uid = core::Uid("u")});
                }
            },
            std::chrono::milliseconds(after));
        const auto journal = open();
        ASSERT_TRUE(journal);
        const auto runbooks = journal->runbooks(10'000);
        ASSERT_TRUE(runbooks);
        EXPECT_FALSE(runbooks->empty());
        for (const RunbookSummary &summary : *runbooks) {
            EXPECT_TRUE(journal->plan(summary.id));
            EXPECT_TRUE(journal->tasks(summary.id));
        }
        const auto first = journal->tasks("shop-" + std::to_string(after) + "-0");
        ASSERT_TRUE(first);
        EXPECT_EQ(first->size(), 1U) << "what was written before the kill is there";
        EXPECT_TRUE(journal->started(somePlan("after-" + std::to_string(after)))) << "and it can be written on";
    }
}
