// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/Journal.h"

#include "runbook/JournalText.h"
#include "runbook/Sqlite.h"

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <QCryptographicHash>
#include <QLockFile>
#include <QStandardPaths>

#include <system_error>

namespace binnacle::runbook {

namespace {

constexpr int schemaVersion = 1;

/// Append-only by trigger, so that no code of ours can rewrite what happened.
constexpr const char *schema = R"sql(
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS runbook(
    id TEXT PRIMARY KEY, started INTEGER NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, context TEXT NOT NULL,
    server TEXT NOT NULL, stack TEXT NOT NULL, overlay TEXT NOT NULL, who TEXT NOT NULL, plan TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, runbook TEXT NOT NULL REFERENCES runbook(id),
    type TEXT NOT NULL, step INTEGER NOT NULL, task INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entry_by_runbook ON entry(runbook, sequence);
CREATE TRIGGER IF NOT EXISTS entry_keeps BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS runbook_keeps BEFORE UPDATE ON runbook BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS runbook_stays BEFORE DELETE ON runbook BEGIN SELECT RAISE(ABORT, 'append-only'); END;
PRAGMA user_version = 1;
COMMIT;
)sql";

core::Result<void> setUp(Sqlite &database)
{
    {
        SqliteStatement version(database.handle(), "PRAGMA user_version");
        const int code = version.step();
        if (code != SQLITE_ROW)
            return core::fail(database.error(code));
        if (version.number(0) > schemaVersion)
            return core::fail(core::ErrorKind::Io, "the journal was written by a later version of Binnacle",
                              "use that version, or set BINNACLE_JOURNAL to another file");
    }
    // FULL: an intent is on the disk before its effect begins, whatever happens to the machine.
    for (const char *sql :
         {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", schema}) {
        if (auto done = database.run(sql); !done)
            return done;
    }
    SqliteStatement check(database.handle(), "PRAGMA quick_check(1)");
    const int code = check.step();
    if (code != SQLITE_ROW)
        return core::fail(database.error(code));
    if (check.text(0) != "ok")
        return core::fail(database.error(SQLITE_CORRUPT));
    return {};
}

core::Error directoryError(const std::filesystem::path &path, const std::error_code &code)
{
    return core::makeError(core::ErrorKind::Io,
                           "the journal's folder " + path.parent_path().string() + " cannot be made: " + code.message(),
                           "set BINNACLE_JOURNAL to a file that can be written");
}

} // namespace

struct Journal::Private
{
    std::unique_ptr<Sqlite> database;

    [[nodiscard]] core::Result<void> finishWrite(SqliteStatement &statement) const
    {
        const int code = statement.step();
        if (code != SQLITE_DONE)
            return core::fail(database->error(code));
        return {};
    }
    [[nodiscard]] core::Result<void> append(std::int64_t at, const std::string &runbook, const char *type,
                                            TaskIndex index, const core::Json &body) const
    {
        SqliteStatement insert(database->handle(),
                               "INSERT INTO entry(at, runbook, type, step, task, body) VALUES(?, ?, ?, ?, ?, ?)");
        insert.bind(at).bind(runbook).bind(std::string(type));
        insert.bind(static_cast<std::int64_t>(index.step)).bind(static_cast<std::int64_t>(index.task));
        insert.bind(dump(body));
        return finishWrite(insert);
    }
};

StackLock::StackLock(std::unique_ptr<QLockFile> file) : m_file(std::move(file)) {}
StackLock::StackLock(StackLock &&) noexcept = default;
StackLock::~StackLock() = default;

Journal::Journal(std::filesystem::path path, const core::Clock &clock)
    : m_path(std::move(path)), m_clock(clock), d(std::make_unique<Private>())
{
}

Journal::~Journal() = default;

std::filesystem::path Journal::defaultPath()
{
    if (const QString path = qEnvironmentVariable("BINNACLE_JOURNAL"); !path.isEmpty())
        return path.toStdString();
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    return std::filesystem::path(folder.toStdString()) / "binnacle" / "journal.sqlite";
}

core::Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path &path, const core::Clock &clock)
{
    std::error_code code;
    if (path.has_parent_path())
        std::filesystem::create_directories(path.parent_path(), code);
    if (code)
        return core::fail(directoryError(path, code));
    auto database = Sqlite::open(path);
    if (!database)
        return core::fail(database.error());
    if (const auto ready = setUp(**database); !ready)
        return core::fail(ready.error());
    // What was changed where is nobody else's business, even though no secret is in it.
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, code);
    std::unique_ptr<Journal> journal(new Journal(path, clock));
    journal->d->database = std::move(*database);
    return journal;
}

