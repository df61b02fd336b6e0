#include "run/delivery/jobs.hpp"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "support/run_coro.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::run_delivery_jobs_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Kind = provider::JobState::Kind;

namespace {

struct NoLog final : log::Log {
    void write(log::Event) noexcept override {}
};

/// A provider that knows jobs and nothing else: each ends after so many polls.
struct Jobholder final : provider::Provider {
    std::map<std::string, int> polls_left;
    std::vector<std::size_t> asked;  // tickets in each poll

    provider::Limits limits() const noexcept override { return {}; }
    awaitable<result<std::vector<provider::JobState>>> poll(std::vector<std::string> tickets) override {
        asked.push_back(tickets.size());
        std::vector<provider::JobState> out(tickets.size());
        for (std::size_t i = 0; i < tickets.size(); ++i)
            if (--polls_left[tickets[i]] <= 0) out[i].kind = Kind::finished;
        co_return out;
    }
    static Error no() { return make_error(Errc::bug, "no test calls this"); }
    awaitable<result<provider::Account>> check_account() override { co_return no(); }
    awaitable<result<std::vector<provider::Destination>>> list_destinations() override { co_return no(); }
    awaitable<result<provider::Destination>> check_destination(std::string) override { co_return no(); }
    std::string field_name(std::string_view mapped) const override { return std::string(mapped); }
    awaitable<result<void>> create_fields(std::string, std::vector<std::string>) override { co_return no(); }
    awaitable<result<provider::GroupLayout>> find_groups(const model::Export&, std::vector<std::string>,
                                                         std::vector<model::Group>) override {
        co_return no();
    }
    awaitable<result<model::Group>> make_group(std::string, std::string) override { co_return no(); }
    awaitable<result<std::optional<provider::ContactNow>>> read_contact(provider::ContactQuestion) override {
        co_return no();
    }
    awaitable<result<void>> list_members(std::string, model::Group, provider::ContactSink&) override {
        co_return no();
    }
    awaitable<result<provider::PullMark>> pull(provider::PullRequest, provider::ContactSink&) override {
        co_return no();
    }
    awaitable<result<provider::Submitted>> submit(const model::Batch&) override { co_return no(); }
};

struct JobScene {
    boost::asio::io_context io{1};
    FakeTime time;
    NoLog log;
    run::Environment env;
    Jobholder provider;
    std::optional<run::RunProgress> progress;
    std::optional<run::RunControl> control;
    std::optional<run::Jobs> jobs;
    std::map<std::string, result<provider::JobState>> ends;

    JobScene() {
        env.io = io.get_executor();
        env.time = &time;
        env.log = &log;
        progress.emplace(env, sample_run());
        control.emplace(env.io, *env.time, aio::TaskGroup::OnBug());
        jobs.emplace(env, provider, *progress, *control);
    }
    awaitable<void> keep_end(std::string ticket) {
        auto end = co_await jobs->end_of(ticket);
        ends.emplace(ticket, std::move(end));
    }
    void wait_for(const std::string& ticket, int polls) {
        provider.polls_left[ticket] = polls;
        boost::asio::co_spawn(io, keep_end(ticket), [](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);
        });
    }
};

}  // namespace

TEST_CASE("one poller asks for all open jobs, and each of them ends for its waiter", "[unit][run]") {
    JobScene scene;
    scene.wait_for("a", 1);
    scene.wait_for("b", 3);
    run_until(
        scene.io, [&] { return scene.ends.size() == 2; }, &scene.time);
    CHECK(scene.ends.at("a").value().kind == Kind::finished);
    CHECK(scene.ends.at("b").value().kind == Kind::finished);
    CHECK(scene.provider.asked == std::vector<std::size_t>{2, 1, 1});
}

TEST_CASE("a slow job is logged, and one that never ends is given up after hours", "[unit][run]") {
    JobScene scene;
    scene.wait_for("slow", 1'000'000);
    const SteadyTime began = scene.time.steady();
    run_until(
        scene.io, [&] { return !scene.progress->events.progress().waiting_for.empty(); }, &scene.time);
    CHECK(scene.progress->events.progress().waiting_for == "the provider's job");
    run_until(
        scene.io, [&] { return scene.ends.size() == 1; }, &scene.time);
    CHECK(scene.ends.at("slow").value().kind == Kind::overdue);
    CHECK(scene.ends.at("slow").value().why == "the provider's job did not end within 6 hours");
    CHECK(scene.time.steady() - began >= 6h);
    CHECK(scene.time.steady() - began <= 6h + 1min);
    CHECK(scene.provider.asked.size() < 400);  // a minute apart in the end
}

TEST_CASE("a waiter for a job is released at once when the run is to stop", "[unit][run]") {
    JobScene scene;
    scene.wait_for("a", 1'000'000);
    scene.wait_for("b", 1'000'000);
    run_until(
        scene.io, [&] { return scene.provider.asked.size() == 8; }, &scene.time);
    scene.io.restart();
    scene.io.poll();
    const SteadyTime asked = scene.time.steady();
    scene.control->stop_reason = run::StopReason::shutdown;
    scene.control->changed.notify_all();
    run_until(scene.io, [&] { return scene.ends.size() == 2; });
    CHECK(scene.ends.at("a").error().code == Errc::cancelled);
    CHECK(scene.ends.at("b").error().code == Errc::cancelled);
    CHECK(scene.time.steady() == asked);
    CHECK(scene.provider.asked.size() == 8);
}

}  // namespace audienced::unit::run_delivery_jobs_test
