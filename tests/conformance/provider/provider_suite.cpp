// What every provider must do, whatever it is called.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "bench.hpp"

namespace audienced::conformance {

#define AUDIENCED_PROVIDER(folder) FixturePtr folder##_fixture();
#include "provider/providers.def"
#undef AUDIENCED_PROVIDER

namespace {

using namespace provider;
using namespace std::chrono_literals;
namespace asio = boost::asio;

const std::vector<std::pair<std::string, FixturePtr (*)()>>& fixtures() {
    static const std::vector<std::pair<std::string, FixturePtr (*)()>> all{
#define AUDIENCED_PROVIDER(folder) {#folder, folder##_fixture},
#include "provider/providers.def"
#undef AUDIENCED_PROVIDER
    };
    return all;
}

/// Runs the same test for every provider.
template <class Test>
void for_each_provider(Test body) {
    for (const auto& [name, make] : fixtures()) {
        INFO("provider " << name);
        body(make);
    }
}

}  // namespace

TEST_CASE("an empty batch is refused and nothing is sent", "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        auto outcomes = bench.run(bench.fixture->upsert(0));
        REQUIRE(!outcomes.has_value());
        CHECK(bench.server.asked.empty());
    });
}

TEST_CASE("a full batch stays under the limits and every member has an outcome", "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        const Limits limits = bench.provider->limits();
        const auto batch = bench.fixture->upsert(std::min<std::size_t>(limits.members_per_upsert, 5000));
        auto outcomes = bench.run(batch);
        REQUIRE(outcomes.has_value());
        REQUIRE(outcomes->size() == batch.members.size());
        for (const auto& o : *outcomes) CHECK(o.kind == model::Outcome::Kind::delivered);
        for (const auto& r : bench.server.asked)
            if (limits.bytes_per_upsert > 0) CHECK(r.body.size() <= limits.bytes_per_upsert);
        CHECK(bench.traffic.requests == bench.server.asked.size());
        CHECK(bench.traffic.writes > 0);
        bench.check_idle();
    });
}

TEST_CASE("outcomes stand where their members stood", "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        bench.fixture->refused = {Fixture::address(0), Fixture::address(7), Fixture::address(19)};
        auto outcomes = bench.run(bench.fixture->upsert(20));
        REQUIRE(outcomes.has_value());
        for (std::size_t i = 0; i < 20; ++i) {
            CAPTURE(i);
            const bool refused = bench.fixture->refused.contains(Fixture::address(i));
            CHECK((outcomes->at(i).kind == model::Outcome::Kind::delivered) == !refused);
            if (refused) CHECK(!outcomes->at(i).code.empty());
            bench.check_no_secrets(outcomes->at(i).code + outcomes->at(i).detail);
        }
    });
}

TEST_CASE("the same batch twice leaves the same state", "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        const auto batch = bench.fixture->upsert(30);
        REQUIRE(bench.run(batch).has_value());
        const std::string before = bench.fixture->state();
        REQUIRE(bench.run(batch).has_value());
        CHECK(bench.fixture->state() == before);
    });
}

TEST_CASE("refused credentials are an error that a person must fix", "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        bench.server.always = bench.fixture->unauthorised();
        auto outcomes = bench.run(bench.fixture->upsert(3));
        REQUIRE(!outcomes.has_value());
        CHECK(outcomes.error().code == Errc::auth);
        CHECK(!outcomes.error().hint.empty());
        CHECK(outcomes.error().message.find("under-test") != std::string::npos);
        CHECK(bench.server.asked.size() == 1);
        bench.check_no_secrets(outcomes.error().text());
        bench.check_idle();
    });
}

TEST_CASE("after 'slow down' a call waits as long as the provider says; the first call had no effect",
          "[conformance][provider]") {
    for_each_provider([](auto make) {
        const auto forms = make()->throttled();
        for (std::size_t i = 0; i < forms.size(); ++i) {
            for (const char* after : {"", "40", "Sun, 01 Mar 2026 10:00:40 GMT", "nonsense"}) {
                CAPTURE(i, after);
                Bench bench(make());
                http::Response slow = forms[i];
                if (*after) slow.headers.emplace_back("Retry-After", after);
                bench.server.instead.emplace_back(slow);
                const SysTime begin = bench.time.now();
                auto outcomes = bench.run(bench.fixture->upsert(3));
                REQUIRE(outcomes.has_value());
                CHECK(bench.time.now() > begin);
                if (*after && *after != 'n') CHECK(bench.time.now() >= begin + 40s);
                CHECK(bench.traffic.retries >= 1);
                for (const auto& o : *outcomes) CHECK(o.kind == model::Outcome::Kind::delivered);
            }
        }
    });
}

TEST_CASE("failures of the provider and the network are retried", "[conformance][provider]") {
    for_each_provider([](auto make) {
        std::vector<result<http::Response>> troubles;
        for (const auto& r : make()->trouble()) troubles.emplace_back(r);
        troubles.emplace_back(retryable(Errc::network, "connection reset"));
        troubles.emplace_back(retryable(Errc::timeout, "no answer in time"));
        for (std::size_t i = 0; i < troubles.size(); ++i) {
            for (const std::size_t before : {0u, 1u}) {  // at the first call, and at the second
                CAPTURE(i, before);
                Bench bench(make());
                const auto batch = bench.fixture->upsert(8);
                if (before) REQUIRE(bench.run(bench.fixture->upsert(1)).has_value());
                bench.server.instead.push_back(troubles[i]);
                auto outcomes = bench.run(batch);
                REQUIRE(outcomes.has_value());
                for (const auto& o : *outcomes) CHECK(o.kind == model::Outcome::Kind::delivered);
                bench.check_no_secrets(bench.diary.text);
                bench.check_idle();
            }
        }
    });
}

