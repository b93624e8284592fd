// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Random.h"
#include "simulator/ResourceTable.h"
#include "simulator/Schema.h"
#include "simulator/Storage.h"
#include "simulator/pods/Containers.h"

#include <functional>
#include <memory>
#include <string>

namespace binnacle::simulator {

/// Time that follows a base clock and can be pushed ahead of it.
class ShiftedClock final : public core::Clock
{
public:
    explicit ShiftedClock(std::shared_ptr<const core::Clock> base) : m_base(std::move(base)) {}
    [[nodiscard]] std::chrono::system_clock::time_point now() const override { return m_base->now() + m_ahead; }
    [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override
    {
        return m_base->monotonic() + m_ahead;
    }
    void push(std::chrono::milliseconds by) { m_ahead += by; }

private:
    std::shared_ptr<const core::Clock> m_base;
    std::chrono::milliseconds m_ahead{0};
};

/// What every part of the demo cluster works on. One thread at a time.
struct ClusterState
{
    ClusterState(std::shared_ptr<const core::Clock> base, std::uint64_t seed);

    Schema schema;
    ResourceTable resources;
    Storage storage;
    Containers containers{storage};
    ShiftedClock clock;
    core::SeededRandom random;

    [[nodiscard]] std::string timeText() const { return core::formatTime(clock.now()); }
    [[nodiscard]] std::string microTimeText() const;
    [[nodiscard]] std::string newUid();
    /// The suffix of generated names: five characters that spell no words (apimachinery's util/rand).
    [[nodiscard]] std::string newSuffix(std::size_t length = 5);

    /// Rewrites an object in place, past admission and field ownership: how controllers write status.
    /// False when it is not there. Unchanged objects are not stored again.
    bool update(std::string_view collection, const ObjectName &name, const std::function<void(core::Json &)> &change);

    /// Writes an Event about an object; repeated ones are counted up instead, as client-go's recorder does.
    void recordEvent(const core::Json &object, const std::string &type, const std::string &reason,
                     const std::string &message, const std::string &component, const std::string &host = {});
};

/// Sets or replaces the condition of one type; lastTransitionTime moves only when its status does.
void setCondition(core::Json &object, const std::string &type, const std::string &status, const std::string &reason,
                  const std::string &message, const std::string &time);
[[nodiscard]] const core::Json &condition(const core::Json &object, std::string_view type);
[[nodiscard]] bool conditionIsTrue(const core::Json &object, std::string_view type);

/// The owner reference that controllers put on what they make.
[[nodiscard]] core::Json controllerReference(const core::Json &owner);
/// The reference with controller: true, or null.
[[nodiscard]] const core::Json &controllerOf(const core::Json &object);
[[nodiscard]] bool isBeingDeleted(const core::Json &object);

} // namespace binnacle::simulator
