// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace binnacle::runbook {

/// One prepared statement: bind in order, then step.
class SqliteStatement
{
public:
    SqliteStatement(sqlite3 *database, const char *sql);
    ~SqliteStatement();
    SqliteStatement(const SqliteStatement &) = delete;
    SqliteStatement &operator=(const SqliteStatement &) = delete;

    SqliteStatement &bind(const std::string &text);
    SqliteStatement &bind(std::int64_t number);
    /// SQLITE_ROW, SQLITE_DONE or an error code.
    [[nodiscard]] int step();
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] bool isNull(int column) const;

private:
    sqlite3_stmt *m_statement = nullptr;
    int m_code = 0;
    int m_next = 1;
};

/// One connection to one database file.
class Sqlite
{
public:
    [[nodiscard]] static core::Result<std::unique_ptr<Sqlite>> open(const std::filesystem::path &path);
    ~Sqlite();
    Sqlite(const Sqlite &) = delete;
    Sqlite &operator=(const Sqlite &) = delete;

    [[nodiscard]] core::Result<void> run(const char *sql);
    [[nodiscard]] sqlite3 *handle() const { return m_database; }
    /// What went wrong last, and what to do about it.
    [[nodiscard]] core::Error error(int code) const;

private:
    explicit Sqlite(std::filesystem::path path) : m_path(std::move(path)) {}

    std::filesystem::path m_path;
    sqlite3 *m_database = nullptr;
};

} // namespace binnacle::runbook
