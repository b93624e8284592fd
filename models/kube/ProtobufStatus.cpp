// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ProtobufStatus.h"

#include "kube/ProtobufFields.h"
#include "kube/ProtobufRecords.h"

#include <nlohmann/json.hpp>
#include <protozero/exception.hpp>

namespace binnacle::kube {

namespace {

using core::Json;

/// Field numbers of meta/v1 Status, StatusDetails and StatusCause: apimachinery pkg/apis/meta/v1/generated.proto.
Json causeFromProtobuf(std::string_view message)
{
    Json cause = Json::object();
    eachField(message, [&](const ProtobufField &field) {
        static constexpr const char *names[] = {nullptr, "reason", "message", "field"};
        if (field.tag > 0 && field.tag < std::size(names))
            cause[names[field.tag]] = std::string(field.bytes);
    });
    return cause;
}

Json detailsFromProtobuf(std::string_view message)
{
    Json details = Json::object();
    Json causes = Json::array();
    eachField(message, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 1:
            details["name"] = std::string(field.bytes);
            break;
        case 2:
            details["group"] = std::string(field.bytes);
            break;
        case 3:
            details["kind"] = std::string(field.bytes);
            break;
        case 4:
            causes.push_back(causeFromProtobuf(field.bytes));
            break;
        case 5:
            details["retryAfterSeconds"] = field.number;
            break;
        case 6:
            details["uid"] = std::string(field.bytes);
            break;
        }
    });
    details["causes"] = std::move(causes);
    return details;
}

} // namespace

Json statusFromMessage(std::string_view message)
{
    Json status = {{"kind", "Status"}, {"apiVersion", "v1"}};
    eachField(message, [&](const ProtobufField &field) {
        switch (field.tag) {
        case 2:
            status["status"] = std::string(field.bytes);
            break;
        case 3:
            status["message"] = std::string(field.bytes);
            break;
        case 4:
            status["reason"] = std::string(field.bytes);
            break;
        case 5:
            status["details"] = detailsFromProtobuf(field.bytes);
            break;
        case 6:
            status["code"] = field.number;
            break;
        }
    });
    return status;
}

Json statusFromProtobuf(std::string_view body)
{
    try {
        const auto envelope = unwrapProtobuf(body);
        return envelope.kind == "Status" ? statusFromMessage(envelope.raw) : Json();
    } catch (const protozero::exception &) {
        return nullptr;
    }
}

} // namespace binnacle::kube
