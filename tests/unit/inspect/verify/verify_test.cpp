#include "inspect/verify/verify.hpp"

#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::inspect_verify_verify_test {

using namespace audienced;
using namespace audienced::inspect;
using namespace audienced::test;

namespace {

struct VerifyScene : RunBench {
    VerifyScene() {
        rows(three_rows);
        run_once();
    }
    result<Verification> verify(VerifyOptions options = {}) {
        model::Export definition = in_store(
            [](store::Database& db, const vault::Vault&) { return store::get_export(db, "weekly"); });
        return run_coro(io, time, verify_export(env, std::move(definition), options));
    }
};

}  // namespace

TEST_CASE("what a run delivered is as remembered, and comparing asks for no change", "[unit][inspect]") {
    VerifyScene s;
    const auto submitted = s.service.count(CallKind::submit);
    const auto v = s.verify().value();
    CHECK(v.total() == 0);
    REQUIRE(v.groups.size() == 1);
    CHECK((v.groups[0].listed == 3 && v.groups[0].ours == 3));
    CHECK((v.values.asked == 3 && v.values.same == 3));
    CHECK(v.delivered == 3);
    CHECK(s.service.count(CallKind::submit) == submitted);
    CHECK(s.service.count(CallKind::make_group) == 1);
}

TEST_CASE("a sample is no larger than asked for, and may be none", "[unit][inspect]") {
    VerifyScene s;
    VerifyOptions options;
    options.sample = 2;
    CHECK(s.verify(options).value().values.asked == 2);
    options.sample = 0;
    CHECK(s.verify(options).value().values.asked == 0);
}

TEST_CASE("differences are counted whole, and shown as far as asked for", "[unit][inspect]") {
    VerifyScene s;
    for (const std::string& address : three_addresses) s.service.contact(address).groups.clear();
    VerifyOptions options;
    options.examples = 2;
    const auto v = s.verify(options).value();
    CHECK(v.of(Drift::missing).count == 3);
    CHECK(v.of(Drift::missing).examples.size() == 2);
    CHECK(v.of(Drift::missing).examples[0].detail == "the contact is there without it");
}

TEST_CASE("a contact with another address is neither missing nor extra", "[unit][inspect]") {
    VerifyScene s;
    s.service.rename("ann@example.org", "new@example.org");
    const auto v = s.verify().value();
    CHECK(v.of(Drift::address_changed).count == 1);
    CHECK(v.total() == 1);
    CHECK(v.of(Drift::address_changed).examples[0].address == "ann@example.org");
}

TEST_CASE("a run that works meanwhile is named", "[unit][inspect]") {
    VerifyScene s;
    s.rows({{"ann@example.org", "Other"}});
    model::RunId meanwhile = 0;
    s.service.before = at_call(
        CallKind::list_members, static_cast<int>(s.service.count(CallKind::list_members)) + 1,
        [&]() -> result<void> {
            meanwhile = s.queue_run();
            s.execute("UPDATE runs SET status = 'delivering' WHERE id = " + std::to_string(meanwhile));
            return {};
        });
    const auto v = s.verify().value();
    CHECK(v.runs_meanwhile == std::vector<model::RunId>{meanwhile});
}

TEST_CASE("a listing that fails is an error, and no result", "[unit][inspect]") {
    VerifyScene s;
    s.service.before =
        at_call(CallKind::list_members, static_cast<int>(s.service.count(CallKind::list_members)) + 1,
                [] { return make_error(Errc::bad_answer, "it lists fewer members than it claims"); });
    const auto v = s.verify();
    REQUIRE(!v.has_value());
    CHECK(v.error().code == Errc::bad_answer);
}

TEST_CASE("an export that never ran has nothing to compare", "[unit][inspect]") {
    RunBench s;
    model::Export definition =
        s.in_store([](store::Database& db, const vault::Vault&) { return store::get_export(db, "weekly"); });
    const auto v = run_coro(s.io, s.time, verify_export(s.env, std::move(definition), {}));
    REQUIRE(!v.has_value());
    CHECK(v.error().code == Errc::wrong_state);
    CHECK(s.service.calls.empty());
}

}  // namespace audienced::unit::inspect_verify_verify_test
