// Delivery by jobs that the provider does later, under a ticket.
#include <algorithm>
#include <catch2/catch.hpp>

#include "unit/run/delivery/jobs_scene.hpp"

namespace audienced::unit::run_delivery_deliver_jobs_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using Job = ScriptedAccount::Job;
using JobKind = provider::JobState::Kind;
using Addresses = std::vector<std::string>;

TEST_CASE("a job is waited for, and its outcomes are collected", "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job& job) {
        return job_state(job.polls < 3 ? JobKind::pending : JobKind::finished);
    };
    const auto run = s.run_once();
    s.check_delivered(run);
    CHECK(run.traffic.provider_jobs == 1);
    CHECK(s.service.count(CallKind::poll) == 3);
    const auto collected = s.service.of(CallKind::collect);
    REQUIRE(collected.size() == 1);
    CHECK(collected[0].text == "job1");
    CHECK(collected[0].members() == four_addresses);
}

TEST_CASE("a job that failed as a whole is sent again in halves", "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job& job) {
        return job_state(job.batch.members.size() > 1 ? JobKind::failed : JobKind::finished, "a bad row");
    };
    s.check_delivered(s.run_once());
    CHECK(s.submitted() == std::vector<Addresses>{four_addresses,
                                                  {"ann@example.org", "bob@example.org"},
                                                  {"cid@example.org", "dan@example.org"},
                                                  {"ann@example.org"},
                                                  {"bob@example.org"},
                                                  {"cid@example.org"},
                                                  {"dan@example.org"}});
}

TEST_CASE("a member that makes every job fail is rejected alone, the rest of the batch is delivered",
          "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job& job) {
        for (const auto& m : job.batch.members)
            if (m.address == "cid@example.org") return job_state(JobKind::failed, "a bad row");
        return job_state(JobKind::finished);
    };
    const auto run = s.run_once();
    CHECK(run.status == Status::completed_with_rejects);
    CHECK(run.counts.added == 3);
    CHECK(run.counts.rejected == 1);
    CHECK(run.counts.add_up());
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "bob@example.org", "dan@example.org"});
    REQUIRE(s.rejects(run.id).size() == 1);
    CHECK(s.rejects(run.id)[0].code == "job_failed");
    CHECK(s.rejects(run.id)[0].detail == "a bad row");
    std::size_t sent = 0;
    for (const auto& batch : s.submitted()) sent += std::count(batch.begin(), batch.end(), "cid@example.org");
    CHECK(sent == 6);
}

TEST_CASE("a job that vanished is sent again as it was, a few times", "[unit][run]") {
    JobsScene s;
    const int lost = GENERATE(1, 5, 6);
    s.service.job_state = [&](const Job&) {
        return job_state(s.service.account.jobs_made <= lost ? JobKind::vanished : JobKind::finished);
    };
    const auto run = s.run_once();
    CHECK(s.submitted() == std::vector<Addresses>(std::min(lost + 1, 6), four_addresses));
    CHECK(s.service.of(CallKind::submit)[1].batch.resent);
    if (lost < 6)
        s.check_delivered(run);
    else
        s.check_given_up(run, "job_vanished", "");
}

TEST_CASE("a job that a person cancelled is not sent again by this run", "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job&) { return job_state(JobKind::cancelled, "by a person"); };
    s.check_given_up(s.run_once(), "job_cancelled", "by a person");
    CHECK(s.submitted().size() == 1);
    s.service.job_state = {};
    s.check_delivered(s.run_once());
}

TEST_CASE("a job that does not end within hours fails the run, and nothing is sent before it ends",
          "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job&) { return job_state(JobKind::pending); };
    const SysTime began = s.time.now();
    auto run = s.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.reason == "the provider's job did not end within 6 hours");
    CHECK(run.counts.not_sent == 4);
    CHECK(run.counts.add_up());
    CHECK(s.time.now() - began >= 6h);
    CHECK(s.time.now() - began < 7h);  // it is waited for once
    CHECK(s.run_once().status == Status::failed);
    CHECK(s.submitted().size() == 1);
    s.service.job_state = {};
    CHECK(s.run_once().counts.unchanged == 4);
    CHECK(s.submitted().size() == 1);
    // It counts for the run that sent it.
    CHECK(s.row(run.id).counts.added == 4);
    CHECK(s.row(run.id).counts.not_sent == 0);
    CHECK(s.row(run.id).counts.add_up());
}

TEST_CASE("trouble at the provider of jobs is waited out for a quarter of an hour", "[unit][run]") {
    JobsScene s;
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::submit) return make_error(Errc::network, "the network is away");
        return {};
    };
    const SysTime began = s.time.now();
    const auto run = s.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.counts.not_sent == 4);
    CHECK(s.time.now() - began >= 15min);
}

TEST_CASE("a run that is cancelled while it waits for a job ends at once and collects nothing",
          "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job&) { return job_state(JobKind::pending); };
    auto& queue = s.serve();
    const auto id = s.queue_run();
    queue.wake();
    s.wait_until([&] { return s.service.count(CallKind::poll) == 2; });
    const SysTime asked = s.time.now();
    queue.cancel(id);
    const auto run = s.wait_for(id);
    CHECK(run.status == Status::cancelled);
    CHECK(run.counts.added == 0);
    CHECK(run.counts.add_up());
    CHECK(s.time.now() == asked);
    CHECK(s.service.count(CallKind::collect) == 0);
}

TEST_CASE("jobs of removals fail and succeed like those of upserts", "[unit][run]") {
    JobsScene s;
    s.run_once();
    s.rows({{"ann@example.org", "Ann"}});
    s.service.limits.members_per_membership = 10;
    s.service.job_state = [](const Job& job) {
        return job_state(job.batch.leavers.size() > 2 ? JobKind::failed : JobKind::finished);
    };
    const auto run = s.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.removed == 3);
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org"});
    const auto submits = s.service.of(CallKind::submit);
    CHECK(submits[2].leavers() == Addresses{submits[1].leavers()[0], submits[1].leavers()[1]});
    CHECK(submits[3].leavers() == Addresses{submits[1].leavers()[2]});
}

}  // namespace audienced::unit::run_delivery_deliver_jobs_test
