// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/RecordListDecoder.h"
#include "kube/Transport.h"
#include "kube/WatchDecoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace binnacle::kube {
namespace {

/// Just enough of a protobuf writer to build messages readably: field(2, "bytes").
std::string varint(std::uint64_t value)
{
    std::string bytes;
    for (; value >= 0x80U; value >>= 7U)
        bytes.push_back(static_cast<char>(value | 0x80U));
    bytes.push_back(static_cast<char>(value));
    return bytes;
}
std::string field(unsigned number, const std::string &content)
{
    return varint(number << 3U | 2U) + varint(content.size()) + content;
}
std::string field(unsigned number, std::uint64_t value)
{
    return varint(number << 3U) + varint(value);
}
std::string envelope(const std::string &kind, const std::string &raw)
{
    return std::string("k8s\0", 4) + field(1, field(1, "v1") + field(2, kind)) + field(2, raw) + field(3, "") +
           field(4, "");
}
std::string pod(const std::string &name, const std::string &version)
{
    return field(1,
                 field(1, name) + field(3, "shop") + field(6, version) + field(11, field(1, "app") + field(2, "web"))) +
           field(2, field(2, field(1, "c") + field(2, "image:1")) + field(10, "node-1")) +
           field(3, field(1, "Running") + field(8, field(1, "c") + field(4, 1U) + field(5, 3U)));
}
std::string frame(const std::string &type, const std::string &kind, const std::string &object)
{
    const std::string event = field(1, type) + field(2, field(1, envelope(kind, object)));
    std::string bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        bytes.push_back(static_cast<char>(event.size() >> shift));
    return bytes + event;
}

const core::GroupVersionKind podGvk{"", "v1", "Pod"};

std::string jsonPod(const std::string &name, const std::string &version)
{
    return R"({"metadata":{"name":")" + name + R"(","namespace":"shop","resourceVersion":")" + version +
           R"(","labels":{"app":"web"},"annotations":{"note":"quote \" brace } bracket ] items"}},"spec":{"nodeName":"node-1","containers":[{"name":"c","image":"image:1"}]},)"
           R"("status":{"phase":"Running","containerStatuses":[{"name":"c","ready":true,"restartCount":3}]}})";
}

struct Body
{
    const char *what;
    BodyFormat format;
    std::string bytes;
};

std::vector<Body> lists()
{
    return {
        {"protobuf", BodyFormat::Protobuf,
         envelope("PodList",
                  field(1, field(2, "77") + field(3, "next")) + field(2, pod("a", "1")) + field(2, pod("b", "2")))},
        {"JSON, metadata first", BodyFormat::Json,
         R"({"kind":"PodList","metadata":{"resourceVersion":"77","continue":"next"},"items":[)" + jsonPod("a", "1") +
             "," + jsonPod("b", "2") + "]}\n"},
        {"JSON, items first and indented", BodyFormat::Json,
         "{\n \"apiVersion\": \"v1\",\n \"items\": [\n  " + jsonPod("a", "1") + ",\n  " + jsonPod("b", "2") +
             "\n ],\n \"metadata\": {\"continue\": \"next\", \"resourceVersion\": \"77\"}\n}"},
    };
}

std::vector<Body> watches()
{
    const std::string bookmark =
        field(1, field(6, "9") + field(12, field(1, "k8s.io/initial-events-end") + field(2, "true")));
    return {
        {"protobuf", BodyFormat::Protobuf,
         frame("ADDED", "Pod", pod("a", "1")) + frame("MODIFIED", "Pod", pod("a", "2")) +
             frame("DELETED", "Pod", pod("a", "3")) + frame("BOOKMARK", "Pod", bookmark) +
             frame("ERROR", "Status",
                   field(3, "too old") + field(4, "Expired") + field(5, field(4, field(1, "why")) + field(5, 7U)) +
                       field(6, 410U))},
        {"JSON", BodyFormat::Json,
         R"({"type":"ADDED","object":)" + jsonPod("a", "1") + "}\n" + R"({"type":"MODIFIED","object":)" +
             jsonPod("a", "2") + "}\n" + R"({"type":"DELETED","object":)" + jsonPod("a", "3") + "}\n" +
             R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9","annotations":{"k8s.io/initial-events-end":"true"}}}})"
             "\n"
             R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old","details":{"retryAfterSeconds":7,"causes":[{"reason":"why"}]}}})"
             "\n"},
    };
}

