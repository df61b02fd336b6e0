#include <catch2/catch.hpp>

#include "constant_contact_bench.hpp"

namespace audienced::unit::provider_constant_contact_provider_delivery_test {

using namespace audienced;
using namespace audienced::test;
using namespace audienced::provider;
using Json = nlohmann::json;
using Fate = model::Outcome::Kind;

namespace {

/// Answers by what the target contains; the first that fits.
struct Route {
    const char* part;
    std::function<std::string(const http::Request&)> body;
};
ConstantContactBench::Serve routes(std::vector<Route> all) {
    return [all](const http::Request& r) -> result<http::Response> {
        for (const Route& route : all)
            if (r.url.target.find(route.part) != std::string::npos)
                return json_reply(r.method == http::Method::post ? 201 : 200, route.body(r));
        return json_reply(404, R"([{"error_key":"contacts.api.not_found","error_message":"no"}])");
    };
}
std::function<std::string(const http::Request&)> always(std::string body) {
    return [body](const http::Request&) { return body; };
}

std::vector<model::Outcome> collect(ConstantContactBench& bench, const model::Batch& batch) {
    auto submitted = bench.run(bench.provider->submit(batch));
    if (!submitted) FAIL(submitted.error().text());
    if (submitted->ticket.empty()) return submitted->outcomes;
    auto states = bench.run(bench.provider->poll({submitted->ticket}));
    REQUIRE(states.has_value());
    REQUIRE(states->at(0).kind == JobState::Kind::finished);
    auto outcomes = bench.run(bench.provider->collect(submitted->ticket, batch));
    if (!outcomes) FAIL(outcomes.error().text());
    REQUIRE(outcomes->size() == batch.members.size() + batch.leavers.size());
    return *outcomes;
}

}  // namespace

TEST_CASE("an import costs one call, a look at its job another one", "[unit][provider][constant_contact]") {
    ConstantContactBench bench(
        routes({{"_import", always(job("j1", "initialized"))},
                {"/activities/j1", always(job("j1", "completed", {{"person_count", 3}}))}}));
    for (const auto& o : collect(bench, import_batch(3))) CHECK(o.kind == Fate::delivered);
    CHECK(bench.calls() ==
          std::vector<std::string>{"POST /v3/activities/contacts_file_import", "GET /v3/activities/j1"});
    CHECK(bench.traffic.writes == 1);
}

TEST_CASE("members that a large import refused are found among the contacts that left since the pull",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench(routes(
        {{"_import", always(job("j1", "initialized"))},
         {"/activities/j1", always(job("j1", "completed", {{"cannot_add_to_list_count", 2}}))},
         {"status=unsubscribed", always(contacts({contact(contact_address(5), "unsubscribed"),
                                                  contact(contact_address(9), "temp_hold"),
                                                  contact("stranger@example.org", "unsubscribed")}))}}));
    const auto o = collect(bench, import_batch(40));
    for (std::size_t i = 0; i < 40; ++i) CHECK((o[i].kind == Fate::suppressed) == (i == 5 || i == 9));
    CHECK(o[5].opt_out == model::OptOutReason::unsubscribed);
    CHECK(o[9].opt_out == model::OptOutReason::on_hold);
    CHECK(bench.calls().size() == 3);
}

TEST_CASE("members refused for another reason are found by reading the list, a limited number of times",
          "[unit][provider][constant_contact]") {
    const auto on_list = [](const http::Request&) {
        Json all = Json::array();
        for (std::size_t i = 0; i < 40; ++i)
            if (i != 7) all.push_back(contact(contact_address(i), "implicit"));
        return contacts(all);
    };
    std::string refused = "cannot_add_to_list_count";
    ConstantContactBench bench(routes({{"_import", always(job("j1", "initialized"))},
                                       {"/activities/j1",
                                        [&](const http::Request&) {
                                            return job("j1", "completed", {{refused, 1}});
                                        }},
                                       {"status=unsubscribed", always(contacts(Json::array()))},
                                       {"lists=", on_list}}));
    auto o = collect(bench, import_batch(40));
    CHECK((o[7].kind == Fate::suppressed && o[7].opt_out == model::OptOutReason::unsubscribed));
    CHECK(o[6].kind == Fate::delivered);
    refused = "error_count";
    o = collect(bench, import_batch(40));
    CHECK((o[7].kind == Fate::rejected && o[7].code == "not_taken"));
    const std::size_t before = bench.calls().size();
    (void)collect(bench, import_batch(40));
    CHECK(bench.calls().size() == before + 2);
}

TEST_CASE("a few members are looked up one by one", "[unit][provider][constant_contact]") {
    ConstantContactBench bench(routes(
        {{"_import", always(job("j1", "initialized"))},
         {"/activities/j1", always(job("j1", "completed", {{"cannot_add_to_list_count", 1}}))},
         {"email=m0%40example.org", always(contacts({contact(contact_address(0), "unsubscribed")}))},
         {"email=m1%40example.org", always(contacts({contact(contact_address(1), "explicit", {list_id})}))},
         {"email=", always(contacts(Json::array()))}}));
    const auto o = collect(bench, import_batch(3));
    CHECK((o[0].kind == Fate::suppressed && o[0].opt_out == model::OptOutReason::unsubscribed));
    CHECK(
        (o[1].kind == Fate::delivered && o[1].contact_id == model::ContactId("id-of-" + contact_address(1))));
    CHECK((o[2].kind == Fate::rejected && o[2].code == "not_taken"));
}

TEST_CASE("one call asks for all jobs; one that is not listed is asked for by itself",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request& r) -> result<http::Response> {
        if (r.url.target.find("?limit=500") != std::string::npos) {
            Json all{{"activities", Json::array()}};
            for (const auto& [id, state] :
                 std::vector<std::pair<const char*, const char*>>{{"a", "completed"},
                                                                  {"b", "processing"},
                                                                  {"c", "failed"},
                                                                  {"d", "cancelled"},
                                                                  {"x", "failed"}})
                all["activities"].push_back({{"activity_id", id}, {"state", state}});
            return json_reply(200, all.dump());
        }
        if (r.url.target.ends_with("/e")) return json_reply(200, job("e", "timed_out"));
        return json_reply(404, "[]");
    });
    auto states =
        bench.run(bench.provider->poll({"a", "b", "c", "d", "e", "f", "members;a;b;", "members;a;f;3,"}));
    REQUIRE(states.has_value());
    using K = JobState::Kind;
    const std::vector<K> wanted{K::finished, K::pending,  K::failed,  K::cancelled,
                                K::failed,   K::vanished, K::pending, K::vanished};
    REQUIRE(states->size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        CAPTURE(i);
        CHECK(states->at(i).kind == wanted[i]);
        if (wanted[i] == K::failed || wanted[i] == K::cancelled) CHECK(!states->at(i).why.empty());
    }
    CHECK(bench.calls().size() == 3);
}

