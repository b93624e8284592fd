// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/FieldManagers.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::operations {
namespace {

struct Case
{
    const char *name;
    const char *manager;
    const char *time;
    const char *field;
    bool counts;
};

TEST(LaterWriter, IsWhoWroteContentSinceBinnacleMadeTheObject)
{
    const Case cases[] = {
        {"ours, when it was made", "binnacle-edit", "2026-01-01T10:00:00Z", "f:data", false},
        {"ours, as two clock readings have it", "binnacle", "2026-01-01T10:00:01Z", "f:spec", false},
        {"ours, a day later", "binnacle-edit", "2026-01-02T10:00:00Z", "f:data", true},
        {"another's", "kubectl-patch", "2026-01-01T10:00:00Z", "f:data", true},
        {"a controller's status", "kube-controller-manager", "2026-01-03T10:00:00Z", "f:status", false},
        {"a controller's annotation", "kube-controller-manager", "2026-01-03T10:00:00Z", "f:metadata", false},
    };
    for (const Case &each : cases) {
        const core::Json object{
            {"metadata",
             {{"creationTimestamp", "2026-01-01T10:00:00Z"},
              {"managedFields", core::Json::array({{{"manager", each.manager},
                                                    {"time", each.time},
                                                    {"fieldsV1", {{each.field, core::Json::object()}}}}})}}}};
        EXPECT_EQ(laterWriter(object).value_or(""), each.counts ? each.manager : "") << each.name;
    }
    EXPECT_FALSE(laterWriter({{"metadata", core::Json::object()}})) << "a server that keeps no managers";
}

} // namespace
} // namespace binnacle::operations