core::Result<StackLock> Journal::lock(const Target &target, const std::string &stack) const
{
    const std::string &cluster = target.server.empty() ? target.context.value() : target.server;
    const QByteArray name =
        QCryptographicHash::hash(QByteArray::fromStdString(cluster + '\n' + stack), QCryptographicHash::Sha256).toHex();
    const std::filesystem::path path = m_path.string() + "." + name.left(16).toStdString() + ".lock";
    auto file = std::make_unique<QLockFile>(QString::fromStdString(path.string()));
    file->setStaleLockTime(0); // only a dead owner makes a lock stale, however long a deploy takes
    if (file->tryLock(0))
        return StackLock(std::move(file));
    if (file->error() != QLockFile::LockFailedError)
        return core::fail(core::ErrorKind::Io, "the lock file " + path.string() + " cannot be written",
                          "set BINNACLE_JOURNAL to a file in a folder that can be written");
    qint64 process = 0;
    QString host, program;
    const std::string owner = file->getLockInfo(&process, &host, &program)
                                  ? "process " + std::to_string(process) + " (" + program.toStdString() + ")"
                                  : std::string("another process");
    return core::fail(core::ErrorKind::Conflict, owner + " is changing stack \"" + stack + "\" of this cluster",
                      "wait until it has finished, or end it");
}

core::Result<void> Journal::started(const Plan &plan)
{
    if (auto begun = d->database->run("BEGIN IMMEDIATE"); !begun)
        return begun;
    const auto write = [&]() -> core::Result<void> {
        SqliteStatement insert(d->database->handle(),
                               "INSERT INTO runbook(id, started, title, kind, context, server, "
                               "stack, overlay, who, plan) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insert.bind(plan.id)
            .bind(toMilliseconds(m_clock.now()))
            .bind(plan.title)
            .bind(std::string(toString(plan.kind)));
        insert.bind(plan.target.context.value()).bind(plan.target.server).bind(plan.stack).bind(plan.overlay);
        insert.bind(operatorName()).bind(dump(planToRecord(plan)));
        if (auto written = d->finishWrite(insert); !written)
            return written;
        return d->append(toMilliseconds(m_clock.now()), plan.id, "started", {}, whoRecord());
    };
    if (auto written = write(); !written) {
        (void)d->database->run("ROLLBACK");
        return written;
    }
    return d->database->run("COMMIT");
}

core::Result<void> Journal::resumed(const Plan &plan)
{
    return d->append(toMilliseconds(m_clock.now()), plan.id, "resumed", {}, whoRecord());
}

core::Result<void> Journal::intent(const Plan &plan, TaskIndex at, const Previous &previous, const std::string &kubectl)
{
    return d->append(toMilliseconds(m_clock.now()), plan.id, "intent", at, intentRecord(plan, at, previous, kubectl));
}

core::Result<void> Journal::outcome(const Plan &plan, TaskIndex at, const Applied &applied)
{
    return d->append(toMilliseconds(m_clock.now()), plan.id, "outcome", at, outcomeRecord(plan, at, applied));
}

core::Result<void> Journal::failure(const Plan &plan, TaskIndex at, const core::Error &error)
{
    return d->append(toMilliseconds(m_clock.now()), plan.id, "failure", at, failureRecord(plan, at, error));
}

core::Result<void> Journal::finished(const Plan &plan, Outcome outcome, const std::string &error)
{
    core::Json body = whoRecord();
    body["outcome"] = toString(outcome);
    body["error"] = error;
    return d->append(toMilliseconds(m_clock.now()), plan.id, "finished", {}, body);
}

namespace {

/// A runbook with its last "finished" entry, if that is its last entry of all: a resumed one is unfinished again.
constexpr const char *summaries = R"sql(
SELECT r.id, r.title, r.kind, r.context, r.server, r.stack, r.overlay, r.who, r.started, e.type, e.at, e.body
FROM runbook r JOIN entry e ON e.sequence = (SELECT max(sequence) FROM entry WHERE runbook = r.id)
)sql";

RunbookSummary summaryFrom(const SqliteStatement &row)
{
    RunbookSummary summary{.id = row.text(0),
                           .title = row.text(1),
                           .kind = planKindOf(row.text(2)),
                           .target = {core::ContextName(row.text(3)), row.text(4), {}},
                           .stack = row.text(5),
                           .overlay = row.text(6),
                           .who = row.text(7),
                           .started = fromMilliseconds(row.number(8)),
                           .finished = {},
                           .error = {}};
    if (row.text(9) == "finished") {
        summary.finished = fromMilliseconds(row.number(10));
        const core::Json body = parse(row.text(11));
        summary.outcome = outcomeOf(body.value("outcome", ""));
        summary.error = body.value("error", "");
    }
    return summary;
}

template <typename Row>
core::Result<std::vector<std::decay_t<std::invoke_result_t<Row, const SqliteStatement &>>>>
readAll(const Sqlite &database, SqliteStatement &query, Row row)
{
    std::vector<std::decay_t<std::invoke_result_t<Row, const SqliteStatement &>>> rows;
    int code = query.step();
    try {
        for (; code == SQLITE_ROW; code = query.step())
            rows.push_back(row(query));
    } catch (const std::exception &) {
        return core::fail(database.error(SQLITE_CORRUPT));
    }
    if (code != SQLITE_DONE)
        return core::fail(database.error(code));
    return rows;
}

core::Error unknownRunbook(const std::string &id)
{
    return core::makeError(core::ErrorKind::NotFound, "the journal has no runbook \"" + id + "\"",
                           "list the runbooks with: binnaclectl journal");
}

} // namespace

