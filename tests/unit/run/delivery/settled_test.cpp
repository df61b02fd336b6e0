#include "run/delivery/settled.hpp"

#include <catch2/catch.hpp>

#include "support/print_result.hpp"

namespace audienced::unit::run_delivery_settled_test {

using namespace audienced;
using run::Settled;
using Kind = spool::Record::Kind;
using Result = model::Outcome::Kind;

namespace {

Settled called() {
    Settled s;
    s.record.kind = Kind::leave;
    s.record.counted_as = model::CountedAs::removed;
    s.record.left = s.record.restore = true;
    s.record.member.bytes.fill(9);
    s.record.values_hash = 0xFEDCBA9876543210;
    s.record.segment = 65535;
    s.record.row = 1'000'000'000'000;
    s.record.sent.address = "ann@example.org";
    s.record.sent.known = true;
    s.record.sent.values = {"a value"};
    return s;
}

Settled decided() {
    Settled s;
    s.called = false;
    s.record.kind = Kind::join;
    s.record.member.bytes.fill(7);
    s.record.sent.address = "bob@example.org";
    s.outcome.kind = Result::suppressed;
    s.outcome.opt_out = model::OptOutReason::unsubscribed;
    s.outcome.code = "archived_now";
    return s;
}

}  // namespace

TEST_CASE("an intent comes back in the order in which it was asked", "[unit][run]") {
    const bool with_addresses = GENERATE(true, false);
    const std::string bytes = run::print_intent({called(), Settled(), decided()}, with_addresses);
    const auto all = run::parse_intent(bytes).value();
    REQUIRE(all.size() == 3);
    const Settled &first = all[0], &last = all[2];
    CHECK(first.called);
    CHECK(first.record.kind == Kind::leave);
    CHECK(first.record.counted_as == model::CountedAs::removed);
    CHECK(first.record.left);
    CHECK(first.record.restore);
    CHECK(first.record.member == called().record.member);
    CHECK(first.record.values_hash == called().record.values_hash);
    CHECK(first.record.segment == 65535);
    CHECK(first.record.row == 1'000'000'000'000);
    CHECK(first.record.sent.known);
    CHECK(first.record.sent.address == (with_addresses ? "ann@example.org" : ""));
    CHECK(first.outcome.kind == Result::unknown);
    CHECK(all[1].record.kind == Kind::upsert);
    CHECK_FALSE(all[1].record.left);
    CHECK_FALSE(all[1].record.restore);
    CHECK_FALSE(all[1].record.sent.known);
    CHECK_FALSE(last.called);
    CHECK(last.record.kind == Kind::join);
    CHECK(last.outcome.kind == Result::suppressed);
    CHECK(last.outcome.opt_out == model::OptOutReason::unsubscribed);
    CHECK(last.outcome.code == "archived_now");
    CHECK(last.record.sent.address.empty());  // nothing comes later for it
}

TEST_CASE("an intent keeps no value, and addresses only where the outcome comes later", "[unit][run]") {
    const std::string job = run::print_intent({called(), decided()}, true),
                      call = run::print_intent({called(), decided()}, false);
    CHECK(job.find("ann@") != std::string::npos);
    CHECK(job.find("bob@") == std::string::npos);
    CHECK(call.find("@") == std::string::npos);
    CHECK(job.find("a value") == std::string::npos);
}

TEST_CASE("the longest address and every outcome without a call come back", "[unit][run]") {
    auto longest = called();
    longest.record.sent.address = std::string(254, 'x');
    std::vector<Settled> records{longest};
    for (int reason = -1; reason <= static_cast<int>(model::OptOutReason::unspecified); ++reason)
        for (const auto kind : {Result::delivered, Result::suppressed, Result::rejected, Result::unknown}) {
            auto s = decided();
            s.outcome.kind = kind;
            s.outcome.opt_out.reset();
            if (reason >= 0) s.outcome.opt_out = static_cast<model::OptOutReason>(reason);
            records.push_back(s);
        }
    const auto all = run::parse_intent(run::print_intent(records, true)).value();
    REQUIRE(all.size() == records.size());
    CHECK(all[0].record.sent.address == longest.record.sent.address);
    for (std::size_t i = 1; i < all.size(); ++i) {
        CHECK(all[i].outcome.kind == records[i].outcome.kind);
        CHECK(all[i].outcome.opt_out == records[i].outcome.opt_out);
    }
    CHECK(run::parse_intent("").value().empty());
}

TEST_CASE("an intent that is cut anywhere is damage, and no change of a bit crashes the reader",
          "[unit][run]") {
    const std::string bytes = run::print_intent({called(), decided()}, true);
    const std::size_t first = run::print_intent({called()}, true).size();
    for (std::size_t n = 1; n < bytes.size(); ++n) {
        if (n == first) continue;  // the end of a record
        const auto cut = run::parse_intent(std::string_view(bytes).substr(0, n));
        REQUIRE_FALSE(cut);
        CHECK(cut.error().code == Errc::store_corrupt);
    }
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
            (void)run::parse_intent(damaged);
        }
}

TEST_CASE("words of an intent that this program does not know are damage", "[unit][run]") {
    auto record = called();
    record.record.kind = static_cast<Kind>(4);
    CHECK_FALSE(run::parse_intent(run::print_intent({record}, false)));
    record = called();
    record.record.counted_as = static_cast<model::CountedAs>(4);
    CHECK_FALSE(run::parse_intent(run::print_intent({record}, false)));
    record = decided();
    record.outcome.kind = static_cast<Result>(4);
    CHECK_FALSE(run::parse_intent(run::print_intent({record}, false)));
    record = decided();
    record.outcome.opt_out = static_cast<model::OptOutReason>(16);
    CHECK_FALSE(run::parse_intent(run::print_intent({record}, false)));
    std::string bytes = run::print_intent({called()}, false);
    bytes[0] = static_cast<char>(bytes[0] | 32);  // a flag that there is not
    CHECK_FALSE(run::parse_intent(bytes));
}

TEST_CASE("a record whose member was forgotten keeps its place, and names no member", "[unit][run]") {
    Settled joined = called();
    const auto all =
        run::parse_intent(run::print_intent({called(), run::blank_of(joined), called()}, true)).value();
    REQUIRE(all.size() == 3);
    CHECK(run::is_blank(all[1]));
    CHECK(!run::is_blank(all[0]));
    CHECK(all[1].called);
    CHECK(all[1].record.kind == joined.record.kind);
    CHECK(all[1].record.sent.address.find(joined.record.sent.address) == std::string::npos);
}

}  // namespace audienced::unit::run_delivery_settled_test
