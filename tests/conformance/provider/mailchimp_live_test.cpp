// One pass over real TLS against audience-sandbox, which was written from the documentation by itself.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "http/beast/client.hpp"
#include "provider/api_key.hpp"
#include "provider/registry.hpp"
#include "sandbox_process.hpp"
#include "support/run_coro.hpp"

namespace audienced::conformance::mailchimp_live {
namespace {

using namespace provider;
using Json = nlohmann::json;
using Kind = model::Outcome::Kind;

struct Sink final : ContactSink {
    std::vector<ContactStatus> all;
    awaitable<result<void>> seen(std::vector<ContactStatus> page) override {
        all.insert(all.end(), page.begin(), page.end());
        co_return result<void>{};
    }
};

struct Live {
    SandboxProcess sandbox;
    boost::asio::io_context io{1};
    std::unique_ptr<http::Client> client = http::make_client(io.get_executor(), aio::system_time(), {});
    Limiters limiters{aio::system_time(), io.get_executor(), nullptr};
    ApiKeyAuthorizer key{Secret("0123456789abcdef0123456789abcdef-us6")};
    model::Traffic traffic;
    model::Connection connection;
    ProviderPtr provider;

    Live() {
        ask("/sandbox/mailchimp/accounts",
            R"({"name":"acme","api_key":"0123456789abcdef0123456789abcdef-us6","dc":"us6"})");
        ask("/sandbox/mailchimp/lists",
            R"({"account":"acme","id":"a1b2c3d4e5","name":"Customers","merge_fields":[{"tag":"LTV","type":"number"}]})");
        connection.name = "mc";
        connection.provider = "mailchimp";
        connection.api_base = sandbox.address();
        connection.ca_file = sandbox.ca_file();
        ProviderArgs args;
        args.connection = &connection;
        args.http = client.get();
        args.time = &aio::system_time();
        args.random = &system_random();
        args.limiters = &limiters;
        args.authorizer = &key;
        args.traffic = &traffic;
        provider = *provider::make(args);
    }
    ~Live() { client->close(); }

    template <class T>
    T run(awaitable<T> task) {
        return test::run_coro(io, std::move(task));
    }
    std::string ask(std::string path, std::string body = {}) {
        return run(sandbox.ask(*client, std::move(path), std::move(body)));
    }
    std::vector<model::Outcome> deliver(const model::Batch& batch) {
        auto submitted = run(provider->submit(batch));
        if (!submitted) FAIL(submitted.error().text());
        return submitted->outcomes;
    }
    void check_nobody_was_harmed() {
        const Json counters = Json::parse(ask("/sandbox/counters"));
        CAPTURE(counters.at("must_stay_zero").dump());
        CHECK(counters.at("must_stay_zero_total") == 0);
    }
};

model::Batch members(std::size_t n) {
    model::Batch b;
    b.destination = "a1b2c3d4e5";
    b.fields = {"FNAME", "LTV"};
    for (std::size_t i = 0; i < n; ++i) {
        model::Member m;
        m.address = "user" + std::to_string(i) + "@shop.test.invalid-domain.net";
        m.values = {"N\u00e4me \"" + std::to_string(i) + "\"", std::to_string(i) + ".5"};
        b.members.push_back(std::move(m));
    }
    return b;
}

void live_account(Live& live) {
    auto account = live.run(live.provider->check_account());
    if (!account) FAIL(account.error().text());
    CHECK(!account->id.empty());
    auto destination = live.run(live.provider->check_destination("a1b2c3d4e5"));
    if (!destination) FAIL(destination.error().text());
    CHECK(destination->name == "Customers");
    CHECK(destination->fields.size() >= 3);
    const auto all = live.run(live.provider->list_destinations());
    if (!all) FAIL(all.error().text());
    const auto same = [](const Destination& one) { return one.id == "a1b2c3d4e5"; };
    const auto here = std::find_if(all->begin(), all->end(), same);
    REQUIRE(here != all->end());
    CHECK(here->name == destination->name);
    CHECK(here->fields.size() == destination->fields.size());
    CHECK(live.run(live.provider->check_destination("ffffffffff")).error().code == Errc::not_found);
}

void live_upsert(Live& live, const model::Batch& batch) {
    // user0 unsubscribed, user1 bounced, user2 is archived, user3 is subscribed: they were there before.
    live.ask("/sandbox/mailchimp/lists/a1b2c3d4e5/seed",
             R"({"email":")" + batch.members[0].address +
                 R"(","status":"unsubscribed","origin":"self"})"
                 "\n"
                 R"({"email":")" +
                 batch.members[1].address +
                 R"(","status":"cleaned"})"
                 "\n"
                 R"({"email":")" +
                 batch.members[3].address +
                 R"(","status":"subscribed","merge_fields":{"FNAME":"Old"}})"
                 "\n");

    const auto outcomes = live.deliver(batch);
    REQUIRE(outcomes.size() == 300);
    CHECK((outcomes[0].kind == Kind::suppressed && outcomes[0].opt_out == model::OptOutReason::unsubscribed));
    CHECK((outcomes[1].kind == Kind::suppressed && outcomes[1].opt_out == model::OptOutReason::cleaned));
    CHECK((outcomes[3].kind == Kind::delivered && !outcomes[3].created));
    for (std::size_t i = 4; i < 300; ++i) {
        CAPTURE(i, outcomes[i].code, outcomes[i].detail);
        CHECK((outcomes[i].kind == Kind::delivered && outcomes[i].created));
    }
    for (const auto& o : outcomes) CHECK(!o.alarm);
    const std::string listed = live.ask("/sandbox/mailchimp/lists/a1b2c3d4e5/members?fields=FNAME,LTV");
    CHECK(listed.find("N\u00e4me \"299\"") != std::string::npos);
    CHECK(listed.find("299.5") != std::string::npos);
}

