// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Await.h"
#include "core/Json.h"
#include "kube/Client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace binnacle::contract {

using core::ErrorKind;
using core::Json;

/// The cluster that this run of the program talks to; set by main().
[[nodiscard]] std::shared_ptr<kube::Client> &theClient();

[[nodiscard]] kube::ObjectKey keyOf(const Json &object);

/// A namespace of its own for each test, removed afterwards.
class ContractTest : public testing::Test
{
protected:
    void SetUp() override;
    void TearDown() override;

    [[nodiscard]] kube::Client &client() const { return *theClient(); }
    [[nodiscard]] core::Namespace nameSpace() const { return core::Namespace(m_nameSpace); }

    /// A config map in the test's namespace.
    [[nodiscard]] Json configMap(const std::string &name, Json data = Json::object()) const;
    [[nodiscard]] Json deployment(const std::string &name, int replicas) const;
    [[nodiscard]] kube::ObjectKey configMapKey(const std::string &name) const;
    [[nodiscard]] kube::ObjectKey deploymentKey(const std::string &name) const;

    /// The answer, or a failed test with the error's description.
    template <typename T>
    [[nodiscard]] T must(const QFuture<core::Result<T>> &future) const
    {
        auto result = ctl::await(future);
        if (!result) {
            ADD_FAILURE() << result.error().describe();
            return T{};
        }
        return std::move(*result);
    }
    /// The error, or a failed test when there is none.
    template <typename T>
    [[nodiscard]] core::Error mustFail(const QFuture<core::Result<T>> &future) const
    {
        auto result = ctl::await(future);
        if (result) {
            ADD_FAILURE() << "succeeded, but was expected to be refused";
            return {};
        }
        return result.error();
    }
    /// Asks until the answer is yes, for as long as a slow cluster may take.
    [[nodiscard]] static bool eventually(const std::function<bool()> &isTrue,
                                         std::chrono::seconds patience = std::chrono::seconds(90));

private:
    std::string m_nameSpace;
};

} // namespace binnacle::contract
