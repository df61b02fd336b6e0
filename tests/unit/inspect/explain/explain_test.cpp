#include "inspect/explain/explain.hpp"

#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::inspect_explain_explain_test {

using namespace audienced;
using namespace audienced::inspect;
using namespace audienced::test;
using Kind = NextStep::Kind;

namespace {

struct ExplainScene : RunBench {
    ExplainScene() { rows(three_rows); }
    Explanation explain(const std::string& address) {
        model::Export definition = in_store(
            [](store::Database& db, const vault::Vault&) { return store::get_export(db, "weekly"); });
        return run_coro(io, time, explain_address(env, std::move(definition), address)).value();
    }
};

}  // namespace

TEST_CASE("an explanation works out what the planner does with the member", "[unit][inspect]") {
    ExplainScene s;
    CHECK(s.explain("ann@example.org").next.kind == Kind::add);
    s.run_once();
    CHECK(s.explain("ann@example.org").next.kind == Kind::keep);
    CHECK(s.explain("new@example.org").next.kind == Kind::nothing);
    s.rows({{"ann@example.org", "Other"}, {"bob@example.org", "Bob"}});
    const auto ann = s.explain("ann@example.org");
    CHECK(ann.next.kind == Kind::update);
    CHECK(ann.next.values_as_sent == false);
    const auto cid = s.explain("cid@example.org");
    CHECK(cid.next.kind == Kind::remove);
    CHECK(cid.next.leaves == std::vector<std::string>{"Buyers"});
    s.edit_export([](model::Export& e) { e.mode = model::Mode::upsert; });
    CHECK(s.explain("cid@example.org").next.kind == Kind::stay);
}

TEST_CASE("an explanation writes nothing, neither at the provider nor in the database", "[unit][inspect]") {
    ExplainScene s;
    const auto rows = [&] {
        return s.in_store([](store::Database& db, const vault::Vault&) -> result<std::int64_t> {
            auto& query = db.prepare(
                "SELECT (SELECT count(*) FROM destinations) + (SELECT count(*) FROM export_slots) + "
                "(SELECT count(*) FROM groups) + (SELECT count(*) FROM audit)");
            (void)query.step();
            const std::int64_t n = query.integer(0);
            query.reset();
            return n;
        });
    };
    const auto before = rows();
    s.explain("ann@example.org");
    CHECK(rows() == before);
    for (const CallKind kind :
         {CallKind::submit, CallKind::make_group, CallKind::create_fields, CallKind::pull})
        CHECK(s.service.count(kind) == 0);
}

TEST_CASE("a source that fails, or a provider that does, says so in its part", "[unit][inspect]") {
    ExplainScene s;
    s.run_once();
    s.service.before =
        at_call(CallKind::read_contact, 1, [] { return make_error(Errc::network, "connection reset"); });
    const auto deaf = s.explain("ann@example.org");
    CHECK(deaf.now.not_asked == "connection reset");
    CHECK(deaf.next.kind == Kind::keep);
    s.service.before = [](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::check_destination)
            return make_error(Errc::not_found, "there is no such audience");
        return {};
    };
    const auto gone = s.explain("ann@example.org");
    CHECK(gone.now.not_asked == "there is no such audience");
    CHECK(gone.next.kind == Kind::unknown);
    CHECK(gone.segments.at(0).found == 1);
    CHECK(gone.memory.delivered.has_value());
}

TEST_CASE("a provider that hangs delays the answer by seconds only", "[unit][inspect]") {
    ExplainScene s;
    s.run_once();
    s.service.hanging = CallKind::read_contact;
    const SteadyTime begin = s.time.steady();
    const auto e = s.explain("ann@example.org");
    CHECK(e.now.not_asked == "the provider did not answer in time");
    CHECK(s.time.steady() - begin <= std::chrono::seconds{30});
}

TEST_CASE("what is asked of a text that is no address", "[unit][inspect]") {
    ExplainScene s;
    const auto e = s.explain("nonsense");
    CHECK(!e.invalid.empty());
    CHECK(s.service.calls.empty());
}

}  // namespace audienced::unit::inspect_explain_explain_test