TEST_CASE("an unreachable provider ends in an error that may be retried", "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        bench.server.always = bench.fixture->trouble().at(0);
        auto outcomes = bench.run(bench.fixture->upsert(8));
        REQUIRE(!outcomes.has_value());
        CHECK(outcomes.error().safe_to_retry);
        CHECK(bench.server.asked.size() > 1);
        CHECK(bench.server.asked.size() < 50);
        bench.check_no_secrets(outcomes.error().text());
    });
}

TEST_CASE("a permanent error is not retried", "[conformance][provider]") {
    for_each_provider([](auto make) {
        for (const auto& answer : make()->permanent()) {
            CAPTURE(answer.status, answer.body);
            Bench bench(make());
            REQUIRE(bench.run(bench.fixture->upsert(1)).has_value());
            const std::size_t before = bench.server.asked.size();
            bench.server.always = answer;
            auto outcomes = bench.run(bench.fixture->upsert(4));
            REQUIRE(!outcomes.has_value());
            CHECK(!outcomes.error().safe_to_retry);
            CHECK(bench.server.asked.size() == before + 1);
        }
    });
}

TEST_CASE("malformed answers are errors or unknown outcomes, never deliveries", "[conformance][provider]") {
    const std::string deep(100'000, '[');
    for_each_provider([&](auto make) {
        for (const std::string& body :
             {std::string("{"), std::string("{}"), std::string("[]"), std::string("null"), std::string("7"),
              std::string("\"x\""), std::string("<html>hello</html>"), std::string("{\"errors\":7}"),
              std::string("\xff\xfe\x00", 3), deep, std::string("{\"a\":") + deep,
              std::string(1u << 20, 'x')}) {
            CAPTURE(body.substr(0, 20), body.size());
            Bench bench(make());
            REQUIRE(bench.run(bench.fixture->upsert(1)).has_value());
            bench.server.always = reply(200, body);
            auto outcomes = bench.run(bench.fixture->upsert(3));
            if (outcomes.has_value())
                for (const auto& o : *outcomes) CHECK(o.kind != model::Outcome::Kind::delivered);
            bench.check_idle();
        }
    });
}

TEST_CASE("cancelling leaves nothing running", "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        bench.server.silent = true;
        const auto batch = bench.fixture->upsert(3);
        asio::cancellation_signal stop;
        std::optional<bool> cancelled;
        auto done = [&](std::exception_ptr e, result<std::vector<model::Outcome>> outcomes) {
            cancelled = e != nullptr || (!outcomes && outcomes.error().code == Errc::cancelled);
        };
        asio::co_spawn(bench.io, bench.deliver(batch), asio::bind_cancellation_slot(stop.slot(), done));
        bench.io.poll();
        bench.time.advance(std::chrono::seconds{1});  // the first second of a rate limit counts as spent
        bench.io.restart();
        bench.io.poll();
        REQUIRE(bench.server.asked.size() == 1);
        REQUIRE(!cancelled);
        stop.emit(asio::cancellation_type::terminal);
        bench.io.restart();
        bench.io.poll();
        REQUIRE(cancelled);
        CHECK(*cancelled);
        bench.check_idle();
    });
}

TEST_CASE("a contact that is not there is none, and asking for it writes nothing",
          "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        ContactQuestion question;
        question.destination = bench.fixture->upsert(1).destination;
        question.address = Fixture::address(0);
        const std::string before = bench.fixture->state();
        for (const char* id : {"", "no-such-id"}) {
            question.contact_id = model::ContactId(id);
            auto found = test::run_coro(bench.io, bench.time, bench.provider->read_contact(question));
            REQUIRE(found.has_value());
            CHECK(!found->has_value());
        }
        CHECK(bench.fixture->state() == before);
        CHECK(bench.traffic.writes == 0);
        bench.check_idle();
    });
}

TEST_CASE("a contact that cannot be read is an error, never an absence", "[conformance][provider]") {
    for_each_provider([](auto make) {
        for (const char* body : {"", "null", "[]", "<html>", "{", "7"}) {
            CAPTURE(body);
            Bench bench(make());
            bench.server.always = reply(200, body);
            ContactQuestion question;
            question.destination = bench.fixture->upsert(1).destination;
            question.contact_id = model::ContactId("some-id");
            question.address = Fixture::address(0);
            auto found = test::run_coro(bench.io, bench.time, bench.provider->read_contact(question));
            CHECK(!found.has_value());
        }
    });
}

TEST_CASE("checking an account writes nothing", "[conformance][provider]") {
    for_each_provider([](auto make) {
        Bench bench(make());
        (void)test::run_coro(bench.io, bench.time, bench.provider->check_account());
        CHECK(bench.traffic.requests >= 1);
        CHECK(bench.traffic.writes == 0);
        for (const auto& r : bench.server.asked) CHECK(r.method == http::Method::get);
    });
}

}  // namespace audienced::conformance
