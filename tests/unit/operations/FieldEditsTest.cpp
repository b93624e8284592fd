// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/EditSession.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::operations {
namespace {

using core::ErrorKind;
using core::Json;
using State = EditCheck::State;

const Json quota = {{"spec", {{"hard", {{"requests.cpu", "20"}, {"pods", "50"}}}}}};

runbook::EditTask cpuTo(const char *value)
{
    Json changed = quota;
    changed["spec"]["hard"]["requests.cpu"] = value;
    return *editsBetween(quota, changed, {"/spec/hard/requests.cpu", "/spec/hard/pods"});
}

TEST(FieldEdits, HoldOnlyWhatDiffers)
{
    const auto edit = cpuTo("30");
    ASSERT_EQ(edit.fields.size(), 1U);
    EXPECT_EQ(edit.fields[0].path, "/spec/hard/requests.cpu");
    EXPECT_EQ(*edit.fields[0].before, "20");
    EXPECT_EQ(*edit.fields[0].after, "30");
    EXPECT_TRUE(cpuTo("20").fields.empty());
}

TEST(FieldEdits, TakenBackRestoreExactlyTheirFields)
{
    Json live = *withEdits(quota, cpuTo("30"));
    live["spec"]["hard"]["pods"] = "60"; // somebody else, since
    const auto back = reversed(cpuTo("30"));
    EXPECT_TRUE(conflictsOf(back, live).empty());
    const Json restored = *withEdits(live, back);
    EXPECT_EQ(restored["spec"]["hard"], Json({{"requests.cpu", "20"}, {"pods", "60"}}));
}

TEST(FieldEdits, ConflictOnlyWhereTheFieldIsNeitherSeenNorWanted)
{
    for (const auto &[live, conflicts] : {std::pair{"20", 0U}, std::pair{"30", 0U}, std::pair{"25", 1U}}) {
        Json object = quota;
        object["spec"]["hard"]["requests.cpu"] = live;
        EXPECT_EQ(conflictsOf(cpuTo("30"), object).size(), conflicts) << live;
    }
}

TEST(FieldEdits, WhatTheServerRoundedIsNobodyElsesChange)
{
    struct Case
    {
        const char *asked;
        const char *live;
        std::size_t conflicts;
    };
    for (const Case &row : {Case{"100u", "1m", 0}, Case{"0.0015", "2m", 0}, Case{"100u", "2m", 1}, Case{"30", "30", 0},
                            Case{"30", "30000m", 1}, Case{"30", "nothing", 1}}) {
        Json object = quota;
        object["spec"]["hard"]["requests.cpu"] = row.live;
        EXPECT_EQ(conflictsOf(reversed(cpuTo(row.asked)), object).size(), row.conflicts)
            << row.asked << ' ' << row.live;
    }
}

struct CheckCase
{
    const char *what;
    core::Error error;
    State state;
    const char *path; ///< of the first problem
};

TEST(EditCheck, SaysWhereAFormIsWrong)
{
    const auto error = [](ErrorKind kind, const char *message, std::vector<core::ErrorCause> causes = {}) {
        auto made = core::makeError(kind, message);
        made.causes = std::move(causes);
        return made;
    };
    const CheckCase cases[] = {
        {"the very field", error(ErrorKind::Invalid, "bad", {{"", "must be positive", "spec.hard[requests.cpu]"}}),
         State::Refused, "/spec/hard/requests.cpu"},
        {"a key of a map without a dot", error(ErrorKind::Invalid, "bad", {{"", "no", "spec.hard[pods]"}}),
         State::Refused, "/spec/hard/pods"},
        {"something around it", error(ErrorKind::Invalid, "bad", {{"", "too much", "spec.hard"}}), State::Refused,
         "/spec/hard/pods"},
        {"a name that is taken", error(ErrorKind::AlreadyExists, "exists"), State::Refused, ""},
        {"another field", error(ErrorKind::Invalid, "bad", {{"", "no", "spec.scopes"}}), State::Refused,
         "/spec/scopes"},
        {"a place in a list", error(ErrorKind::Invalid, "bad", {{"", "no", "spec.scopes[0]"}}), State::Refused, ""},
        {"no field named", error(ErrorKind::Invalid, "quantities must match"), State::Refused, ""},
        {"an exceeded quota",
         error(ErrorKind::Forbidden, "pods \"a\" is forbidden: exceeded quota: q, requested: pods=1"), State::Refused,
         ""},
        {"no right", error(ErrorKind::Forbidden, "User \"eve\" cannot patch resource \"resourcequotas\""),
         State::Forbidden, nullptr},
        {"no connection", error(ErrorKind::Unreachable, "refused"), State::Unreachable, nullptr},
        {"a deadline", error(ErrorKind::Timeout, "no answer"), State::Unreachable, nullptr},
        {"deleted", error(ErrorKind::NotFound, "not found"), State::Gone, nullptr},
        {"another writer", error(ErrorKind::Conflict, "changed"), State::Conflicting, nullptr},
    };
    for (const auto &row : cases) {
        const auto check = checkOfError(row.error, {"/spec/hard/pods", "/spec/hard/requests.cpu"}, quota);
        EXPECT_EQ(static_cast<int>(check.state), static_cast<int>(row.state)) << row.what;
        ASSERT_EQ(check.problems.empty(), row.path == nullptr) << row.what;
        if (row.path != nullptr) {
            EXPECT_EQ(check.problems.front().path, row.path) << row.what;
        }
    }
}

TEST(EditCheck, LeavesOutHowTheServerHoldsAValue)
{
    auto error = core::makeError(ErrorKind::Invalid, "bad");
    error.causes = {{"FieldValueInvalid",
                     "Invalid value: resource.Quantity{i:resource.int64Amount{value:15, scale:-1}, "
                     "d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\"\", Format:\"DecimalSI\"}: must be an integer",
                     "spec.hard[pods]"}};
    EXPECT_EQ(checkOfError(error, {"/spec/hard/pods"}, quota).problems.front().text, "must be an integer");
}

TEST(FieldEdits, LeaveOutWhatIsWithinAnotherField)
{
    Json changed = quota;
    changed["spec"]["hard"] = {{"pods", "5"}};
    const auto edit = editsBetween(quota, changed, {"/spec/hard", "/spec/hard/pods", "/spec/hard/requests.cpu"});
    ASSERT_TRUE(edit);
    ASSERT_EQ(edit->fields.size(), 1U);
    EXPECT_EQ(edit->fields[0].path, "/spec/hard");
}

TEST(FieldEdits, OfAnObjectToBeMadeAreTheWhole)
{
    const auto edit = creationOf(quota);
    EXPECT_TRUE(isCreation(edit));
    EXPECT_FALSE(isCreation(cpuTo("30")));
    EXPECT_EQ(*withEdits(nullptr, edit), quota);
    EXPECT_EQ(conflictsOf(edit, cpuTo("30").fields.front().path).size(), 1U);
}

} // namespace
} // namespace binnacle::operations