TEST(ListDecoder, GivesTheSameRecordsHoweverTheBodyIsSplit)
{
    for (const auto &body : lists()) {
        for (const std::size_t piece :
             {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{64}, body.bytes.size()}) {
            SCOPED_TRACE(std::string(body.what) + " in pieces of " + std::to_string(piece));
            core::StringPool pool;
            const auto decoder = makeListDecoder(body.format, podGvk, pool);
            std::vector<RecordPointer> records;
            for (std::size_t at = 0; at < body.bytes.size(); at += piece)
                ASSERT_TRUE(decoder->feed(std::string_view(body.bytes).substr(at, piece), records));
            const auto info = decoder->finish();
            ASSERT_TRUE(info);
            EXPECT_EQ(info->resourceVersion, "77");
            EXPECT_EQ(info->continueToken, "next");
            ASSERT_EQ(records.size(), 2U);
            EXPECT_EQ(records[0]->meta.name, "a");
            EXPECT_EQ(records[1]->meta.resourceVersion, "2");
            EXPECT_EQ(records[1]->meta.label("app"), "web");
            const auto &pod = std::get<PodRecord>(records[1]->body);
            EXPECT_EQ(pod.phase, PodPhase::Running);
            EXPECT_EQ(pod.node, "node-1");
            ASSERT_EQ(pod.containers.size(), 1U);
            EXPECT_EQ(pod.containers[0].image, "image:1");
            EXPECT_TRUE(pod.containers[0].ready);
            EXPECT_EQ(pod.containers[0].restarts, 3);
        }
    }
}

TEST(ListDecoder, BodyThatEndsInTheMiddleIsAnError)
{
    for (const auto &body : lists()) {
        for (std::size_t length = 0; length + 6 < body.bytes.size(); length += 11) {
            core::StringPool pool;
            const auto decoder = makeListDecoder(body.format, podGvk, pool);
            std::vector<RecordPointer> records;
            ASSERT_TRUE(decoder->feed(std::string_view(body.bytes).substr(0, length), records));
            const auto info = decoder->finish();
            ASSERT_FALSE(info) << body.what << " cut at " << length;
            EXPECT_EQ(info.error().kind, core::ErrorKind::Protocol);
        }
    }
}

TEST(ListDecoder, EmptyListsAreLists)
{
    for (const auto &[format, bytes] : std::vector<std::pair<BodyFormat, std::string>>{
             {BodyFormat::Protobuf, envelope("PodList", field(1, field(2, "5")))},
             {BodyFormat::Json, R"({"items":[],"metadata":{"resourceVersion":"5"}})"},
             {BodyFormat::Json, R"({"items":null,"metadata":{"resourceVersion":"5"}})"}}) {
        core::StringPool pool;
        const auto decoder = makeListDecoder(format, podGvk, pool);
        std::vector<RecordPointer> records;
        ASSERT_TRUE(decoder->feed(bytes, records));
        const auto info = decoder->finish();
        ASSERT_TRUE(info) << bytes;
        EXPECT_EQ(info->resourceVersion, "5");
        EXPECT_TRUE(records.empty());
    }
}

