#include "run/forget.hpp"

#include <catch2/catch.hpp>

#include "run/finish_forget.hpp"
#include "spool/file.hpp"
#include "store/unfinished_forgets.hpp"
#include "unit/run/delivery/jobs_scene.hpp"

namespace audienced::unit::run_forget_test {

using namespace audienced;
using namespace audienced::test;
using Status = model::RunStatus;
using Job = ScriptedAccount::Job;
using JobKind = provider::JobState::Kind;

namespace {

run::ForgetOutcome forget(RunBench& s, const std::string& address) {
    run::ForgetRequest request;
    request.address = address;
    request.state_dir = (s.dir->path() / "state").string();
    request.by.user = "ann";
    request.by.at = s.time.now();
    return run_coro(s.io, s.time, run::forget_address(s.env, std::move(request))).value();
}

/// The records of the only open batch.
std::string open_records(RunBench& s) {
    const auto id = s.intents().at(0).id;
    return s.in_store([id](store::Database& db, const vault::Vault& vault) {
        return store::intent_records(db, vault, id);
    });
}

std::string hash_of(RunBench& s, const std::string& address) {
    return s.in_store([&](store::Database&, const vault::Vault& vault) -> result<std::string> {
        return std::string(vault.members().member(address).view());
    });
}

}  // namespace

TEST_CASE("an address is taken out of a batch whose job is under way, and the others keep their lines",
          "[unit][run]") {
    JobsScene s;
    bool done = false;
    s.service.job_state = [&](const Job&) { return job_state(done ? JobKind::finished : JobKind::pending); };
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::poll && !done) return make_error(Errc::network, "the network is away");
        return {};
    };
    REQUIRE(s.run_once().status == Status::failed);
    const std::string before = open_records(s);
    REQUIRE(before.find("ann@example.org") != std::string::npos);
    REQUIRE(before.find(hash_of(s, "ann@example.org")) != std::string::npos);

    const auto forgotten = forget(s, "ann@example.org");
    CHECK(forgotten.erased.intents == 1);
    CHECK(forgotten.scrubbed);
    const std::string after = open_records(s);
    CHECK(after.find("ann@") == std::string::npos);
    CHECK(after.find(hash_of(s, "ann@example.org")) == std::string::npos);
    CHECK(after.find("bob@example.org") != std::string::npos);

    done = true;
    CHECK(s.run_once().status == Status::succeeded);
    CHECK(s.intents().empty());
    CHECK_FALSE(s.ledger("ann@example.org"));
    CHECK(s.opt_out("ann@example.org") == "forgotten");
    CHECK(s.ledger("bob@example.org"));
    CHECK(s.ledger("cid@example.org"));
}

TEST_CASE("an address that is forgotten after it was planned is not sent", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    // In the database alone: the plan of a held run still has the address.
    const auto held = s.queue_run([] {
        model::RunOptions options;
        options.hold = true;
        return options;
    }());
    REQUIRE(s.carry_out(held).status == Status::held);
    s.put_opt_out("ann@example.org", "forgotten");
    s.execute("UPDATE opt_outs SET destination = 0 WHERE reason = 'forgotten'");
    s.approve(held);
    const auto run = s.carry_out(held);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.suppressed == 1);
    CHECK(!s.service.has("ann@example.org"));
    CHECK(s.service.has("bob@example.org"));
}

TEST_CASE("a forget that was cut short after its first transaction is ended at the next start",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    const auto held = s.queue_run([] {
        model::RunOptions options;
        options.hold = true;
        return options;
    }());
    REQUIRE(s.carry_out(held).status == Status::held);
    const auto cut_short = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto person = store::person_of(db, vault.members().member("ann@example.org"), s.time.now());
        store::Erased ignored;
        return person ? store::forget(db, *person, ignored) : result<void>(person.error());
    };
    REQUIRE(run_coro(s.io, s.time, s.env.store->run(cut_short)));
    REQUIRE(run_coro(s.io, s.time, run::finish_forgets(s.env)));
    CHECK(s.row(held).status == Status::cancelled);
    CHECK(spool::runs_with(s.env.spool_dir, {hash_of(s, "ann@example.org")}).value().empty());
    const auto left = [](store::Database& db, const vault::Vault&) -> result<bool> {
        auto members = store::unfinished_forgets(db);
        if (!members) return members.error();
        auto log = store::must_empty_log(db);
        if (!log) return log;
        return *log || !members->empty();
    };
    CHECK_FALSE(run_coro(s.io, s.time, s.env.store->run(left)).value());
}

}  // namespace audienced::unit::run_forget_test