void live_tags(Live& live) {
    model::Export definition;
    definition.destination = "a1b2c3d4e5";
    auto layout = live.run(live.provider->find_groups(definition, {"Gold customers"}, {}));
    REQUIRE(layout.has_value());
    CHECK(layout->groups.at(0).id.empty());
    auto group = live.run(live.provider->make_group("a1b2c3d4e5", "Gold customers"));
    if (!group) FAIL(group.error().text());
    CHECK(live.run(live.provider->make_group("a1b2c3d4e5", "gold CUSTOMERS"))->id == group->id);

    model::Batch tag = members(300);
    tag.kind = model::BatchKind::membership;
    tag.group = *group;
    tag.members.erase(tag.members.begin(), tag.members.begin() + 3);
    for (const auto& o : live.deliver(tag)) CHECK((o.kind == Kind::delivered && !o.was_member));
    for (const auto& o : live.deliver(tag)) CHECK((o.kind == Kind::delivered && o.was_member));
    Sink tagged;
    REQUIRE(live.run(live.provider->list_members("a1b2c3d4e5", *group, tagged)).has_value());
    CHECK(tagged.all.size() == 297);
    std::swap(tag.members, tag.leavers);
    for (const auto& o : live.deliver(tag)) CHECK(o.kind == Kind::delivered);
    Sink empty;
    REQUIRE(live.run(live.provider->list_members("a1b2c3d4e5", *group, empty)).has_value());
    CHECK(empty.all.empty());
}

/// The contact, by its address and by its id, with its values and tags.
void live_contact(Live& live, const model::Batch& batch) {
    auto group = live.run(live.provider->make_group("a1b2c3d4e5", "Seen"));
    model::Batch tag = members(12);
    tag.kind = model::BatchKind::membership;
    tag.group = *group;
    tag.members.erase(tag.members.begin(), tag.members.begin() + 11);
    live.deliver(tag);
    ContactQuestion question;
    question.destination = "a1b2c3d4e5";
    question.address = batch.members[11].address;
    question.fields = live.run(live.provider->check_destination("a1b2c3d4e5"))->fields;
    auto found = live.run(live.provider->read_contact(question));
    if (!found) FAIL(found.error().text());
    REQUIRE(found->has_value());
    CHECK(((**found).state_word == "subscribed" && (**found).status.address == question.address));
    CHECK((**found).status.tags == std::vector<model::GroupId>{group->id});
    REQUIRE((**found).values.size() == question.fields.size());
    for (std::size_t i = 0; i < question.fields.size(); ++i) {
        if (question.fields[i].name == "FNAME") CHECK((**found).values[i] == "N\u00e4me \"11\"");
        if (question.fields[i].name == "LTV") CHECK((**found).values[i] == "11.5");
    }
    live.ask("/sandbox/mailchimp/lists/a1b2c3d4e5/act",
             R"({"act":"rename","email":")" + question.address +
                 R"(","to":"moved@shop.test.invalid-domain.net"})");
    question.contact_id = (**found).status.contact_id;
    auto moved = live.run(live.provider->read_contact(question));
    REQUIRE((moved.has_value() && moved->has_value()));
    CHECK((**moved).status.address == "moved@shop.test.invalid-domain.net");
    question.contact_id.clear();
    CHECK(!live.run(live.provider->read_contact(question))->has_value());
}

