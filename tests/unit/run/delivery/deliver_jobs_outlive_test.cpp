// Jobs that outlive the run that began them, and jobs whose ticket was never received.
#include <catch2/catch.hpp>

#include "unit/run/delivery/jobs_scene.hpp"

namespace audienced::unit::run_delivery_deliver_jobs_outlive_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using Job = ScriptedAccount::Job;
using JobKind = provider::JobState::Kind;
using Addresses = std::vector<std::string>;

TEST_CASE("a run that ends while its job is under way leaves it to the next run, which settles it first",
          "[unit][run]") {
    JobsScene s;
    bool done = false;
    s.service.job_state = [&](const Job&) { return job_state(done ? JobKind::finished : JobKind::pending); };
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::poll && !done) return make_error(Errc::network, "the network is away");
        return {};
    };
    const auto first = s.run_once();
    CHECK(first.status == Status::failed);
    REQUIRE(s.intents().size() == 1);
    CHECK(s.intents()[0].ticket == "job1");
    done = true;
    s.rows({{"ann@example.org", "Ann"}});
    const auto next = s.run_once();
    CHECK(next.status == Status::succeeded);
    CHECK(next.counts.unchanged == 1);
    CHECK(next.counts.removed == 3);
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org"});
    CHECK(s.intents().empty());
}

TEST_CASE("an import that was taken although its answer was lost is found among the jobs", "[unit][run]") {
    JobsScene s;
    s.service.after = at_call(CallKind::submit, 1, []() -> result<void> {
        return make_error(Errc::timeout, "the answer did not come");
    });
    s.check_delivered(s.run_once());
    CHECK(s.submitted().size() == 1);
    CHECK(s.service.count(CallKind::find_lost_job) == 1);
    CHECK(s.intents().empty());
}

TEST_CASE("an import that the provider did not take is sent again, after a look", "[unit][run]") {
    JobsScene s;
    s.service.before = at_call(CallKind::submit, 1, []() -> result<void> {
        return make_error(Errc::timeout, "the answer did not come");
    });
    s.check_delivered(s.run_once());
    CHECK(s.submitted().size() == 2);
    CHECK(s.service.count(CallKind::pull) == 2);
    CHECK(s.intents().empty());
}

TEST_CASE("a lost import is looked for by the next run where this one was killed", "[unit][run]") {
    JobsScene s;
    std::optional<CrashImage> image;
    const bool taken = GENERATE(true, false);
    auto& hook = taken ? s.service.after : s.service.before;
    hook = at_call(CallKind::submit, 1, [&]() -> result<void> {
        image = s.crash_image();
        return {};
    });
    const auto id = s.queue_run();
    s.carry_out(id);
    RunBench again(*image);
    again.service.by_jobs = true;
    again.service.limits.members_per_upsert = 10;
    again.time.advance(1h);
    again.serve();
    const auto run = again.wait_for(id);
    CHECK(run.counts.added == 4);
    CHECK(run.counts.add_up());
    CHECK(again.service.count(CallKind::submit) == (taken ? 0 : 1));
    CHECK(again.service.members_of("l1") == four_addresses);
}

TEST_CASE("a ticket is stored before the job is waited for, and settled after a crash without a second job",
          "[unit][run]") {
    JobsScene s;
    const auto id = s.queue_run();
    std::optional<CrashImage> image;
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::list_members)  // since the plan: left out of what is submitted
            s.put_opt_out("bob@example.org", "unspecified");
        if (call.kind == CallKind::poll && call.nth == 1) image = s.crash_image();
        return {};
    };
    REQUIRE(s.carry_out(id).status == Status::succeeded);
    CHECK(s.submitted() == std::vector<Addresses>{{"ann@example.org", "cid@example.org", "dan@example.org"}});

    RunBench again(*image);
    again.service.by_jobs = true;
    again.execute("DELETE FROM opt_outs");  // lifted meanwhile: the job is as it was
    again.serve();
    const auto run = again.wait_for(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 3);
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.add_up());
    CHECK(again.service.count(CallKind::submit) == 0);
    REQUIRE(again.service.count(CallKind::collect) == 1);
    CHECK(again.service.of(CallKind::collect)[0].members() ==
          Addresses{"ann@example.org", "cid@example.org", "dan@example.org"});
    // Settled before anything else: a pull then knows which members were put on the list.
    std::size_t collected = 0, pulled = 0;
    for (std::size_t i = 0; i < again.service.calls.size(); ++i) {
        if (again.service.calls[i].kind == CallKind::collect) collected = i;
        if (again.service.calls[i].kind == CallKind::pull && pulled == 0) pulled = i;
    }
    CHECK(collected < pulled);
}

TEST_CASE("a member that leaves the list between a crash and the next start is not put back", "[unit][run]") {
    JobsScene s;
    const auto id = s.queue_run();
    std::optional<CrashImage> image;
    s.service.after = at_call(CallKind::poll, 1, [&]() -> result<void> {
        image = s.crash_image();
        return {};
    });
    s.carry_out(id);
    RunBench again(*image);
    again.service.by_jobs = true;
    again.time.advance(1h);
    again.service.contact("bob@example.org").groups.erase("l1");
    again.serve();
    CHECK(again.wait_for(id).status == Status::succeeded);
    CHECK(again.service.count(CallKind::submit) == 0);
    again.rows({{"ann@example.org", "Ann"}, {"bob@example.org", "Bobby"}});
    again.stop_serving();
    again.run_once();
    CHECK(again.service.members_of("l1") == Addresses{"ann@example.org"});
    CHECK(again.opt_out("bob@example.org") == "left_list");
}

TEST_CASE("a job that failed while the daemon was away is sent again", "[unit][run]") {
    JobsScene s;
    const auto id = s.queue_run();
    std::optional<CrashImage> image;
    s.service.before = at_call(CallKind::poll, 1, [&]() -> result<void> {
        image = s.crash_image();
        return {};
    });
    s.carry_out(id);
    RunBench again(*image);
    again.service.by_jobs = true;
    again.service.job_state = [](const Job& job) {
        return job_state(job.batch.members.size() > 2 ? JobKind::failed : JobKind::finished);
    };
    again.serve();
    const auto run = again.wait_for(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 4);
    CHECK(again.service.count(CallKind::submit) == 3);  // as it was, then in halves
}

}  // namespace audienced::unit::run_delivery_deliver_jobs_outlive_test
