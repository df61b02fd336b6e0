// How far a pull came, whether it was complete, and what it tells of each contact.
#include <catch2/catch.hpp>

#include "mailchimp_bench.hpp"

namespace audienced::unit::provider_mailchimp_reading_pull_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::test;
using Json = nlohmann::json;

namespace {

const char* const ten = "Sun, 01 Mar 2026 10:00:00 GMT";

std::string one_page(std::string members, std::uint64_t total) {
    return R"({"members":[)" + members + R"(],"total_items":)" + std::to_string(total) + "}";
}

std::size_t offset_of(const http::Request& r) {
    return std::stoul(r.url.target.substr(r.url.target.find("offset=") + 7));
}

/// A page of the members from `begin` to `end`.
http::Response page_of(std::size_t begin, std::size_t end, Json total) {
    Json out{{"members", Json::array()}};
    if (!total.is_null()) out["total_items"] = std::move(total);
    for (std::size_t i = begin; i < end; ++i)
        out["members"].push_back({{"email_address", address(i)}, {"status", "unsubscribed"}});
    return json_reply(200, out.dump());
}

PullRequest everything() {
    PullRequest request;
    request.destination = "a1";
    return request;
}

result<PullMark> pull(MailchimpBench& bench, Sink& sink) {
    return bench.run(bench.provider->pull(everything(), sink));
}

}  // namespace

TEST_CASE("a pull tells contact ids, and tags where all of them are shown", "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        if (r.url.target.find("status=archived") == std::string::npos)
            return json_reply(200, one_page("", 0));
        std::string fifty = "[";
        for (int i = 0; i < 50; ++i) fifty += R"({"id":)" + std::to_string(i) + R"(,"name":"t"},)";
        fifty.back() = ']';
        return json_reply(200,
                          one_page(R"({"email_address":"A@b.org","status":"archived","contact_id":"c1",
                "tags":[{"id":77,"name":"VIP"},{"name":"Old","id":4788452}],"tags_count":2},
                {"tags_count":0,"tags":[],"email_address":"none@b.org","status":"archived"},
                {"tags_count":51,"tags":[{"id":77}],"email_address":"more@b.org","status":"archived"},
                {"email_address":"many@b.org","status":"archived","tags":)" +
                                       fifty + R"(},{"email_address":"silent@b.org","status":"archived"})",
                                   5));
    });
    Sink sink;
    const auto mark = pull(bench, sink);
    REQUIRE(mark.has_value());
    CHECK(mark->complete);
    REQUIRE(sink.all.size() == 5);
    CHECK(sink.all[0].contact_id == model::ContactId("c1"));
    CHECK(sink.all[0].tags == std::vector<model::GroupId>{model::GroupId("77"), model::GroupId("4788452")});
    CHECK(sink.all[1].tags == std::vector<model::GroupId>{});
    for (std::size_t i = 2; i < 5; ++i) CHECK(!sink.all[i].tags);
    CHECK(bench.http.asked[0].url.target.find("members.contact_id,members.tags,members.tags_count") !=
          std::string::npos);
}

