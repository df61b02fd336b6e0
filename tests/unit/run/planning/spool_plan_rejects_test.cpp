// Rejects that a plan stores.
#include <catch2/catch.hpp>
#include <filesystem>

#include "store/deferred.hpp"
#include "store/definitions.hpp"
#include "store/rejects.hpp"
#include "unit/run/planning/spool_scene.hpp"

namespace audienced::unit::run_planning_spool_plan_rejects_test {

using namespace audienced;
using namespace audienced::test;
using Kind = spool::Record::Kind;

TEST_CASE("rejects are stored in portions while the plan is made, the rest at its end", "[unit][run]") {
    SpoolScene s;
    s.begin();
    const auto stored = [&] {
        return s.in_store([&](store::Database& db, const vault::Vault&) -> result<std::size_t> {
            auto undone = store::Transaction::begin(db);  // drafts are listed when they are promoted
            if (auto listed = store::promote_rejects(db, s.id); !listed) return listed.error();
            return store::list_rejects(db, s.id, 10'000).value().size();
        });
    };
    store::Reject reject;
    reject.run = s.id;
    reject.code = "no_at";
    reject.reject_class = model::RejectClass::fix_data;
    for (int i = 0; i < 501; ++i) {
        reject.row = static_cast<std::uint64_t>(i) + 1;
        REQUIRE(s.plan->reject(reject));
        CHECK(stored() == (i < 499 ? 0u : 500u));
    }
    REQUIRE(s.plan->finish());
    CHECK(stored() == 501);
    CHECK(s.plan->batches().empty());
    CHECK(std::filesystem::is_empty(s.env.spool_dir));
}

TEST_CASE("of a kind that has enough rejects only the number is stored", "[unit][run]") {
    SpoolScene s;
    s.begin();
    const auto member = s.record(Kind::upsert, "a").member;
    store::DeferredReject refused;
    refused.member = member;
    refused.field = "FNAME";
    refused.code = "merge_field";
    refused.detail = "no name";
    refused.reject_class = model::RejectClass::fix_data;
    refused.attempts = 2;
    refused.next_try = s.time.now() + std::chrono::hours{1};
    const auto words = s.in_store([&](store::Database& db, const vault::Vault&) -> result<std::uint32_t> {
        const auto id = store::export_id(db, "weekly").value();
        if (auto put = store::put_deferred(db, id, refused); !put) return put.error();
        std::uint32_t number = 0;
        REQUIRE(store::scan_deferred(db, id, 0, [&](const store::DeferredMark& m) { number = m.words; }));
        return number;
    });
    store::Reject reject;
    reject.run = s.id;
    reject.code = "no_at";
    for (reject.row = 1; reject.row <= 30'000; ++reject.row) {
        REQUIRE(s.plan->reject(reject));
        store::Reject where;
        where.run = s.id;
        where.row = reject.row;
        where.member = member;
        REQUIRE(s.plan->reject_again(where, words));
    }
    REQUIRE(s.plan->finish());
    using Listed = std::pair<std::vector<store::RejectKind>, std::vector<store::Reject>>;
    const auto list = [&](store::Database& db, const vault::Vault&) -> result<Listed> {
        if (auto listed = store::promote_rejects(db, s.id); !listed) return listed.error();
        return Listed(store::list_reject_kinds(db, s.id).value(),
                      store::list_rejects(db, s.id, 100'000).value());
    };
    const auto [kinds, rows] = s.in_store(list);
    REQUIRE(kinds.size() == 2);
    for (const auto& kind : kinds) CHECK(kind.count == 30'000);
    CHECK(rows.size() == 2 * store::rejects_kept);
    CHECK(rows[1].code == "merge_field");
    CHECK(rows[1].field == "FNAME");
    CHECK(rows[1].detail == "no name");
    CHECK(rows[1].attempts == 2);
    CHECK(rows[1].next_try == refused.next_try);
    CHECK(rows[1].row == 1);
}

TEST_CASE("a reject that is not remembered any more when it is stored expires the plan", "[unit][run]") {
    SpoolScene s;
    s.begin();
    store::Reject where;
    where.run = s.id;
    where.member = s.record(Kind::upsert, "a").member;
    REQUIRE(s.plan->reject_again(where, 1));
    const auto finished = s.plan->finish();
    REQUIRE_FALSE(finished);
    CHECK(finished.error().code == Errc::plan_expired);  // the run plans anew
}

TEST_CASE("rejects that cannot be stored end the plan", "[unit][run]") {
    SpoolScene s;
    s.begin();
    s.refuse_writes("BEFORE INSERT ON rejects");
    store::Reject reject;
    reject.run = s.id;
    reject.reject_class = model::RejectClass::fix_data;
    REQUIRE(s.plan->reject(reject));
    CHECK_FALSE(s.plan->finish());
}

}  // namespace audienced::unit::run_planning_spool_plan_rejects_test
