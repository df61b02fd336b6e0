#include "run/planning/known_people.hpp"

#include <algorithm>

namespace audienced::run {
namespace {

constexpr std::size_t rows_a_scan = 20'000;  // rows of one scan; some milliseconds of the store's thread
constexpr std::size_t tidy_after = 65'536;

}  // namespace

result<void> KnownPeople::load() {
    if (in_.definition.key.empty()) return {};
    for (bool more = true; more;) {
        const auto after = known_.empty() ? std::nullopt : std::optional(known_.back().key);
        const auto scan = [&](store::Database& db, const vault::Vault&) {
            return store::scan_people(db, in_.destination, after, rows_a_scan,
                                      [&](const store::Person& p) { known_.push_back(p); });
        };
        auto scanned = in_.store->run_blocking(scan);
        if (!scanned) return scanned.error();
        more = *scanned == rows_a_scan;
    }
    const auto read = [&](store::Database& db, const vault::Vault&) {
        return store::opted_out_people(db, in_.destination);
    };
    auto opted_out = in_.store->run_blocking(read);
    if (!opted_out) return opted_out.error();
    opted_out_ = std::move(*opted_out);
    return {};
}

const store::Person* KnownPeople::find(std::uint64_t key) const {
    const auto at = std::lower_bound(known_.begin(), known_.end(), key,
                                     [](const store::Person& p, std::uint64_t k) { return p.key < k; });
    return at != known_.end() && at->key == key ? &*at : nullptr;
}

bool KnownPeople::meet(std::string_view key, const MemberHash& member, bool delivered) {
    if (key.empty()) return false;
    // Two exports may have keys of different meaning, so the attribute's name is part of it.
    buffer_.assign(in_.definition.key).push_back('\0');
    buffer_.append(key);
    const store::Person met{in_.vault->people().short_value(buffer_), member};
    const store::Person* known = find(met.key);
    if (known && known->member == member) return false;
    const bool held = known && std::binary_search(opted_out_.begin(), opted_out_.end(), known->member);
    if (known && delivered && !held)
        moved_.push_back(met);
    else
        see(met);
    return held;
}

void KnownPeople::see(const store::Person& person) {
    seen_.push_back(person);
    if (seen_.size() < std::max(next_tidy_, tidy_after)) return;
    std::sort(seen_.begin(), seen_.end());
    seen_.erase(std::unique(seen_.begin(), seen_.end()), seen_.end());
    next_tidy_ = seen_.size() + seen_.size() / 4 + tidy_after;
}

PeopleMet KnownPeople::met() {
    for (auto* part : {&seen_, &moved_}) {
        std::sort(part->begin(), part->end());
        part->erase(std::unique(part->begin(), part->end()), part->end());
    }
    return {std::move(seen_), std::move(moved_)};
}

}  // namespace audienced::run
