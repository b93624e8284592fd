// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "simulator/FieldSet.h"
#include "simulator/Schema.h"

namespace binnacle::simulator {

/// Which fields differ between two objects.
struct FieldDifference
{
    FieldSet added;
    FieldSet modified;
    FieldSet removed;
};

/// The fields that an applied configuration sets: its leaves, and the items of its list maps and sets.
[[nodiscard]] FieldSet fieldsOf(const SchemaType &type, const core::Json &object);

/// `live` overlaid with `applied`, list maps by their keys, sets by value, all other lists as a whole.
[[nodiscard]] core::Json mergeStructured(const SchemaType &type, const core::Json &live, const core::Json &applied);

[[nodiscard]] FieldDifference compareFields(const SchemaType &type, const core::Json &before, const core::Json &after);

/// Takes the given fields out of `object`; maps and lists that become empty by it go as well.
void removeFields(const SchemaType &type, core::Json &object, const FieldSet &fields);

/// The path element of a list map's item: k:{"name":"web"}; a port without protocol is TCP (KEP-2551).
[[nodiscard]] std::string listKeyElement(const SchemaType &type, const core::Json &item);

/// The type of a member, or the free-form type where the schema does not know it.
[[nodiscard]] const SchemaType &memberType(const SchemaType &type, const std::string &name);

} // namespace binnacle::simulator