TEST(ListDecoder, GarbageIsAnErrorNotACrash)
{
    for (const auto format : {BodyFormat::Protobuf, BodyFormat::Json}) {
        for (const std::string &bytes :
             {std::string("<html>proxy login</html>"), std::string("k8s\0\xff\xff\xff\xff", 8),
              std::string("k8s\0\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 16),
              std::string(R"({"items":[{"a":tru}]})"), std::string("}}}}")}) {
            core::StringPool pool;
            const auto decoder = makeListDecoder(format, podGvk, pool);
            std::vector<RecordPointer> records;
            const bool fed = decoder->feed(bytes, records).has_value();
            EXPECT_FALSE(fed && decoder->finish().has_value()) << bytes;
        }
    }
}

TEST(WatchDecoder, GivesTheSameEventsHoweverTheBodyIsSplit)
{
    for (const auto &body : watches()) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{50}, body.bytes.size()}) {
            SCOPED_TRACE(std::string(body.what) + " in pieces of " + std::to_string(piece));
            core::StringPool pool;
            const auto decoder = makeWatchDecoder(body.format, podGvk, pool);
            std::vector<WatchEvent> events;
            for (std::size_t at = 0; at < body.bytes.size(); at += piece)
                ASSERT_TRUE(decoder->feed(std::string_view(body.bytes).substr(at, piece), events));
            ASSERT_EQ(events.size(), 5U);
            EXPECT_EQ(events[0].type, WatchEventType::Added);
            EXPECT_EQ(events[0].record->key().describe(), "Pod shop/a");
            EXPECT_EQ(events[1].type, WatchEventType::Modified);
            EXPECT_EQ(events[1].resourceVersion, "2");
            EXPECT_EQ(events[2].type, WatchEventType::Deleted);
            EXPECT_EQ(events[3].type, WatchEventType::Bookmark);
            EXPECT_EQ(events[3].resourceVersion, "9");
            EXPECT_TRUE(events[3].initialEventsEnd);
            EXPECT_EQ(events[4].type, WatchEventType::Error);
            EXPECT_EQ(events[4].error->kind, core::ErrorKind::Expired);
            EXPECT_EQ(events[4].error->message, "too old");
            EXPECT_EQ(events[4].error->httpStatus, 410);
            EXPECT_EQ(events[4].error->retryAfter, std::chrono::seconds(7));
            ASSERT_EQ(events[4].error->causes.size(), 1U);
            EXPECT_EQ(events[4].error->causes[0].reason, "why");
        }
    }
}

TEST(StatusDecoder, RefusalInProtobufSaysWhatOneInJsonSays)
{
    HttpResponse response;
    response.status = 504;
    response.body = envelope(
        "Status", field(2, "Failure") + field(3, "Too large resource version") + field(4, "Timeout") +
                      field(5, field(4, field(1, "ResourceVersionTooLarge") + field(2, "m"))) + field(6, 504U));
    const auto error = errorFromResponse({}, response);
    EXPECT_EQ(error.kind, core::ErrorKind::Timeout);
    EXPECT_EQ(error.message, "Too large resource version");
    EXPECT_EQ(error.reason, "Timeout");
    ASSERT_EQ(error.causes.size(), 1U);
    EXPECT_EQ(error.causes[0].reason, "ResourceVersionTooLarge");
}

TEST(WatchDecoder, GarbageIsAnErrorNotACrash)
{
    for (const auto format : {BodyFormat::Protobuf, BodyFormat::Json}) {
        for (const std::string &bytes :
             {std::string("<html>\n"), std::string("\xff\xff\xff\xff", 4),
              std::string("{\"type\":\"NEWS\",\"object\":{}}\n"), frame("NEWS", "Pod", pod("a", "1")),
              std::string("\0\0\0\3\x0a\x7f\x41\n", 8)}) {
            core::StringPool pool;
            std::vector<WatchEvent> events;
            EXPECT_FALSE(makeWatchDecoder(format, podGvk, pool)->feed(bytes + "\n", events).has_value()) << bytes;
        }
    }
}

} // namespace
} // namespace binnacle::kube