TEST_CASE("leavers are taken off by contact id", "[unit][provider][constant_contact]") {
    std::string sent;
    const auto remove = [&](const http::Request& r) { return sent = r.body, job("j2", "initialized"); };
    const auto walk = [](const http::Request&) {
        Json all = Json::array();
        for (std::size_t i = 0; i < 25; ++i) all.push_back(contact(contact_address(i), "implicit"));
        return contacts(all);
    };
    ConstantContactBench bench(
        routes({{"remove_list_memberships", remove},
                {"/activities/j2", always(job("j2", "completed"))},
                {"email=m0%40", always(contacts({contact(contact_address(0), "implicit")}))},
                {"email=", always(contacts(Json::array()))},
                {"lists=", walk}}));
    SECTION("that the ledger knows") {
        for (const auto& o : collect(bench, leave_batch(2, true))) CHECK(o.kind == Fate::delivered);
        CHECK(Json::parse(sent) ==
              Json{{"source", {{"contact_ids", {"id-0", "id-1"}}}}, {"list_ids", {list_id}}});
        CHECK(bench.calls().size() == 2);
    }
    SECTION("that are looked up; who is not there has left already") {
        for (const auto& o : collect(bench, leave_batch(2, false))) CHECK(o.kind == Fate::delivered);
        CHECK(Json::parse(sent)["source"]["contact_ids"] == Json::array({"id-of-" + contact_address(0)}));
    }
    SECTION("that are read from the list, once for all batches") {
        (void)collect(bench, leave_batch(30, false));
        CHECK(Json::parse(sent)["source"]["contact_ids"].size() == 25);
        (void)collect(bench, leave_batch(30, false));
        const auto calls = bench.calls();
        CHECK(std::count_if(calls.begin(), calls.end(),
                            [](const std::string& c) { return c.find("lists=") != std::string::npos; }) == 1);
    }
}

TEST_CASE("members are put back on the list by contact id, which makes no contact",
          "[unit][provider][constant_contact]") {
    std::string sent;
    const auto add = [&](const http::Request& r) { return sent = r.body, job("j1", "initialized"); };
    const auto walk = [](const http::Request&) {
        Json all = Json::array();
        for (std::size_t i = 0; i < 25; ++i) all.push_back(contact(contact_address(i), "implicit"));
        return contacts(all);
    };
    ConstantContactBench bench(routes({{"add_list_memberships", add},
                                       {"/activities/j1", always(job("j1", "completed"))},
                                       {"/v3/contacts?", walk}}));
    const auto back = [](std::size_t count, bool known) {
        model::Batch batch = leave_batch(count, known);
        std::swap(batch.members, batch.leavers);
        return batch;
    };
    SECTION("that the memory knows") {
        for (const auto& o : collect(bench, back(2, true))) CHECK(o.kind == Fate::delivered);
        CHECK(Json::parse(sent) ==
              Json{{"source", {{"contact_ids", {"id-0", "id-1"}}}}, {"list_ids", {list_id}}});
    }
    SECTION("that is not known: they are on no list to be read") {
        const auto outcomes = collect(bench, back(30, false));
        CHECK(Json::parse(sent)["source"]["contact_ids"].size() == 25);
        CHECK(outcomes[24].kind == Fate::delivered);
        CHECK(outcomes[25].kind == Fate::rejected);
        const auto calls = bench.calls();
        CHECK(std::none_of(calls.begin(), calls.end(),
                           [](const std::string& c) { return c.find("lists=") != std::string::npos; }));
    }
}

