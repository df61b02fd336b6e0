// Delivery by jobs that the provider does later, under a ticket.
#include <algorithm>
#include <catch2/catch.hpp>

#include "run/delivery/deliver.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_delivery_deliver_jobs_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using Job = ScriptedAccount::Job;
using JobKind = provider::JobState::Kind;
using Addresses = std::vector<std::string>;

namespace {

const Addresses four_addresses{"ann@example.org", "bob@example.org", "cid@example.org", "dan@example.org"};

provider::JobState state(JobKind kind, std::string why = {}) {
    provider::JobState out;
    out.kind = kind;
    out.why = std::move(why);
    return out;
}

/// Four new members in one batch for a list, delivered by jobs.
struct JobsScene : RunBench {
    JobsScene() {
        rows({{"ann@example.org", "Ann"},
              {"bob@example.org", "Bob"},
              {"cid@example.org", "Cid"},
              {"dan@example.org", "Dan"}});
        service.account.list_id = "l1";
        service.by_jobs = true;
        service.limits.members_per_upsert = 10;
    }
    std::vector<Addresses> submitted() const {
        std::vector<Addresses> out;
        for (const auto& call : service.of(CallKind::submit)) out.push_back(call.members());
        return out;
    }
    void check_delivered(const model::Run& run) {
        CHECK(run.status == Status::succeeded);
        CHECK(run.counts.added == 4);
        CHECK(run.counts.add_up());
        CHECK(service.members_of("l1") == four_addresses);
    }
    /// A run of which no member is delivered, since its job came to such an end.
    void check_given_up(const model::Run& run, const char* code, const std::string& why) {
        CHECK(run.status == Status::completed_with_rejects);
        CHECK(run.counts.rejected == 4);
        CHECK(run.counts.add_up());
        const auto rejected = rejects(run.id);
        REQUIRE(rejected.size() == 4);
        CHECK(rejected[0].code == code);
        CHECK(rejected[0].detail == why);
        CHECK(rejected[0].reject_class == model::RejectClass::retry_later);
        CHECK(rejected[0].next_try <= time.now());  // the next run
        CHECK_FALSE(ledger("ann@example.org"));
    }
};

}  // namespace

TEST_CASE("a job is waited for, and its outcomes are collected", "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job& job) {
        return state(job.polls < 3 ? JobKind::pending : JobKind::finished);
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
        return state(job.batch.members.size() > 1 ? JobKind::failed : JobKind::finished, "a bad row");
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
            if (m.address == "cid@example.org") return state(JobKind::failed, "a bad row");
        return state(JobKind::finished);
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
        return state(s.service.account.jobs_made <= lost ? JobKind::vanished : JobKind::finished);
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
    s.service.job_state = [](const Job&) { return state(JobKind::cancelled, "by a person"); };
    s.check_given_up(s.run_once(), "job_cancelled", "by a person");
    CHECK(s.submitted().size() == 1);
    s.service.job_state = {};
    s.check_delivered(s.run_once());
}

TEST_CASE("a job that does not end within hours is given up by this run", "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job&) { return state(JobKind::pending); };
    const SysTime began = s.time.now();
    s.check_given_up(s.run_once(), "job_overdue", "the provider's job did not end within 6 hours");
    CHECK(s.submitted().size() == 1);
    CHECK(s.time.now() - began >= 6h);
}

TEST_CASE("a ticket is stored before the job is waited for, and settled after a crash without a second job",
          "[unit][run]") {
    JobsScene s;
    const auto id = s.queue_run();
    std::optional<CrashImage> image;
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::list_members)  // since the plan: left out of what is submitted
            s.put_opt_out("bob@example.org", "left_list");
        if (call.kind == CallKind::poll && call.nth == 1) image = s.crash_image();
        return {};
    };
    REQUIRE(s.carry_out(id).status == Status::succeeded);
    CHECK(s.submitted() == std::vector<Addresses>{{"ann@example.org", "cid@example.org", "dan@example.org"}});

    RunBench again(*image);
    again.service.by_jobs = true;
    again.execute("DELETE FROM suppressions");  // lifted meanwhile: the job is as it was
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

TEST_CASE("a job that failed while the daemon was away is left to the delivery, which sends it in halves",
          "[unit][run]") {
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
        return state(job.batch.members.size() > 2 ? JobKind::failed : JobKind::finished);
    };
    again.serve();
    const auto run = again.wait_for(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 4);
    CHECK(again.service.count(CallKind::submit) == 2);
}

TEST_CASE("a run that is cancelled while it waits for a job ends at once and collects nothing",
          "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job&) { return state(JobKind::pending); };
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
        return state(job.batch.leavers.size() > 2 ? JobKind::failed : JobKind::finished);
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
