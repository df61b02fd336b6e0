// One provider under test, with a server that the test plays.
#pragma once

#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "http/client.hpp"
#include "provider/registry.hpp"
#include "support/run_coro.hpp"

namespace audienced::conformance {

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

struct Sign final : provider::Authorizer {
    awaitable<result<Secret>> header() override { co_return Secret("Bearer hush-hush-us6"); }
    awaitable<result<bool>> refused(Secret) override { co_return false; }
};

struct Diary final : provider::CallObserver {
    std::string text;
    void retrying(std::string_view why, std::chrono::milliseconds) override {
        text += std::string(why) + "\n";
    }
    void waiting_for_quota(SysTime) override {}
};

struct Bench {
    FixturePtr fixture;
    model::Connection connection;
    boost::asio::io_context io;
    test::FakeTime time;
    Server server;
    provider::Limiters limiters;
    Sign sign;
    Diary diary;
    model::Traffic traffic;
    provider::ProviderPtr provider;

    explicit Bench(FixturePtr f)
        : fixture(std::move(f)),
          connection(fixture->connection()),
          server(*fixture, time),
          limiters(time, io.get_executor(), nullptr) {
        provider::ProviderArgs args;
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
        if (!submitted && submitted.error().safe_to_retry && provider->limits().by_jobs) {
            // The job may have been taken: looked for before the same is sent again.
            auto lost = co_await find_lost_job(batch);
            if (!lost) co_return lost.error();
            if (lost->empty()) submitted = co_await provider->submit(batch);
            if (!lost->empty()) submitted = ticket_only(std::move(*lost));
        }
        if (!submitted) co_return submitted.error();
        if (submitted->ticket.empty()) co_return std::move(submitted->outcomes);
        const std::string ticket = submitted->ticket;
        for (int i = 0; i < 1000; ++i) {
            std::vector<std::string> tickets(1, ticket);
            auto states = co_await provider->poll(std::move(tickets));
            if (!states) co_return states.error();
            const provider::JobState state = states->at(0);
            if (state.kind == provider::JobState::Kind::finished)
                co_return co_await provider->collect(ticket, batch);
            if (state.kind != provider::JobState::Kind::pending)
                co_return make_error(Errc::refused, "job: " + state.why);
            auto slept = co_await time.sleep_for(std::chrono::seconds{5});
            if (!slept) co_return slept.error();
        }
        co_return make_error(Errc::timeout, "the job never ends");
    }
    awaitable<result<std::string>> find_lost_job(const model::Batch& batch) {
        provider::LostJob job;
        job.destination = batch.destination;
        job.rows = batch.members.size();
        job.not_before = model::provider_time_from_our_clock(time.now());
        return provider->find_lost_job(std::move(job));
    }
    static provider::Submitted ticket_only(std::string ticket) {
        provider::Submitted out;
        out.ticket = std::move(ticket);
        return out;
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

}  // namespace audienced::conformance
