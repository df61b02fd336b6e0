#include "plan/spool_record.hpp"

#include <catch2/catch.hpp>

using namespace audienced::plan;

namespace {
SpoolRecord sample() {
    SpoolRecord r;
    r.kind = SpoolRecord::Kind::leave;
    r.counts = 'r';
    r.left = true;
    r.member.bytes.fill(9);
    r.values_hash = 12345678901234ull;
    r.groups = 6;
    r.segment = 3;
    r.row = 1'000'000'000'000ull;
    r.sent.address = "a@example.org";
    r.sent.provider_id = "id-1";
    r.sent.known = true;
    r.sent.values = {std::nullopt, "", "J\xC3\xBCrgen"};
    return r;
}
}  // namespace

TEST_CASE("a spool record is read back as it was written", "[unit][plan]") {
    std::string bytes;
    encode(sample(), bytes);
    encode(SpoolRecord{}, bytes);
    std::string_view in = bytes;
    const auto r = decode(in);
    REQUIRE(r);
    CHECK(r->kind == SpoolRecord::Kind::leave);
    CHECK(r->counts == 'r');
    CHECK(r->left);
    CHECK(r->member == sample().member);
    CHECK(r->values_hash == sample().values_hash);
    CHECK(r->groups == 6);
    CHECK(r->segment == 3);
    CHECK(r->row == sample().row);
    CHECK(r->sent.address == "a@example.org");
    CHECK(r->sent.provider_id == "id-1");
    CHECK(r->sent.known);
    CHECK(r->sent.values == sample().sent.values);
    REQUIRE(decode(in));
    CHECK(in.empty());
}

TEST_CASE("a record cut anywhere is refused, not half read", "[unit][plan]") {
    std::string bytes;
    encode(sample(), bytes);
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        std::string_view in = std::string_view(bytes).substr(0, n);
        CHECK_FALSE(decode(in));
    }
}

TEST_CASE("a damaged record never crashes the reader", "[unit][plan]") {
    std::string bytes;
    encode(sample(), bytes);
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
            std::string_view in = damaged;
            (void)decode(in);
        }
    SUCCEED();
}
