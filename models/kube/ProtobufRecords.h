// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Error.h"
#include "core/SharedString.h"
#include "kube/Records.h"

#include <memory>
#include <string_view>

namespace binnacle::kube {

class ProtobufContext;

/// What application/vnd.kubernetes.protobuf bodies begin with, before runtime.Unknown.
inline constexpr std::string_view protobufMagic{"k8s\0", 4};

/// Reads API objects of the compact kinds out of their protobuf form: only the fields that a record keeps, straight
/// from the received bytes. Field numbers are those of the published generated.proto files of k8s.io/api and
/// k8s.io/apimachinery. Throws protozero::exception on bytes that are no protobuf: the stream decoders, its only
/// callers, turn that into an Error.
class ProtobufRecords
{
public:
    ProtobufRecords(core::GroupVersionKind gvk, core::StringPool &pool);
    ~ProtobufRecords();

    [[nodiscard]] RecordPointer decode(std::string_view message);

private:
    core::GroupVersionKind m_gvk;
    std::unique_ptr<ProtobufContext> m_context;
};

/// A runtime.Unknown's content.
struct ProtobufEnvelope
{
    std::string_view apiVersion;
    std::string_view kind;
    std::string_view raw;
};

/// Of a whole body that begins with the magic; empty when it does not.
[[nodiscard]] ProtobufEnvelope unwrapProtobuf(std::string_view body);

/// resourceVersion of any object, and whether it carries the annotation that ends a watch-list (KEP-3157).
struct ProtobufBookmark
{
    std::string_view resourceVersion;
    bool initialEventsEnd = false;
};
[[nodiscard]] ProtobufBookmark bookmarkFromProtobuf(std::string_view object);

} // namespace binnacle::kube
