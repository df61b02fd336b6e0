// How far a pull came, whether it was complete, and that every listing ends.
#include <catch2/catch.hpp>

#include "constant_contact_bench.hpp"
#include "provider/constant_contact/groups.hpp"

namespace audienced::unit::provider_constant_contact_reading_pull_test {

using namespace audienced;
using namespace audienced::test;
using namespace audienced::provider;
using Json = nlohmann::json;
using State = ContactStatus::State;

namespace {

const char* const ten = "Sun, 01 Mar 2026 10:00:00 GMT";

std::string counted(Json list, std::uint64_t count, std::string next = {}) {
    Json page = Json::parse(contacts(std::move(list), std::move(next)));
    page["contacts_count"] = count;
    return page.dump();
}

PullRequest everything() {
    PullRequest request;
    request.destination = list_id;
    return request;
}

result<PullMark> pull(ConstantContactBench& bench, PullRequest request = everything()) {
    SeenContacts sink;
    return bench.run(bench.provider->pull(std::move(request), sink));
}

std::string ended_at(const char* when, const char* state = "completed") {
    Json j = Json::parse(job("j1", state));
    j["completed_at"] = when;
    return j.dump();
}

}  // namespace

TEST_CASE("how far a pull came is the service's clock, though ours is three days ahead",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench([&](const http::Request&) {
        return json_reply(200, contacts(Json::array()),
                          bench.http.asked.size() == 1 ? ten : "Sun, 01 Mar 2026 10:05:00 GMT");
    });
    bench.time.advance(std::chrono::hours{72} + (from_unix(1'772'359'200) - bench.time.now()));
    PullRequest request = everything();
    request.since = model::provider_time_from_unix(1'772'000'000);
    const auto mark = pull(bench, request);
    REQUIRE(mark.has_value());
    CHECK(bench.http.asked.size() == 2);
    CHECK(to_iso8601(mark->began) == "2026-03-01T10:00:00Z");
    CHECK(to_iso8601(mark->next_since) == "2026-03-01T09:55:00Z");
}

TEST_CASE("the next pull does not list what our last job changed a second time",
          "[unit][provider][constant_contact]") {
    struct Case {
        const char *completed, *state, *next;
    };
    for (const Case& c : {Case{"2026-03-01T09:58:30.250Z", "completed", "2026-03-01T09:58:31Z"},
                          Case{"2026-03-01T04:58:30-05:00", "timed_out", "2026-03-01T09:58:31Z"},
                          Case{"2026-03-01T09:40:00Z", "completed", "2026-03-01T09:55:00Z"},
                          Case{"2026-03-01T10:00:01Z", "completed", "2026-03-01T09:55:00Z"},
                          Case{"", "completed", "2026-03-01T09:55:00Z"},
                          Case{"2026-03-01T09:58:30Z", "processing", "2026-03-01T09:55:00Z"}}) {
        CAPTURE(c.completed, c.state);
        ConstantContactBench bench([&](const http::Request& r) {
            const bool is_job = r.url.target.find("activities") != std::string::npos;
            return json_reply(200, is_job ? ended_at(c.completed, c.state) : contacts(Json::array()));
        });
        REQUIRE(bench.run(bench.provider->poll({"j1"})).has_value());
        CHECK(to_iso8601(pull(bench)->next_since) == c.next);
    }
}

TEST_CASE("a pull of all contacts shows the mailable ones too, with their lists",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request&) {
        return json_reply(200, contacts({contact("on@example.org", "implicit", {list_id}),
                                         contact("off@example.org", "explicit", {"other"}),
                                         contact("out@example.org", "unsubscribed")}));
    });
    SeenContacts sink;
    PullRequest request = everything();
    request.all_contacts = true;
    REQUIRE(bench.run(bench.provider->pull(request, sink)).has_value());
    CHECK(bench.calls() == std::vector<std::string>{"GET /v3/contacts?limit=500&status=all"
                                                    "&include=list_memberships&include_count=true"});
    REQUIRE(sink.all.size() == 3);
    CHECK((sink.all[0].state == State::mailable && sink.all[0].on_list == true));
    CHECK((sink.all[1].state == State::mailable && sink.all[1].on_list == false));
    CHECK(sink.all[2].state == State::unsubscribed);
    request.since = model::provider_time_from_unix(1'772'000'000);
    REQUIRE(pull(bench, request).has_value());
    CHECK(bench.calls()[1].find("updated_after=") != std::string::npos);
}

TEST_CASE("a listing of contacts that is shorter than it claims is not complete",
          "[unit][provider][constant_contact]") {
    std::uint64_t count = 3;
    ConstantContactBench bench([&](const http::Request& r) {
        if (r.url.target.find("cursor=") == std::string::npos)
            return json_reply(200, counted({contact("a@example.org", "unsubscribed"),
                                            contact("b@example.org", "unsubscribed")},
                                           count, "/v3/contacts?cursor=x"));
        return json_reply(
            200, counted({contact("b@example.org", "unsubscribed"), contact("c@example.org", "unsubscribed")},
                         count));
    });
    CHECK(pull(bench)->complete);
    count = 4;
    CHECK(!pull(bench)->complete);
    SeenContacts sink;
    model::Group list;
    list.id = model::GroupId(list_id);
    CHECK(bench.run(bench.provider->list_members(list_id, list, sink)).error().code == Errc::bad_answer);
    ConstantContactBench empty(
        [](const http::Request&) { return json_reply(200, counted(Json::array(), 9)); });
    CHECK(!pull(empty)->complete);
}

TEST_CASE("listings whose next links go round, or on for ever, end", "[unit][provider][constant_contact]") {
    int cycle = 3;
    int page = 0;
    ConstantContactBench bench([&](const http::Request& r) {
        const std::string at = r.url.target.substr(0, r.url.target.find('?'));
        const std::string next = at + "?cursor=" + std::to_string(++page % cycle);
        const Json links{{"next", {{"href", next}}}};
        return json_reply(200,
                          Json{{"contacts", Json::array({contact("a@example.org", "implicit")})},
                               {"contacts_count", 1},
                               {"tags", Json::array({{{"tag_id", "t"}, {"name", "t"}}})},
                               {"custom_fields", Json::array({{{"custom_field_id", "f"}, {"name", "f"}}})},
                               {"activities", Json::array()},
                               {"list_id", "l"},
                               {"_links", links}}
                              .dump());
    });
    model::Export tagged;
    tagged.destination = list_id;
    tagged.tag_segments = true;
    LostJob lost;
    const auto check = [&](const auto& failed) {
        REQUIRE(!failed);
        CHECK((failed.error().code == Errc::bad_answer && failed.error().safe_to_retry));
    };
    for (const int length : {1, 2, 7, 1'000'000}) {
        CAPTURE(length);
        cycle = length;
        check(pull(bench));
        if (length == 1'000'000) break;  // only a listing that claims a number can be known to go on too long
        check(bench.run(bench.provider->find_groups(tagged, {"Gold"}, {})));
        check(bench.run(bench.provider->check_destination(list_id)));
        check(bench.run(bench.provider->find_lost_job(lost)));
    }
}

TEST_CASE("a list that was made lately and is empty cannot have been left",
          "[unit][provider][constant_contact]") {
    struct Case {
        const char* created;
        Json active, all;
        bool had_members;
        std::size_t counted;
    };
    for (const Case& c :
         {Case{"2026-02-28T10:00:01Z", 0, 0, false, 2}, Case{"2026-02-28T10:00:00Z", 0, 0, true, 1},
          Case{"2026-02-28T10:00:01Z", 0, 1, true, 2}, Case{"2026-02-28T10:00:01Z", 0, nullptr, true, 2},
          Case{"2026-02-28T10:00:01Z", 1, 1, true, 1}, Case{"2026-02-28T10:00:01Z", nullptr, 0, true, 1},
          Case{"", 0, 0, true, 1}, Case{"2026-03-02T10:00:01Z", 0, 0, true, 1}}) {
        CAPTURE(c.created, c.active, c.all);
        ConstantContactBench bench([&](const http::Request& r) {
            if (r.url.target.find("custom_fields") != std::string::npos)
                return json_reply(200, R"({"custom_fields":[]})");
            const bool all = r.url.target.ends_with("include_membership_count=all");
            Json list{{"list_id", list_id}, {"name", "n"}, {"created_at", c.created}};
            list["membership_count"] = all ? c.all : c.active;
            return json_reply(200, list.dump());
        });
        // Our clock does not matter.
        bench.time.advance(std::chrono::hours{300} + (from_unix(1'772'359'200) - bench.time.now()));
        const auto d = bench.run(bench.provider->check_destination(list_id));
        REQUIRE(d.has_value());
        CHECK(d->had_members == c.had_members);
        CHECK(bench.calls().size() == c.counted + 1);
    }
}

TEST_CASE("tags are followed by id, and the list itself is never gone",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request&) {
        return json_reply(200, R"({"tags":[{"tag_id":"t1","name":"Platinum"}]})");
    });
    model::Group list, gold, silver;
    list.id = model::GroupId(list_id);
    list.title = "list " + list_id;
    gold.id = model::GroupId("t1");
    gold.title = "Gold";
    silver.id = model::GroupId("t2");
    silver.title = "Silver";
    model::Export e;
    e.destination = list_id;
    auto plain = bench.run(bench.provider->find_groups(e, {"Gold"}, {list}));
    REQUIRE(plain.has_value());
    CHECK((plain->groups.size() == 1 && plain->gone.empty()));
    CHECK(bench.http.asked.empty());
    plain = bench.run(bench.provider->find_groups(e, {"Gold"}, {list, gold, silver}));
    CHECK((plain->groups.size() == 1 && plain->of_segment == std::vector<std::uint64_t>{1}));
    CHECK(plain->gone == std::vector<model::GroupId>{silver.id});
    e.tag_segments = true;
    const auto tagged = bench.run(bench.provider->find_groups(e, {"Gold", "Silver"}, {list, gold, silver}));
    REQUIRE(tagged->groups.size() == 3);
    CHECK(tagged->groups[1].id == gold.id);
    CHECK(tagged->groups[2].id.empty());
    CHECK(tagged->gone == std::vector<model::GroupId>{silver.id});
}

}  // namespace audienced::unit::provider_constant_contact_reading_pull_test
