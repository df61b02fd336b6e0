// One pass over real TLS against audience-sandbox, which was written from the documentation by itself.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "http/beast/client.hpp"
#include "provider/api_key.hpp"
#include "provider/registry.hpp"
#include "sandbox_process.hpp"
#include "support/run_coro.hpp"

namespace audienced::conformance::constant_contact_live {
namespace {

using namespace provider;
using Json = nlohmann::json;
using Fate = model::Outcome::Kind;

const std::string list = "04fe9a97-a579-43c5-bb1a-58ed29bf0a6a";
const std::string account_path = "/sandbox/constant-contact/accounts/acme";

struct SeenContacts final : provider::ContactSink {
    std::vector<ContactStatus> all;
    awaitable<result<void>> seen(std::vector<ContactStatus> page) override {
        all.insert(all.end(), page.begin(), page.end());
        co_return result<void>{};
    }
    const ContactStatus* find(const std::string& address) const {
        const auto it = std::find_if(all.begin(), all.end(),
                                     [&](const ContactStatus& s) { return s.address == address; });
        return it == all.end() ? nullptr : &*it;
    }
};

struct Live {
    SandboxProcess sandbox;
    boost::asio::io_context io{1};
    std::unique_ptr<http::Client> client = http::make_client(io.get_executor(), aio::system_time(), {});
    Limiters limiters{aio::system_time(), io.get_executor(), nullptr};
    std::unique_ptr<ApiKeyAuthorizer> token;
    model::Traffic traffic;
    model::Connection connection;
    ProviderPtr provider;

    Live() {
        ask("/sandbox/constant-contact/accounts", R"({"name":"acme","custom_fields":["Customer Tier"]})");
        ask(account_path + "/lists", R"({"id":")" + list + R"(","name":"Newsletter"})");
        ask("/sandbox/apps", R"({"client_id":"app","provider":"constant_contact","account":"acme"})");
        const Json given = Json::parse(ask(
            "/sandbox/tokens",
            R"({"client_id":"app","account":"acme","scope":"account_read contact_data offline_access"})"));
        token = std::make_unique<ApiKeyAuthorizer>(Secret(given.at("access_token").get<std::string>()));
        connection.name = "cc";
        connection.provider = "constant-contact";
        connection.client_id = "app";
        connection.api_base = sandbox.address();
        connection.ca_file = sandbox.ca_file();
        provider = make_provider();
    }
    ~Live() { client->close(); }

