// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/Cluster.h"
#include "simulator/Text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace binnacle::simulator {

/// An empty demo cluster on a clock that stands still.
class ClusterFixture : public testing::Test
{
protected:
    ClusterFixture() : cluster(std::make_shared<core::ManualClock>(*core::parseTime("2026-01-31T12:00:00Z")))
    {
        EXPECT_TRUE(cluster.load("empty", 0, {}));
    }

    HttpResponse send(const std::string &method, const std::string &target, const std::string &body = {},
                      const std::string &type = "application/json")
    {
        HttpRequest request;
        request.method = method;
        parseTarget(target, request);
        request.body = body;
        request.contentType = type;
        request.userAgent = "unit-test/1.0";
        return cluster.handle(request);
    }

    HttpResponse apply(const std::string &target, const std::string &yaml, const std::string &manager,
                       const std::string &more = {})
    {
        return send("PATCH", target + "?fieldManager=" + manager + more, yaml, "application/apply-patch+yaml");
    }

    core::Json get(const std::string &target) { return core::Json::parse(send("GET", target).body, nullptr, false); }

    static std::string messageOf(const HttpResponse &response)
    {
        return textAt(core::Json::parse(response.body, nullptr, false), {"message"});
    }

    Cluster cluster;
};

} // namespace binnacle::simulator
