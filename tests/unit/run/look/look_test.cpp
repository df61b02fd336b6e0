#include "run/look/look.hpp"

#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_look_look_test {

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
    bench.execute("UPDATE contacts SET contact_id = ''");
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

TEST_CASE("a full pull begins while changes are read: the mark is that of the changes", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.time.advance(8 * 24h);
    const SysTime began = bench.time.now();
    bench.service.after = at_call(CallKind::pull, 2, [&]() -> result<void> {
        bench.time.advance(1h);  // a slow listing; the full pull comes after it
        return {};
    });
    bench.run_once();
    CHECK(bench.service.count(CallKind::pull) == 3);
    CHECK(bench.pull_state().since == model::provider_time_from_our_clock(began));
    CHECK(bench.pull_state().came_back_since == model::provider_time_from_our_clock(began));
}

TEST_CASE("a listing that is shorter than it claims lifts nothing", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.time.advance(1h);
    bench.run_once();
    bench.put_opt_out("bob@example.org", "unsubscribed");
    bench.put_opt_out("cid@example.org", "cleaned");
    bench.service.listings_end_early = true;
    bench.time.advance(8 * 24h);
    bench.run_once();
    CHECK(bench.opt_out("bob@example.org") == "unsubscribed");
    CHECK(bench.opt_out("cid@example.org") == "cleaned");
    bench.service.listings_end_early = false;
    bench.run_once();  // the full pull is still due
    CHECK(bench.opt_out("bob@example.org") == "");
}

TEST_CASE("a clock that was set back does not put the full pull off", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.execute("UPDATE destinations SET full_at = full_at + 864000");
    bench.run_once();
    CHECK_FALSE(bench.service.of(CallKind::pull).back().pull.since);
}

TEST_CASE("reasons are a set: each is lifted by its own evidence", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").state = ContactState::unsubscribed;
    bench.put_opt_out("bob@example.org", "opted_out_before");
    bench.run_once();
    CHECK(bench.opt_out("bob@example.org") == "opted_out_before unsubscribed");
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").state = ContactState::mailable;
    bench.run_once();
    CHECK(bench.opt_out("bob@example.org") == "opted_out_before");
}

TEST_CASE("a tag that others took away is put back by a complete run only", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").groups.clear();
    auto run = bench.run_once();
    CHECK(run.counts.unchanged == 3);
    CHECK(bench.standing("bob@example.org", "Buyers").state == model::Membership::off);
    model::RunOptions full;
    full.full = true;
    run = bench.run_once(full);
    CHECK(run.counts.updated == 3);
    CHECK(bench.service.members_of("Buyers") == three_addresses);
    CHECK(bench.standing("bob@example.org", "Buyers").state == model::Membership::ours);
}

TEST_CASE("a tag that others gave after the first run is not taken away", "[unit][run]") {
    RunBench bench;
    bench.rows({three_rows[0]});
    bench.run_once();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").groups.insert(bench.service.account.groups["Buyers"]);
    bench.rows({three_rows[0], three_rows[1]});
    bench.run_once();
    bench.time.advance(1h);
    bench.rows({three_rows[0]});
    bench.run_once();
    CHECK(bench.service.members_of("Buyers") == Addresses{"ann@example.org", "bob@example.org"});
}

}  // namespace audienced::unit::run_look_look_test
