#include "run/delivery/split_batch.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_delivery_split_batch_test {

using namespace audienced;
using namespace audienced::test;
using Status = model::RunStatus;
using JobKind = provider::JobState::Kind;

namespace {

/// A run with one batch of `members` whose job fails as often as a test says.
struct SplitScene : RunBench {
    explicit SplitScene(int members) {
        std::vector<std::vector<std::string>> many;
        for (int i = 0; i < members; ++i) many.push_back({"m" + std::to_string(i) + "@example.org", "M"});
        rows(many);
        service.account.list_id = "l1";
        service.by_jobs = true;
        service.limits.members_per_upsert = 100;
        service.job_state = [this](const ScriptedAccount::Job&) {
            provider::JobState out;
            out.kind = failures-- > 0 ? JobKind::failed : JobKind::finished;
            return out;
        };
    }
    std::vector<std::size_t> sizes() const {
        std::vector<std::size_t> out;
        for (const auto& call : service.of(CallKind::submit)) out.push_back(call.batch.members.size());
        return out;
    }
    int failures = 1;
};

}  // namespace

TEST_CASE("each half has its part of the records, none twice and none missing", "[unit][run]") {
    const auto [members, first, second] =
        GENERATE(table<int, std::size_t, std::size_t>({{2, 1, 1}, {3, 2, 1}, {7, 4, 3}, {8, 4, 4}}));
    SplitScene s(members);
    const auto run = s.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == static_cast<std::uint64_t>(members));
    CHECK(run.counts.add_up());
    CHECK(s.sizes() == std::vector<std::size_t>{static_cast<std::size_t>(members), first, second});
    const auto submits = s.service.of(CallKind::submit);
    auto halves = submits[1].members();
    for (const auto& address : submits[2].members()) halves.push_back(address);
    CHECK(halves == submits[0].members());
    CHECK(submits[1].batch.resent);
    CHECK(submits[2].batch.resent);
}

TEST_CASE("halves are stored in place of the batch, so that a crash between them loses neither",
          "[unit][run]") {
    SplitScene s(5);
    const auto id = s.queue_run();
    std::optional<CrashImage> image;
    s.service.before = at_call(CallKind::submit, 2, [&]() -> result<void> {
        image = s.crash_image();
        return {};
    });
    REQUIRE(s.carry_out(id).status == Status::succeeded);

    RunBench again(*image);
    const auto open = again.unsettled(id);
    REQUIRE(open.size() == 2);
    CHECK(open[0].members == 3);
    CHECK(open[0].sends == 2);  // its intent is stored
    CHECK(open[1].members == 2);
    CHECK(open[1].state == store::BatchRow::State::planned);
    CHECK(open[1].sends == 1);
    CHECK(open[1].offset == open[0].offset + open[0].bytes);
    CHECK(open[1].seq == open[0].seq + 1);
    again.service.by_jobs = true;
    again.serve();
    const auto run = again.wait_for(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 5);
    CHECK(again.service.members_of("l1").size() == 5);
}

TEST_CASE("joins and leaves of one batch are cut where they lie", "[unit][run]") {
    SplitScene s(0);
    s.service.account.list_id.clear();
    s.service.by_jobs = false;
    s.rows({{"a@example.org", "A"}, {"b@example.org", "B"}});
    s.run_once();
    s.rows({{"b@example.org", "B"}, {"c@example.org", "C"}, {"d@example.org", "D"}});
    s.service.limits.members_per_membership = 100;
    s.service.by_jobs = true;
    s.service.job_state = [&](const ScriptedAccount::Job& job) {
        provider::JobState out;
        out.kind =
            job.batch.members.size() + job.batch.leavers.size() > 2 ? JobKind::failed : JobKind::finished;
        return out;
    };
    const auto run = s.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 2);
    CHECK(run.counts.removed == 1);
    CHECK(s.service.members_of("Buyers") ==
          std::vector<std::string>{"b@example.org", "c@example.org", "d@example.org"});
    const auto submits = s.service.of(CallKind::submit);
    const auto& whole = submits[submits.size() - 3];
    CHECK(whole.batch.members.size() == 2);
    CHECK(whole.batch.leavers.size() == 1);
    CHECK(submits[submits.size() - 2].members().size() == 2);
    CHECK(submits.back().leavers() == std::vector<std::string>{"a@example.org"});
}

TEST_CASE("a spool that is gone or damaged when its job has failed is planned anew", "[unit][run]") {
    const bool damaged = GENERATE(false, true);
    SplitScene s(4);
    const auto id = s.queue_run();
    s.service.job_state = [&](const ScriptedAccount::Job&) {
        provider::JobState out;
        out.kind = JobKind::finished;
        if (s.failures-- > 0) out.kind = JobKind::failed;
        return out;
    };
    s.service.after = at_call(CallKind::poll, 1, [&]() -> result<void> {
        const std::string file = s.spool_file(id, "upsert");
        if (damaged)
            std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
        else
            std::filesystem::remove(file);
        return {};
    });
    const auto run = s.carry_out(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 4);
    CHECK(run.counts.add_up());
    CHECK(s.segments.reads == 2);
}

}  // namespace audienced::unit::run_delivery_split_batch_test
