// SPDX-License-Identifier: GPL-3.0-or-later
#include "runbook/Sqlite.h"

#include <sqlite3.h>

namespace binnacle::runbook {

SqliteStatement::SqliteStatement(sqlite3 *database, const char *sql)
    : m_code(sqlite3_prepare_v2(database, sql, -1, &m_statement, nullptr))
{
}

SqliteStatement::~SqliteStatement()
{
    sqlite3_finalize(m_statement);
}

SqliteStatement &SqliteStatement::bind(const std::string &text)
{
    if (m_code == SQLITE_OK)
        m_code = sqlite3_bind_text64(m_statement, m_next++, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

SqliteStatement &SqliteStatement::bind(std::int64_t number)
{
    if (m_code == SQLITE_OK)
        m_code = sqlite3_bind_int64(m_statement, m_next++, number);
    return *this;
}

int SqliteStatement::step()
{
    return m_code == SQLITE_OK ? sqlite3_step(m_statement) : m_code;
}

std::string SqliteStatement::text(int column) const
{
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column));
    const void *bytes = sqlite3_column_blob(m_statement, column);
    return bytes == nullptr ? std::string() : std::string(static_cast<const char *>(bytes), size);
}

std::int64_t SqliteStatement::number(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

bool SqliteStatement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

core::Result<std::unique_ptr<Sqlite>> Sqlite::open(const std::filesystem::path &path)
{
    std::unique_ptr<Sqlite> database(new Sqlite(path));
    const int code = sqlite3_open_v2(path.string().c_str(), &database->m_database,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK)
        return core::fail(database->error(code));
    // Another process writes for milliseconds only; who holds the file longer is named as the error.
    sqlite3_busy_timeout(database->m_database, 5000);
    return database;
}

Sqlite::~Sqlite()
{
    sqlite3_close_v2(m_database);
}

core::Result<void> Sqlite::run(const char *sql)
{
    const int code = sqlite3_exec(m_database, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return core::fail(error(code));
    return {};
}

core::Error Sqlite::error(int code) const
{
    std::string next = "set BINNACLE_JOURNAL to a file that can be written";
    switch (code & 0xff) {
    case SQLITE_FULL:
        next = "make room on the disk that holds the journal";
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        next = "end the program that keeps the journal locked";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        next = "move the file away to keep it for inspection; a new journal will be begun";
        break;
    default:
        break;
    }
    const char *text = m_database != nullptr ? sqlite3_errmsg(m_database) : sqlite3_errstr(code);
    return core::makeError(core::ErrorKind::Io, "the journal " + m_path.string() + " cannot be used: " + text,
                           std::move(next));
}

} // namespace binnacle::runbook