core::Result<std::vector<RunbookSummary>> Journal::runbooks(std::size_t limit) const
{
    const std::string sql = std::string(summaries) + " ORDER BY r.started DESC, r.rowid DESC LIMIT ?";
    SqliteStatement query(d->database->handle(), sql.c_str());
    query.bind(static_cast<std::int64_t>(limit));
    return readAll(*d->database, query, summaryFrom);
}

core::Result<RunbookSummary> Journal::runbook(const std::string &id) const
{
    const std::string sql = std::string(summaries) + " WHERE r.id = ?";
    SqliteStatement query(d->database->handle(), sql.c_str());
    query.bind(id);
    const auto rows = readAll(*d->database, query, summaryFrom);
    if (!rows)
        return core::fail(rows.error());
    if (rows->empty())
        return core::fail(unknownRunbook(id));
    return rows->front();
}

core::Result<std::vector<RunbookSummary>> Journal::runbooksOf(const Target &target, const std::string &stack) const
{
    // The server tells clusters apart; a context is only a name that somebody gave it.
    const std::string sql = std::string(summaries) + " WHERE r.stack = ?1 AND ((?2 <> '' AND r.server = ?2) OR "
                                                     "((?2 = '' OR r.server = '') AND r.context = ?3)) "
                                                     "ORDER BY r.started DESC, r.rowid DESC";
    SqliteStatement query(d->database->handle(), sql.c_str());
    query.bind(stack).bind(target.server).bind(target.context.value());
    return readAll(*d->database, query, summaryFrom);
}

core::Result<Plan> Journal::plan(const std::string &runbook) const
{
    SqliteStatement query(d->database->handle(), "SELECT plan FROM runbook WHERE id = ?");
    query.bind(runbook);
    const auto rows = readAll(*d->database, query, [](const SqliteStatement &row) { return parse(row.text(0)); });
    if (!rows)
        return core::fail(rows.error());
    if (rows->empty())
        return core::fail(unknownRunbook(runbook));
    return planFromRecord(rows->front());
}

core::Result<std::vector<TaskRecord>> Journal::tasks(const std::string &runbook) const
{
    SqliteStatement query(d->database->handle(),
                          "SELECT type, step, task, body FROM entry WHERE runbook = ? AND type IN "
                          "('intent', 'outcome') ORDER BY sequence");
    query.bind(runbook);
    std::map<TaskIndex, TaskRecord> records;
    const auto read = readAll(*d->database, query, [&](const SqliteStatement &row) {
        const TaskIndex at{static_cast<std::size_t>(row.number(1)), static_cast<std::size_t>(row.number(2))};
        const core::Json body = parse(row.text(3));
        if (row.text(0) == "intent")
            records.try_emplace(at, TaskRecord{at, previousFrom(body), {}}); // the first tells what was there before us
        else if (const auto record = records.find(at); record != records.end())
            record->second.applied = mergeOutcome(record->second.applied, appliedFrom(body));
        return true;
    });
    if (!read)
        return core::fail(read.error());
    std::vector<TaskRecord> result;
    for (auto &[at, record] : records)
        result.push_back(std::move(record));
    return result;
}

core::Result<std::vector<AuditEntry>> Journal::audit(const std::string &runbook, std::size_t limit) const
{
    SqliteStatement query(
        d->database->handle(),
        "SELECT * FROM (SELECT e.sequence, e.at, e.runbook, r.who, r.context, e.type, e.body FROM entry e "
        "JOIN runbook r ON r.id = e.runbook WHERE ?1 = '' OR e.runbook = ?1 "
        "ORDER BY e.sequence DESC LIMIT ?2) ORDER BY sequence");
    query.bind(runbook).bind(static_cast<std::int64_t>(limit));
    return readAll(*d->database, query, [](const SqliteStatement &row) {
        AuditEntry entry = auditFrom(parse(row.text(6)), row.text(3));
        entry.sequence = row.number(0);
        entry.at = fromMilliseconds(row.number(1));
        entry.runbook = row.text(2);
        entry.context = row.text(4);
        entry.type = row.text(5);
        return entry;
    });
}

} // namespace binnacle::runbook
