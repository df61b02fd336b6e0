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
        // What became of it is not known: its values are sent again, and what it holds is ours to take back.
        CHECK_FALSE(ledger("ann@example.org")->delivered);
        CHECK(standing("ann@example.org", "l1").state == model::Membership::maybe);
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

TEST_CASE("a job that does not end within hours fails the run, and nothing is sent before it ends",
          "[unit][run]") {
    JobsScene s;
    s.service.job_state = [](const Job&) { return state(JobKind::pending); };
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

TEST_CASE("a run that ends while its job is under way leaves it to the next run, which settles it first",
          "[unit][run]") {
    JobsScene s;
    bool done = false;
    s.service.job_state = [&](const Job&) { return state(done ? JobKind::finished : JobKind::pending); };
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
        return state(job.batch.members.size() > 2 ? JobKind::failed : JobKind::finished);
    };
    again.serve();
    const auto run = again.wait_for(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 4);
    CHECK(again.service.count(CallKind::submit) == 3);  // as it was, then in halves
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
