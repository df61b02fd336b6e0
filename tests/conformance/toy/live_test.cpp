// The toy against its service, over real TLS; and what only its Kind says.
#include <algorithm>
#include <catch2/catch.hpp>

#include "../provider/bench.hpp"
#include "../provider/sandbox_process.hpp"
#include "conformance/toy/provider/wire.hpp"
#include "http/beast/client.hpp"
#include "provider/api_key.hpp"

namespace audienced::conformance {
FixturePtr toy_fixture();
}

namespace audienced::conformance::toy_live {
namespace {

using namespace provider;
using Kind = model::Outcome::Kind;

struct Sink final : ContactSink {
    std::vector<ContactStatus> all;
    awaitable<result<void>> seen(std::vector<ContactStatus> page) override {
        all.insert(all.end(), page.begin(), page.end());
        co_return result<void>{};
    }
};

struct LiveToy {
    SandboxProcess sandbox;
    boost::asio::io_context io{1};
    std::unique_ptr<http::Client> client = http::make_client(io.get_executor(), aio::system_time(), {});
    Limiters limiters{aio::system_time(), io.get_executor(), nullptr};
    ApiKeyAuthorizer key;
    model::Connection connection;
    ProviderPtr provider;

    explicit LiveToy(std::string secret) : key(Secret(secret), find_kind("toy")->key_scheme) {
        ask("/sandbox/toy/boxes", R"({"id":"box-1","name":"Customers","key":"k3y"})");
        connection.name = "toy";
        connection.provider = "toy";
        connection.api_base = sandbox.address();
        connection.ca_file = sandbox.ca_file();
        ProviderArgs args;
        args.connection = &connection;
        args.http = client.get();
        args.time = &aio::system_time();
        args.random = &system_random();
        args.limiters = &limiters;
        args.authorizer = &key;
        provider = *provider::make(args);
    }
    ~LiveToy() { client->close(); }

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
};

model::Batch members(std::size_t n) {
    return toy_fixture()->upsert(n);
}

}  // namespace

TEST_CASE("the toy, live: checks, groups, an upsert with a refusal, a removal, a pull",
          "[conformance][provider][live]") {
    LiveToy toy("k3y");
    CHECK(toy.run(toy.provider->check_account())->name == "Acme");
    CHECK(toy.run(toy.provider->check_destination("box-1"))->name == "Customers");
    const auto boxes = toy.run(toy.provider->list_destinations());
    REQUIRE(boxes->size() == 1);
    CHECK((boxes->front().id == "box-1" && boxes->front().name == "Customers"));
    CHECK(toy.run(toy.provider->check_destination("no-box")).error().code == Errc::not_found);

    model::Batch batch = members(5);
    batch.members[1].address = "bad@conformance.invalid";
    toy.ask("/sandbox/toy/boxes/box-1/act",
            R"({"act":"stop","email":")" + batch.members[2].address + R"("})");
    const auto outcomes = toy.deliver(batch);
    REQUIRE(outcomes.size() == 5);
    CHECK((outcomes[0].kind == Kind::delivered && outcomes[0].created));
    CHECK((outcomes[1].kind == Kind::rejected && outcomes[1].code == "invalid_address"));
    CHECK(outcomes[1].detail.find('@') == std::string::npos);
    CHECK((outcomes[2].kind == Kind::suppressed && outcomes[2].code == "unsubscribed"));
    CHECK(toy.ask("/sandbox/toy/boxes/box-1/members").find(batch.members[4].address + "\ton\tName 4") !=
          std::string::npos);

    model::Export definition;
    definition.destination = "box-1";
    CHECK(toy.run(toy.provider->find_groups(definition, {"Gold"}, {}))->groups.at(0).id.empty());
    model::Batch change = members(5);
    change.kind = model::BatchKind::membership;
    change.group = *toy.run(toy.provider->make_group("box-1", "Gold"));
    change.members.erase(change.members.begin(), change.members.begin() + 3);
    CHECK(toy.run(toy.provider->find_groups(definition, {"Gold"}, {}))->groups.at(0).id == change.group.id);
    for (const auto& o : toy.deliver(change)) CHECK((o.kind == Kind::delivered && !o.was_member));
    for (const auto& o : toy.deliver(change)) CHECK((o.kind == Kind::delivered && o.was_member));
    Sink grouped, emptied, pulled;
    REQUIRE(toy.run(toy.provider->list_members("box-1", change.group, grouped)).has_value());
    CHECK(grouped.all.size() == 2);
    std::swap(change.members, change.leavers);
    for (const auto& o : toy.deliver(change)) CHECK(o.kind == Kind::delivered);
    REQUIRE(toy.run(toy.provider->list_members("box-1", change.group, emptied)).has_value());
    CHECK(emptied.all.empty());

    ContactQuestion question;
    question.destination = "box-1";
    question.address = batch.members[4].address;
    question.fields = toy.run(toy.provider->check_destination("box-1"))->fields;
    const auto found = toy.run(toy.provider->read_contact(question));
    REQUIRE((found.has_value() && found->has_value()));
    CHECK((**found).values.at(0) == "Name 4");
    CHECK((**found).status.state == ContactStatus::State::mailable);

    PullRequest request;
    request.destination = "box-1";
    REQUIRE(toy.run(toy.provider->pull(request, pulled)).has_value());
    REQUIRE(pulled.all.size() == 1);
    CHECK(pulled.all[0].address == batch.members[2].address);
    CHECK(pulled.all[0].state == ContactStatus::State::unsubscribed);
}

TEST_CASE("the toy, live: another key is refused, and the error asks for a person",
          "[conformance][provider][live]") {
    LiveToy toy("another");
    const auto refused = toy.run(toy.provider->check_account());
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::auth);
    CHECK(!refused.error().hint.empty());
}

TEST_CASE("the toy's calls keep within its window of ten seconds", "[conformance][provider]") {
    Bench bench(toy_fixture());
    const SteadyTime begin = bench.time.steady();
    for (unsigned i = 0; i < 3 * toy::calls_per_window; ++i)
        REQUIRE(bench.run(bench.fixture->upsert(1)).has_value());
    CHECK(bench.server.asked.size() == 3 * toy::calls_per_window);
    CHECK(bench.time.steady() - begin >= 2 * toy::window);
    CHECK(bench.time.steady() - begin < 3 * toy::window);
    for (const auto& request : bench.server.asked) {
        const http::Headers& sent = request.headers;
        CHECK(std::count(sent.begin(), sent.end(),
                         std::pair<std::string, std::string>("Toy-Revision", "2026-11-01")) == 1);
    }
}

}  // namespace audienced::conformance::toy_live