void live_pull(Live& live, const model::Batch& batch) {
    Sink pulled;
    PullRequest request;
    request.destination = "a1b2c3d4e5";
    auto mark = live.run(live.provider->pull(request, pulled));
    REQUIRE(mark.has_value());
    CHECK(pulled.all.size() == 2);
    for (const ContactStatus& s : pulled.all) CHECK((!s.contact_id.empty() && s.tags));
    CHECK((mark->complete && mark->next_since < mark->began));
    live.ask("/sandbox/mailchimp/lists/a1b2c3d4e5/act",
             R"({"act":"unsubscribe","email":")" + batch.members[9].address + R"("})");
    Sink later;
    request.since = mark->next_since;
    request.came_back_since = mark->next_since;
    REQUIRE(live.run(live.provider->pull(request, later)).has_value());
    bool seen = false;
    for (const ContactStatus& s : later.all)
        seen =
            seen || (s.address == batch.members[9].address && s.state == ContactStatus::State::unsubscribed);
    CHECK(seen);
}

}  // namespace

TEST_CASE("Mailchimp, live: checks, tags, an upsert, a change of tag, a pull",
          "[conformance][provider][live]") {
    Live live;
    const model::Batch batch = members(300);
    live_account(live);
    live_upsert(live, batch);
    live_tags(live);
    live_pull(live, batch);
    live_contact(live, batch);
    live.check_nobody_was_harmed();
}

TEST_CASE("Mailchimp, live: faults on the way lose, double and resubscribe no member",
          "[conformance][provider][live]") {
    for (const char* action :
         {"lost_reply", "reset_before", "reset_mid_body", "close_mid_body", "truncated_gzip", "429_bare",
          "403_html", "503_html", "akamai_503", "malformed_json", "not_json", "wrong_json", "empty_200"}) {
        CAPTURE(action);
        Live live;
        const auto warm = live.deliver(members(1));  // the merge fields are known now
        CHECK(warm.at(0).kind == Kind::delivered);
        live.ask(
            "/sandbox/faults",
            R"({"seed":1,"rules":[{"name":"f","method":"POST","path":"^/3.0/lists/","next":1,"action":")" +
                std::string(action) + R"("}]})");
        for (const auto& o : live.deliver(members(40))) {
            CAPTURE(o.code, o.detail);
            CHECK((o.kind == Kind::delivered && !o.alarm));
        }
        CHECK(live.traffic.retries >= 1);
        const std::string count = live.ask("/sandbox/mailchimp/lists/a1b2c3d4e5/members?count=1");
        CHECK(count.find("40") != std::string::npos);
        live.check_nobody_was_harmed();
    }
}

TEST_CASE("Mailchimp, live: after a lost answer to a change of tag, 'already' says nothing",
          "[conformance][provider][live]") {
    for (const char* action : {"lost_reply", "reset_mid_body"}) {
        CAPTURE(action);
        Live live;
        live.deliver(members(5));
        model::Batch tag = members(5);
        tag.kind = model::BatchKind::membership;
        tag.group = *live.run(live.provider->make_group("a1b2c3d4e5", "Gold"));
        live.ask("/sandbox/faults",
                 R"({"seed":1,"rules":[{"name":"f","method":"POST","path":"/segments/","next":1,"action":")" +
                     std::string(action) + R"("}]})");
        for (const auto& o : live.deliver(tag)) CHECK((o.kind == Kind::delivered && !o.was_member));
        live.check_nobody_was_harmed();
    }
}

}  // namespace audienced::conformance::mailchimp_live
