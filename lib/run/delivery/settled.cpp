#include "run/delivery/settled.hpp"

#include "base/bytes.hpp"

namespace audienced::run {
namespace {

using bytes::put;
using bytes::put_text;
using bytes::take;
using bytes::take_text;
using Size = std::uint8_t;  // an address has at most 254 bytes, a code some twenty

enum Flag : std::uint8_t { left = 1, known = 2, called = 4, addressed = 8, restore = 16 };

bool take_one(std::string_view& in, Settled& s) {
    std::uint8_t flags = 0, outcome = 0, opt_out = 0;
    if (!take(in, flags) || flags > (left | known | called | addressed | restore) ||
        !take(in, s.record.kind) || s.record.kind > spool::Record::Kind::forget ||
        !take(in, s.record.counted_as) || s.record.counted_as > model::CountedAs::removed ||
        !take(in, s.record.member) || !take(in, s.record.values_hash) || !take(in, s.record.segment) ||
        !take(in, s.record.row))
        return false;
    s.record.left = (flags & left) != 0;
    s.record.sent.known = (flags & known) != 0;
    s.called = (flags & called) != 0;
    s.record.restore = (flags & restore) != 0;
    if ((flags & addressed) && !take_text<Size>(in, s.record.sent.address)) return false;
    if (s.called) return true;
    if (!take(in, outcome) || outcome > static_cast<std::uint8_t>(model::Outcome::Kind::unknown) ||
        !take(in, opt_out) || opt_out > static_cast<std::uint8_t>(model::OptOutReason::unspecified) + 1)
        return false;
    s.outcome.kind = static_cast<model::Outcome::Kind>(outcome);
    if (opt_out != 0) s.outcome.opt_out = static_cast<model::OptOutReason>(opt_out - 1);
    return take_text<Size>(in, s.outcome.code);
}

}  // namespace

Settled blank_of(const Settled& s) {
    Settled blank;
    blank.called = s.called;
    blank.outcome.kind = s.outcome.kind;
    blank.record.kind = s.record.kind;
    blank.record.counted_as = s.record.counted_as;
    blank.record.left = s.record.left;
    // Providers are asked for what became of it by its address: they have none in this domain.
    blank.record.sent.address = "forgotten@audienced.invalid";
    return blank;
}

bool is_blank(const Settled& s) {
    return s.record.member == MemberHash{};
}

std::string print_intent(const std::vector<Settled>& records, bool with_addresses) {
    std::string out;
    out.reserve(records.size() * (with_addresses ? 80 : 40));
    for (const Settled& s : records) {
        const bool address = with_addresses && s.called;
        put(out, static_cast<std::uint8_t>((s.record.left ? left : 0) | (s.record.sent.known ? known : 0) |
                                           (s.called ? called : 0) | (address ? addressed : 0) |
                                           (s.record.restore ? restore : 0)));
        put(out, s.record.kind);
        put(out, s.record.counted_as);
        put(out, s.record.member);
        put(out, s.record.values_hash);
        put(out, s.record.segment);
        put(out, s.record.row);
        if (address) put_text<Size>(out, s.record.sent.address);
        if (s.called) continue;
        put(out, static_cast<std::uint8_t>(s.outcome.kind));
        put(out, static_cast<std::uint8_t>(s.outcome.opt_out ? static_cast<int>(*s.outcome.opt_out) + 1 : 0));
        put_text<Size>(out, s.outcome.code);
    }
    return out;
}

result<std::vector<Settled>> parse_intent(std::string_view bytes) {
    std::vector<Settled> out;
    while (!bytes.empty())
        if (!take_one(bytes, out.emplace_back()))
            return make_error(Errc::store_corrupt, "the record of an open batch is damaged",
                              "restore a backup of the database");
    return out;
}

}  // namespace audienced::run