    ProviderPtr make_provider() {
        ProviderArgs args;
        args.connection = &connection;
        args.http = client.get();
        args.time = &aio::system_time();
        args.random = &system_random();
        args.limiters = &limiters;
        args.authorizer = token.get();
        args.traffic = &traffic;
        return *provider::make(args);
    }
    template <class T>
    T run(awaitable<T> task) {
        return test::run_coro(io, std::move(task));
    }
    std::string ask(std::string path, std::string body = {}) {
        return run(sandbox.ask(*client, std::move(path), std::move(body)));
    }
    void seed(const std::string& address, const std::string& rest) {
        ask(account_path + "/seed", R"({"email":")" + address + R"(",)" + rest + "}\n");
    }
    void act(const std::string& what, const std::string& address) {
        ask(account_path + "/act",
            R"({"act":")" + what + R"(","email":")" + address + R"(","list":")" + list + R"("})");
    }
    JobState end_of(const std::string& ticket) {
        for (;;) {
            auto states = run(provider->poll({ticket}));
            if (!states) FAIL(states.error().text());
            if (states->at(0).kind != JobState::Kind::pending) return states->at(0);
        }
    }
    std::vector<model::Outcome> deliver(const model::Batch& batch) {
        auto submitted = run(provider->submit(batch));
        if (!submitted) FAIL(submitted.error().text());
        if (submitted->ticket.empty()) return submitted->outcomes;
        const JobState state = end_of(submitted->ticket);
        if (state.kind != JobState::Kind::finished) FAIL(state.why);
        auto outcomes = run(provider->collect(submitted->ticket, batch));
        if (!outcomes) FAIL(outcomes.error().text());
        REQUIRE(outcomes->size() == batch.members.size() + batch.leavers.size());
        return *outcomes;
    }
    SeenContacts pull(std::optional<model::ProviderTime> since) {
        SeenContacts sink;
        PullRequest request;
        request.destination = list;
        request.since = since;
        auto mark = run(provider->pull(request, sink));
        if (!mark) FAIL(mark.error().text());
        CHECK(mark->complete);
        CHECK(mark->next_since < mark->began);
        next_since = mark->next_since;
        return sink;
    }
    std::string on_list() { return ask(account_path + "/contacts?count=1&list=" + list); }
    void check_nobody_was_harmed() {
        const Json counters = Json::parse(ask("/sandbox/counters"));
        CAPTURE(counters.at("must_stay_zero").dump());
        CHECK(counters.at("must_stay_zero_total") == 0);
    }
    model::ProviderTime next_since{};
};

model::Batch members(std::size_t n) {
    model::Batch b;
    b.destination = list;
    b.fields = {"first_name", "cf:customer_tier"};
    for (std::size_t i = 0; i < n; ++i) {
        model::Member m;
        m.address = "user" + std::to_string(i) + "@shop.test.example.net";
        m.values = {"N\u00e4me, \"" + std::to_string(i) + "\"", "tier " + std::to_string(i)};
        b.members.push_back(std::move(m));
    }
    return b;
}

model::Batch leavers(const model::Batch& from, std::size_t first, std::size_t n) {
    model::Batch b;
    b.kind = model::BatchKind::membership;
    b.destination = list;
    b.group.id = model::GroupId(list);
    b.group.title = "Newsletter";
    b.leavers.assign(from.members.begin() + static_cast<std::ptrdiff_t>(first),
                     from.members.begin() + static_cast<std::ptrdiff_t>(first + n));
    return b;
}

/// As if the answer to the only import of this batch had been lost.
void check_lost_job(Live& live, const model::Batch& batch) {
    LostJob lost;
    lost.destination = list;
    lost.rows = batch.members.size();
    lost.not_before = live.next_since;
    const std::string found = *live.run(live.provider->find_lost_job(lost));
    CHECK(!found.empty());
    lost.other_tickets = {found};
    CHECK(live.run(live.provider->find_lost_job(lost))->empty());
}

/// The contact, by its address and by its id, with its values.
void check_contact(Live& live, const Destination& destination, const model::Member& member) {
    ContactQuestion question;
    question.destination = list;
    question.address = member.address;
    question.fields = {destination.fields.front(), destination.fields.back()};
    auto found = live.run(live.provider->read_contact(question));
    if (!found) FAIL(found.error().text());
    REQUIRE(found->has_value());
    CHECK(((**found).state_word == "implicit" && (**found).status.on_list == true));
    REQUIRE((**found).values.size() == 2);
    CHECK(((**found).values[0] == member.values[0] && (**found).values[1] == member.values[1]));
    question.contact_id = (**found).status.contact_id;
    question.address.clear();
    auto by_id = live.run(live.provider->read_contact(question));
    REQUIRE((by_id.has_value() && by_id->has_value()));
    CHECK((**by_id).status.address == member.address);
}

void is_listed(Live& live, const Destination& destination) {
    const auto all = live.run(live.provider->list_destinations());
    if (!all) FAIL(all.error().text());
    const auto same = [&](const Destination& one) { return one.id == destination.id; };
    const auto here = std::find_if(all->begin(), all->end(), same);
    REQUIRE(here != all->end());
    CHECK(here->name == destination.name);
    CHECK(here->fields.size() == destination.fields.size());
}
}  // namespace

TEST_CASE("Constant Contact, live: checks, an import, people held back, leavers, a pull",
          "[conformance][provider][live]") {
    Live live;
    auto account = live.run(live.provider->check_account());
    if (!account) FAIL(account.error().text());
    CHECK(!account->id.empty());
    auto destination = live.run(live.provider->check_destination(list));
    if (!destination) FAIL(destination.error().text());
    CHECK(destination->name == "Newsletter");
    is_listed(live, *destination);
    CHECK(live.provider->field_name("Customer Tier") == destination->fields.back().name);
    CHECK(live.run(live.provider->check_destination("00000000-0000-4000-8000-000000000000")).error().code ==
          Errc::not_found);

    const model::Batch batch = members(300);
    live.seed("hold@shop.test.example.net", R"("permission":"temp_hold")");
    live.seed("out@shop.test.example.net", R"("permission":"unsubscribed")");
    live.seed("gone@shop.test.example.net", R"("deleted":true)");
    live.seed(batch.members[3].address, R"("permission":"explicit","values":{"first_name":"Old"})");
    const SeenContacts first = live.pull(std::nullopt);
    REQUIRE(first.find("hold@shop.test.example.net"));
    CHECK(first.find("hold@shop.test.example.net")->state == ContactStatus::State::on_hold);
    REQUIRE(first.find("out@shop.test.example.net"));
    REQUIRE(first.find("gone@shop.test.example.net"));
    CHECK(first.find("gone@shop.test.example.net")->state == ContactStatus::State::deleted);
    CHECK(!first.find(batch.members[3].address));

    // The contact unsubscribes between the pull and the import.
    live.seed(batch.members[7].address, R"("permission":"implicit")");
    live.act("unsubscribe", batch.members[7].address);
    const auto outcomes = live.deliver(batch);
    for (std::size_t i = 0; i < 300; ++i) {
        CAPTURE(i, outcomes[i].code, outcomes[i].detail);
        CHECK((outcomes[i].kind == Fate::suppressed) == (i == 7));
        CHECK((outcomes[i].kind == Fate::delivered) == (i != 7));
    }
    CHECK(Json::parse(live.on_list()) == 299);
    const std::string all =
        live.ask(account_path + "/contacts?fields=first_name,cf:customer_tier&list=" + list);
    CHECK(all.find(batch.members[12].address) != std::string::npos);
    CHECK(all.find("N\u00e4me, \"12\"") != std::string::npos);
    CHECK(all.find("tier 12") != std::string::npos);
    CHECK(all.find("Old") == std::string::npos);

    check_lost_job(live, batch);
    check_contact(live, *destination, batch.members[12]);
    live.act("leave_list", batch.members[20].address);
    live.act("unsubscribe", batch.members[21].address);
    const SeenContacts changes = live.pull(live.next_since);
    REQUIRE(changes.find(batch.members[19].address));
    CHECK(changes.find(batch.members[19].address)->on_list == true);
    REQUIRE(changes.find(batch.members[20].address));
    CHECK(changes.find(batch.members[20].address)->on_list == false);
    CHECK(changes.find(batch.members[20].address)->state == ContactStatus::State::mailable);
    REQUIRE(changes.find(batch.members[21].address));
    CHECK(changes.find(batch.members[21].address)->state == ContactStatus::State::unsubscribed);

    // Ids from the pull, then a few looked up, then many read from the list.
    model::Batch gone = leavers(batch, 100, 10);
    for (auto& m : gone.leavers) m.contact_id = changes.find(m.address)->contact_id;
    for (const auto& o : live.deliver(gone)) CHECK(o.kind == Fate::delivered);
    for (const auto& o : live.deliver(leavers(batch, 110, 5))) CHECK(o.kind == Fate::delivered);
    for (const auto& o : live.deliver(leavers(batch, 200, 50))) CHECK(o.kind == Fate::delivered);
    CHECK(Json::parse(live.on_list()) == 299 - 2 - 65);
    live.check_nobody_was_harmed();
}

TEST_CASE("Constant Contact, live: rows refused by name, a segment as a tag, jobs that do not end well",
          "[conformance][provider][live]") {
    Live live;
    model::Batch batch = members(40);
    batch.fields = {"first_name", "anniversary"};
    for (auto& m : batch.members) m.values[1] = "2020-05-31";
    batch.members[4].values[1] = "the day before";
    batch.members[9].values[1].reset();
    batch.members[11].address = std::string(100, 'x') + "@shop.test.example.net";
    const auto outcomes = live.deliver(batch);
    for (std::size_t i = 0; i < 40; ++i) {
        CAPTURE(i, outcomes[i].code, outcomes[i].detail);
        CHECK((outcomes[i].kind == Fate::rejected) == (i == 4 || i == 11));
    }

    auto tag = live.run(live.provider->make_group(list, "Gold"));
    if (!tag) FAIL(tag.error().text());
    CHECK(live.run(live.provider->make_group(list, "Gold"))->id == tag->id);
    model::Batch tagging = batch;
    tagging.kind = model::BatchKind::membership;
    tagging.group = *tag;
    const auto tagged = live.deliver(tagging);
    CHECK((tagged[4].kind == Fate::rejected && tagged[4].code == "not_visible"));
    CHECK(tagged[5].kind == Fate::delivered);
    SeenContacts sink;
    REQUIRE(live.run(live.provider->list_members(list, *tag, sink)).has_value());
    CHECK(sink.all.size() == 38);

    for (const char* end : {"failed", "timed_out", "cancelled", "vanished"}) {
        CAPTURE(end);
        live.ask("/sandbox/knobs", R"({"cc_next_activity":")" + std::string(end) + R"("})");
        auto submitted = live.run(live.provider->submit(members(3)));
        REQUIRE(submitted.has_value());
        const JobState state = live.end_of(submitted->ticket);
        const auto wanted = end[0] == 'v'   ? JobState::Kind::vanished
                            : end[0] == 'c' ? JobState::Kind::cancelled
                                            : JobState::Kind::failed;
        CHECK(state.kind == wanted);
    }
    live.check_nobody_was_harmed();
}

}  // namespace audienced::conformance::constant_contact_live
