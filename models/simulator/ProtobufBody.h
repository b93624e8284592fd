// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulator/ApiError.h"
#include "simulator/ResourceTable.h"
#include "simulator/Schema.h"

#include <map>
#include <string>
#include <string_view>

namespace binnacle::simulator {

/// Reads request bodies of application/vnd.kubernetes.protobuf, in which kubectl sends everything that it makes itself
/// (`kubectl create deployment`): the envelope, and in it one object of the types in the schema.
class ProtobufBody
{
public:
    /// Parses the notation that protobuf.txt explains in its first lines.
    explicit ProtobufBody(std::string_view table);

    [[nodiscard]] ApiResult<core::Json> decode(std::string_view body, const Schema &schema,
                                               const ResourceTable &resources) const;

private:
    struct Field
    {
        std::string name;           ///< empty: an inlined struct, whose fields are in `inlined`
        bool zeroIsNothing = false; ///< Go encodes it even when nobody set it
        std::map<unsigned, Field> inlined;
    };
    using Fields = std::map<unsigned, Field>;

    /// Adds the fields of one encoded struct to `object`.
    void readStruct(std::string_view bytes, const Fields &numbers, const SchemaStruct &type, core::Json &object) const;
    [[nodiscard]] core::Json readMessage(std::string_view bytes, const SchemaType &type) const;
    void readEntry(std::string_view bytes, const SchemaType &itemType, core::Json &map) const;

    std::map<std::string, Fields, std::less<>> m_types;
};

} // namespace binnacle::simulator
