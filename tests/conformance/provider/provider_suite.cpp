// What every provider must do, whatever it is called.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "http/client.hpp"
#include "provider/registry.hpp"
#include "support/run_coro.hpp"

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

/// The server of the test: first the answers in `instead`, then the fixture's.
struct Server final : http::Client {
    explicit Server(Fixture& f, aio::Time& t) : fixture(f), time(t) {}
    awaitable<result<http::Response>> send(http::Request request, Deadline) override {
        asked.push_back(request);
        if (silent) {
            auto slept = co_await time.sleep_until(SteadyTime::max());
            if (!slept) co_return slept.error();
        }
        if (next < instead.size()) co_return instead[next++];
        if (always) co_return *always;
        co_return fixture.serve(request);
    }
    Fixture& fixture;
    aio::Time& time;
    std::vector<http::Request> asked;
    std::vector<result<http::Response>> instead;
    std::size_t next = 0;
    std::optional<http::Response> always;
    bool silent = false;
};

struct Sign final : Authorizer {
    awaitable<result<Secret>> header() override { co_return Secret("Bearer hush-hush-us6"); }
    awaitable<result<bool>> refused(Secret) override { co_return false; }
};

struct Diary final : CallObserver {
    std::string text;
    void retrying(std::string_view why, std::chrono::milliseconds) override {
        text += std::string(why) + "\n";
    }
    void waiting_for_quota(SysTime) override {}
};

struct Bench {
    FixturePtr fixture;
    model::Connection connection;
    asio::io_context io;
    test::FakeTime time;
    Server server;
    Limiters limiters;
    Sign sign;
    Diary diary;
    model::Traffic traffic;
    ProviderPtr provider;

    explicit Bench(FixturePtr f)
        : fixture(std::move(f)),
          connection(fixture->connection()),
          server(*fixture, time),
          limiters(time, io.get_executor(), nullptr) {
        ProviderArgs args;
        args.connection = &connection;
        args.http = &server;
        args.time = &time;
        args.random = &system_random();
        args.limiters = &limiters;
        args.authorizer = &sign;
        args.traffic = &traffic;
        args.observer = &diary;
        auto made = provider::make(args);
        REQUIRE(made.has_value());
        provider = std::move(*made);
    }

    /// Submits, and polls a ticket to its end. The outcomes, or the error.
    awaitable<result<std::vector<model::Outcome>>> deliver(const model::Batch& batch) {
        auto submitted = co_await provider->submit(batch);
        if (!submitted) co_return submitted.error();
        if (submitted->ticket.empty()) co_return std::move(submitted->outcomes);
        const std::string ticket = submitted->ticket;
        for (int i = 0; i < 1000; ++i) {
            std::vector<std::string> tickets(1, ticket);
            auto states = co_await provider->poll(std::move(tickets));
            if (!states) co_return states.error();
            const JobState state = states->at(0);
            if (state.kind == JobState::Kind::finished) co_return co_await provider->collect(ticket, batch);
            if (state.kind != JobState::Kind::pending)
                co_return make_error(Errc::refused, "job: " + state.why);
            auto slept = co_await time.sleep_for(5s);
            if (!slept) co_return slept.error();
        }
        co_return make_error(Errc::timeout, "the job never ends");
    }
    result<std::vector<model::Outcome>> run(const model::Batch& batch) {
        return test::run_coro(io, time, deliver(batch));
    }

    void check_no_secrets(const std::string& text) const {
        CHECK(text.find("hush-hush") == std::string::npos);
        CHECK(text.find("@conformance.example.net") == std::string::npos);
    }
    void check_idle() const {
        for (const auto& limiter : limiters.all()) {
            CHECK(limiter->view().in_flight == 0);
            CHECK(limiter->view().waiting == 0);
        }
    }
};

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

TEST_CASE("refused credentials are an error that asks for a person", "[conformance][provider]") {
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

TEST_CASE("'slow down' is waited for as long as the provider says, and executed nothing",
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

TEST_CASE("trouble at the provider and on the way is outlasted", "[conformance][provider]") {
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

TEST_CASE("a provider that stays away ends in an error that may be retried", "[conformance][provider]") {
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

TEST_CASE("what is permanent is not tried again", "[conformance][provider]") {
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

TEST_CASE("answers that make no sense are errors or unknown outcomes, never deliveries",
          "[conformance][provider]") {
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
