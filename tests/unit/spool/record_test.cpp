#include "spool/record.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::spool_record_test {

using namespace audienced;
using namespace audienced::spool;

namespace {
spool::Record sample() {
    spool::Record r;
    r.kind = spool::Record::Kind::leave;
    r.counted_as = model::CountedAs::removed;
    r.left = r.restore = true;
    r.member.bytes.fill(9);
    r.values_hash = 12345678901234ull;
    r.groups = 6;
    r.segment = 3;
    r.row = 1'000'000'000'000ull;
    r.sent.address = "a@example.org";
    r.sent.contact_id = model::ContactId("id-1");
    r.sent.known = true;
    r.sent.values = {std::nullopt, "", "J\xC3\xBCrgen"};
    return r;
}
}  // namespace

TEST_CASE("a spool record is read back as it was written", "[unit][spool]") {
    std::string bytes;
    spool::encode(sample(), bytes);
    spool::encode(spool::Record{}, bytes);
    std::string_view in = bytes;
    const auto r = spool::decode(in);
    REQUIRE(r);
    CHECK(r->kind == spool::Record::Kind::leave);
    CHECK(r->counted_as == model::CountedAs::removed);
    CHECK(r->left);
    CHECK(r->restore);
    CHECK(r->member == sample().member);
    CHECK(r->values_hash == sample().values_hash);
    CHECK(r->groups == 6);
    CHECK(r->segment == 3);
    CHECK(r->row == sample().row);
    CHECK(r->sent.address == "a@example.org");
    CHECK(r->sent.contact_id == model::ContactId("id-1"));
    CHECK(r->sent.known);
    CHECK(r->sent.values == sample().sent.values);
    REQUIRE(spool::decode(in));
    CHECK(in.empty());
}

TEST_CASE("a record cut anywhere is refused, not half read", "[unit][spool]") {
    std::string bytes;
    spool::encode(sample(), bytes);
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        std::string_view in = std::string_view(bytes).substr(0, n);
        CHECK_FALSE(spool::decode(in));
    }
}

TEST_CASE("a damaged record never crashes the reader", "[unit][spool]") {
    std::string bytes;
    spool::encode(sample(), bytes);
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
            std::string_view in = damaged;
            (void)spool::decode(in);
        }
    SUCCEED();
}

TEST_CASE("a record that counts as something unknown is refused", "[unit][spool]") {
    auto unknown = sample();
    unknown.counted_as = static_cast<model::CountedAs>(4);
    std::string bytes;
    spool::encode(unknown, bytes);
    std::string_view in = bytes;
    CHECK_FALSE(spool::decode(in));
}

}  // namespace audienced::unit::spool_record_test
