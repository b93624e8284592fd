// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/SharedString.h"
#include "kube/Records.h"

#include <string_view>

namespace binnacle::kube {

/// Which of ObjectRecord's bodies a kind gets.
enum class RecordBody { Json, Pod, Node, Event, ReplicaSet, EndpointSlice, Job };

/// The kinds that come in numbers are kept as compact records, all others as whole JSON.
[[nodiscard]] RecordBody recordBodyOf(const core::GroupKind &kind);

/// One API object as a record. `fallback` is used where the object does not say what it is (items of a built-in list
/// carry neither kind nor apiVersion) or says only PartialObjectMetadata. managedFields is dropped, and the values of a
/// Secret too: the store is no place for them. Fields of a wrong type count as absent; never throws.
[[nodiscard]] RecordPointer recordFromJson(core::Json object, core::StringPool &pool,
                                           const core::GroupVersionKind &fallback = {});

/// Seconds of an RFC 3339 text; 0 when it is none.
[[nodiscard]] Timestamp timestampFromText(std::string_view text);

/// A quantity's milli units (CPU) or units (memory, counts), rounded up as the API server does; 0 when it is none.
[[nodiscard]] std::int64_t milliFromQuantity(std::string_view text);
[[nodiscard]] std::int64_t unitsFromQuantity(std::string_view text);

/// Events come in two generations: one with counts and timestamps, one with eventTime and a series. Both end as count,
/// first and last; an event is at least as old as its object.
void completeEvent(EventRecord &event, Timestamp eventTime, std::int32_t seriesCount, Timestamp seriesLast,
                   Timestamp created);

[[nodiscard]] PodPhase podPhaseFromText(std::string_view text);
[[nodiscard]] ConditionStatus conditionStatusFromText(std::string_view text);

} // namespace binnacle::kube