TEST_CASE("how far a pull came is the provider's clock, though ours is three days ahead",
          "[unit][provider][mailchimp]") {
    const char* first = ten;
    MailchimpBench bench([&](const http::Request&) {
        const bool is_first = bench.http.asked.size() == 1;
        return json_reply(200, one_page("", 0), is_first ? first : "Sun, 01 Mar 2026 10:05:00 GMT");
    });
    bench.time.advance(std::chrono::hours{72} + (from_unix(1'772'359'200) - bench.time.now()));
    Sink sink;
    auto mark = pull(bench, sink);
    REQUIRE(mark.has_value());
    CHECK(to_iso8601(mark->began) == "2026-03-01T10:00:00Z");
    CHECK(to_iso8601(mark->next_since) == "2026-03-01T09:57:00Z");

    // A first answer of the future is refuted by those after it.
    MailchimpBench lying([&](const http::Request&) {
        const bool is_first = lying.http.asked.size() == 1;
        return json_reply(200, one_page("", 0), is_first ? "Thu, 05 Mar 2026 10:00:00 GMT" : ten);
    });
    mark = pull(lying, sink);
    REQUIRE(mark.has_value());
    CHECK(to_iso8601(mark->began) == "2026-03-01T10:00:00Z");
}

TEST_CASE("the next pull does not list our own changes a second time", "[unit][provider][mailchimp]") {
    const char* written = "Sun, 01 Mar 2026 09:59:20 GMT";
    MailchimpBench bench([&](const http::Request& r) {
        if (r.method == http::Method::get) return json_reply(200, one_page("", 0), ten);
        return json_reply(
            200, R"({"new_members":[{"email_address":"m0@example.org","status":"subscribed"}]})", written);
    });
    Sink sink;
    REQUIRE(bench.run(bench.provider->submit(upsert_batch(1))).has_value());
    CHECK(to_iso8601(pull(bench, sink)->next_since) == "2026-03-01T09:59:21Z");
    written = "Sun, 01 Mar 2026 10:00:04 GMT";  // after the pull began, by another server's clock
    REQUIRE(bench.run(bench.provider->submit(upsert_batch(1))).has_value());
    CHECK(to_iso8601(pull(bench, sink)->next_since) == "2026-03-01T09:57:00Z");
}

TEST_CASE("a listing that is shorter than it claims is not complete", "[unit][provider][mailchimp]") {
    using Pages = std::function<http::Response(std::size_t offset)>;
    const auto complete = [](Pages pages) {
        MailchimpBench bench([&](const http::Request& r) {
            if (r.url.target.find("status=cleaned") == std::string::npos)
                return json_reply(200, one_page("", 0));
            return pages(offset_of(r));
        });
        Sink sink;
        const auto mark = pull(bench, sink);
        REQUIRE(mark.has_value());
        return mark->complete;
    };
    CHECK(complete([](std::size_t at) { return page_of(at, std::min<std::size_t>(at + 1000, 1500), 1500); }));
    CHECK(complete([](std::size_t at) { return page_of(at, std::min<std::size_t>(at + 400, 1500), 1500); }));
    CHECK(!complete([](std::size_t) { return page_of(0, 0, 3); }));
    CHECK(
        !complete([](std::size_t at) { return page_of(at, std::min<std::size_t>(at + 1000, 1400), 1500); }));
    CHECK(!complete([](std::size_t) { return page_of(0, 1000, 1500); }));  // the offset is ignored
}

TEST_CASE("a listing that never ends is an error that may pass", "[unit][provider][mailchimp]") {
    bool claims = true;
    MailchimpBench bench([&](const http::Request& r) {
        const std::size_t at = offset_of(r);
        // One row a page of a million; or always more than was read.
        return claims ? page_of(at, at + 1, 100'000) : page_of(at, at + 100, at + 10'000);
    });
    for (const bool fixed : {true, false}) {
        claims = fixed;
        Sink sink;
        const auto mark = pull(bench, sink);
        REQUIRE(!mark);
        CHECK((mark.error().code == Errc::bad_answer && mark.error().safe_to_retry));
    }
}

TEST_CASE("a list of tags or of a tag's members that is shorter than it claims is an error",
          "[unit][provider][mailchimp]") {
    MailchimpBench bench([](const http::Request& r) {
        if (r.url.target.find("/members?") != std::string::npos) return page_of(0, 3, 5);
        return json_reply(200, R"({"segments":[{"id":1,"name":"a"}],"total_items":2})");
    });
    model::Export definition;
    definition.destination = "a1";
    CHECK(bench.run(bench.provider->find_groups(definition, {"a"}, {})).error().code == Errc::bad_answer);
    Sink sink;
    model::Group tag;
    tag.id = model::GroupId("77");
    CHECK(bench.run(bench.provider->list_members("a1", tag, sink)).error().code == Errc::bad_answer);
}

}  // namespace audienced::unit::provider_mailchimp_reading_pull_test
