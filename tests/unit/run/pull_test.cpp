#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_pull_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using ContactState = provider::ContactStatus::State;
using Addresses = std::vector<std::string>;

namespace {

/// The members of every upsert that was submitted.
Addresses upserted(const RunBench& bench) {
    Addresses out;
    for (const auto& call : bench.service.of(CallKind::submit))
        if (call.batch.kind == model::BatchKind::upsert)
            for (const auto& address : call.members()) out.push_back(address);
    return out;
}

}  // namespace

TEST_CASE("a contact that the provider names as opted out is not sent, for any reason", "[unit][run]") {
    const auto state = GENERATE(ContactState::unsubscribed, ContactState::cleaned, ContactState::pending,
                                ContactState::archived, ContactState::deleted, ContactState::on_hold);
    RunBench bench;
    bench.rows(three_rows);
    bench.service.contact("bob@example.org").state = state;
    const auto run = bench.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.added == 2);
    CHECK(bench.opt_out("bob@example.org") == model::to_string(provider::opt_out_of(state).value()));
    CHECK(upserted(bench) == Addresses{"ann@example.org", "cid@example.org"});
    CHECK(bench.service.account.contacts["bob@example.org"].groups.empty());
}

TEST_CASE("the first pull asks for all opt-outs, the next for changes since the provider's mark",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.contact("bob@example.org").state = ContactState::unsubscribed;
    const SysTime first = bench.time.now();
    bench.run_once();
    bench.time.advance(1h);
    const SysTime second = bench.time.now();
    bench.run_once();
    bench.time.advance(1h);
    bench.run_once();
    const auto pulls = bench.service.of(CallKind::pull);
    REQUIRE(pulls.size() == 3);
    CHECK(pulls[0].text == "aud1");
    CHECK_FALSE(pulls[0].pull.since);
    CHECK_FALSE(pulls[0].pull.came_back_since);
    CHECK(pulls[1].pull.since == model::provider_time_from_our_clock(first));
    CHECK(pulls[1].pull.came_back_since == model::provider_time_from_our_clock(first));
    CHECK(pulls[2].pull.since == model::provider_time_from_our_clock(second));
    CHECK(bench.pull_state().full_at == first);
    CHECK(bench.opt_out("bob@example.org") == "unsubscribed");  // no change says nothing
    CHECK(upserted(bench) == Addresses{"ann@example.org", "cid@example.org"});
}

TEST_CASE("once a week all opt-outs are pulled again after the changes, and those not seen again are lifted",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.contact("bob@example.org").state = ContactState::unsubscribed;
    bench.run_once();
    for (const char* reason : {"cleaned", "deleted", "left_list", "forgotten"})
        bench.put_opt_out(std::string(reason) + "@example.org", reason);
    bench.time.advance(7 * 24h);
    bench.run_once();
    CHECK(bench.service.count(CallKind::pull) == 2);
    bench.time.advance(1s);
    bench.run_once();
    const auto pulls = bench.service.of(CallKind::pull);
    REQUIRE(pulls.size() == 4);
    CHECK(pulls[2].pull.since);
    CHECK_FALSE(pulls[3].pull.since);
    CHECK_FALSE(pulls[3].pull.came_back_since);
    CHECK(bench.pull_state().full_at == bench.time.now());
    CHECK(bench.opt_out("bob@example.org") == "unsubscribed");
    CHECK(bench.opt_out("cleaned@example.org") == "");  // a full pull would have shown it
    for (const char* reason : {"deleted", "left_list", "forgotten"})
        CHECK(bench.opt_out(std::string(reason) + "@example.org") == reason);
}

TEST_CASE("a contact that is mailable again is sent again, unless the address was forgotten", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.contact("bob@example.org").state = ContactState::unsubscribed;
    bench.put_opt_out("cid@example.org", "forgotten");
    bench.run_once();
    bench.time.advance(1h);
    for (const char* address : {"bob@example.org", "cid@example.org"})
        bench.service.contact(address).state = ContactState::mailable;
    const auto run = bench.run_once();
    CHECK(run.counts.added == 1);
    CHECK(run.counts.suppressed == 1);
    CHECK(bench.opt_out("bob@example.org") == "");
    CHECK(bench.opt_out("cid@example.org") == "forgotten");
    CHECK(upserted(bench) == Addresses{"ann@example.org", "bob@example.org"});
}

TEST_CASE("members found in a group are not ours: they stay when the segment drops them", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.account.groups["Buyers"] = "t7";
    bench.service.contact("bob@example.org").groups.insert("t7");
    bench.service.contact("dan@example.org").groups.insert("t7");
    REQUIRE(bench.run_once().status == Status::succeeded);
    CHECK(bench.service.of(CallKind::list_members)[0].text == "t7");
    bench.rows({three_rows[0]});
    REQUIRE(bench.run_once().counts.removed == 1);
    CHECK(bench.service.count(CallKind::list_members) == 1);  // once per group
    CHECK(bench.service.members_of("t7") ==
          Addresses{"ann@example.org", "bob@example.org", "dan@example.org"});
}

TEST_CASE("a group that was just made is empty, so it is not listed", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    CHECK(bench.service.count(CallKind::list_members) == 0);
}

TEST_CASE("a pull that fails sends nothing, and the next one asks from the same mark", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    const auto state = bench.pull_state();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").state = ContactState::unsubscribed;
    bench.rows({{"ann@example.org", "Anna"}, {"bob@example.org", "Bobby"}});
    const std::size_t submits = bench.service.count(CallKind::submit);
    bench.service.after = at_call(CallKind::pull, 2, []() -> result<void> {
        return make_error(Errc::timeout, "the answer did not come");
    });
    CHECK(bench.run_once().status == Status::failed);
    CHECK(bench.service.count(CallKind::submit) == submits);
    CHECK(bench.pull_state().since == state.since);
    bench.time.advance(1h);
    const auto run = bench.run_once();
    CHECK(bench.service.of(CallKind::pull)[2].pull.since == state.since);
    CHECK(run.counts.suppressed == 1);
    CHECK(bench.service.account.contacts["bob@example.org"].values[0] == "Bob");
}

TEST_CASE("a full pull that fails after the changes lifts nothing", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.time.advance(1h);
    bench.run_once();
    bench.put_opt_out("bob@example.org", "unsubscribed");
    bench.time.advance(8 * 24h);
    bench.service.before =
        at_call(CallKind::pull, 4, []() -> result<void> { return make_error(Errc::network, "no answer"); });
    CHECK(bench.run_once().status == Status::failed);
    CHECK(bench.opt_out("bob@example.org") == "unsubscribed");
}

TEST_CASE("a pull keeps the provider's ids of members", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.execute("UPDATE ledger SET contact_id = ''");
    bench.time.advance(1h);
    bench.service.contact("bob@example.org");
    bench.run_once();
    CHECK(bench.ledger("bob@example.org")->contact_id.text() == "id-bob@example.org");
}

TEST_CASE("contacts of every page are seen", "[unit][run]") {
    RunBench bench;
    bench.service.page_size = 2;
    std::vector<std::vector<std::string>> rows;
    for (int i = 0; i < 5; ++i) {
        rows.push_back({"m" + std::to_string(i) + "@example.org", "M"});
        bench.service.contact(rows.back()[0]).state = ContactState::unsubscribed;
    }
    bench.rows(rows);
    const auto run = bench.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.suppressed == 5);
    CHECK(bench.service.count(CallKind::submit) == 0);
}

}  // namespace audienced::unit::run_pull_test