TEST_CASE(
    "contact ids that the service refuses are asked for: deleted contacts need no removal, and an id "
    "outranks an address that was changed",
    "[unit][provider][constant_contact]") {
    const auto id_of = [](std::size_t i) { return "id-" + std::to_string(i); };
    for (const std::size_t n : {3u, 30u}) {
        CAPTURE(n);
        std::vector<std::string> sent;
        ConstantContactBench bench([&](const http::Request& r) -> result<http::Response> {
            const std::string& target = r.url.target;
            const auto asks = [&](const std::string& part) { return target.find(part) != std::string::npos; };
            if (asks("remove_list")) {
                sent.push_back(r.body);
                if (r.body.find("\"id-0\"") == std::string::npos)
                    return json_reply(201, job("j2", "initialized"));
                return json_reply(
                    400, R"([{"error_key":"contacts.api.validation.error","error_message":"contact_ids"}])");
            }
            if (asks("/activities/")) return json_reply(200, job("j2", "completed"));
            if (asks("/contacts/id-0?"))
                return json_reply(200, R"({"contact_id":"id-0","deleted_at":"2026-01-01"})");
            // id-1 has another address now, id-2 has the one that the batch knows.
            if (asks("/contacts/id-")) return json_reply(200, R"({"contact_id":"x"})");
            Json all = Json::array();
            if (asks("lists="))
                for (std::size_t i = 1; i < 25; ++i) {
                    Json one = contact(i == 1 ? "new@example.org" : contact_address(i), "implicit");
                    one["contact_id"] = id_of(i);
                    all.push_back(std::move(one));
                }
            return json_reply(200, contacts(all));
        });
        for (const auto& o : collect(bench, leave_batch(n, true))) CHECK(o.kind == Fate::delivered);
        REQUIRE(sent.size() == 2);
        const Json ids = Json::parse(sent[1])["source"]["contact_ids"];
        CHECK(ids.size() == (n == 3 ? 2 : 24));
        CHECK(ids[0] == (n == 3 ? "x" : "id-1"));
    }
}

TEST_CASE("a removal whose job reports errors is confirmed contact by contact",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench(
        routes({{"remove_list_memberships", always(job("j2", "initialized"))},
                {"/activities/j2", always(job("j2", "completed", {}, {"1 contact failed"}))},
                {"/contacts/id-1?", always(contact(contact_address(1), "implicit", {list_id}).dump())},
                {"/contacts/id-2?", always(contact(contact_address(2), "implicit", {"other"}).dump())},
                {"email=", always(contacts(Json::array()))}}));
    const auto o = collect(bench, leave_batch(3, true));
    CHECK(o[0].kind == Fate::delivered);  // not known any more
    CHECK((o[1].kind == Fate::rejected && o[1].code == "not_confirmed"));
    CHECK(o[2].kind == Fate::delivered);
}

TEST_CASE("a list that is shorter than it claims shows no member to be gone",
          "[unit][provider][constant_contact]") {
    const auto short_list = [](const http::Request&) {
        Json page = Json::parse(contacts({contact(contact_address(0), "implicit")}));
        page["contacts_count"] = 40;
        return page.dump();
    };
    ConstantContactBench bench(
        routes({{"_import", always(job("j1", "initialized"))},
                {"/activities/j1", always(job("j1", "completed", {{"error_count", 39}}))},
                {"lists=", short_list}}));
    for (const auto& o : collect(bench, import_batch(40))) CHECK(o.kind == Fate::delivered);
    const auto removal = bench.run(bench.provider->submit(leave_batch(30, false)));
    REQUIRE(!removal);
    CHECK((removal.error().code == Errc::bad_answer && removal.error().safe_to_retry));
}

TEST_CASE("an import whose answer was lost is not sent again before its job was looked for",
          "[unit][provider][constant_contact]") {
    ConstantContactBench bench([](const http::Request&) -> result<http::Response> {
        return make_error(Errc::timeout, "no answer in time");  // it may have been taken
    });
    const auto lost = bench.run(bench.provider->submit(import_batch(3)));
    REQUIRE(!lost);
    CHECK(lost.error().code == Errc::timeout);
    CHECK(bench.calls() == std::vector<std::string>{"POST /v3/activities/contacts_file_import"});
}

TEST_CASE("one import at a time, each under a ticket", "[unit][provider][constant_contact]") {
    ConstantContactBench bench(routes({}));
    CHECK(bench.provider->limits().by_jobs);
    CHECK(bench.provider->limits().batches_at_once == 1);
}

}  // namespace audienced::unit::provider_constant_contact_provider_delivery_test
