#include "source/cdm/newest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <functional>
#include <limits>

#include "base/text.hpp"
#include "source/cdm/moment.hpp"

namespace audienced::source::cdm {
namespace {

constexpr std::uint64_t largest_hash = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t first_slots = 1024;
constexpr std::size_t filter_bits = 1u << 23;  // 1 MiB; of a million Ids it takes one in eight for two

std::size_t find_name(const std::vector<std::string>& names, std::string_view wanted) {
    const auto it =
        std::find_if(names.begin(), names.end(), [&](const std::string& n) { return iequals(n, wanted); });
    return it == names.end() ? VersionColumns::absent : static_cast<std::size_t>(it - names.begin());
}

std::int64_t seconds_of(const Moment& m) {
    using namespace std::chrono;
    const sys_days day =
        year_month_day{std::chrono::year(m.year), std::chrono::month(static_cast<unsigned>(m.month)),
                       std::chrono::day(static_cast<unsigned>(m.day))};
    const auto at = day.time_since_epoch() + hours(m.hour) + minutes(m.minute) + seconds(m.second);
    return duration_cast<seconds>(at).count();
}

}  // namespace

std::optional<VersionColumns> version_columns(const std::vector<std::string>& names) {
    VersionColumns columns;
    columns.id = find_name(names, "Id");
    columns.written = find_name(names, "SinkModifiedOn");
    columns.number = find_name(names, "versionnumber");
    columns.deleted = find_name(names, "IsDelete");
    constexpr auto absent = VersionColumns::absent;
    if (columns.id == absent || columns.written == absent || find_name(names, "SinkCreatedOn") == absent)
        return std::nullopt;
    return columns;
}

Version parse_version(std::string_view number, std::string_view written, std::string_view deleted) {
    Version version;
    number = trim(number);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), version.number);
    if (error != std::errc() || end != number.data() + number.size()) version.number = 0;
    // Written in the American form whatever the culture of the model.
    if (const auto moment = parse_numeric(written, Order::month_day_year))
        version.written = seconds_of(*moment);
    version.deleted = is_deletion(deleted);
    return version;
}

bool is_deletion(std::string_view deleted) {
    deleted = trim(deleted);
    return iequals(deleted, "true") || deleted == "1";
}

Newest::Newest(std::size_t most_ids) : most_ids_(most_ids) {}

std::uint64_t Newest::hash_of(std::string_view id) {
    std::array<char, 64> lower;  // Ids are GUIDs, in either case; a longer one is taken as it stands
    id = trim(id);
    if (id.size() <= lower.size()) {
        std::transform(id.begin(), id.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        id = {lower.data(), id.size()};
    }
    return std::max<std::uint64_t>(1, std::hash<std::string_view>{}(id));  // 0 marks a free slot
}

bool Newest::begin_pass() {
    if (++pass_ == 1) {
        once_.resize(filter_bits);
        again_.resize(filter_bits);
        return true;
    }
    const bool begun = pass_ > 2;
    if (!any_again_ || (begun && last_ == largest_hash)) return false;
    const std::uint64_t width = begun ? last_ - first_ : largest_hash;
    first_ = begun ? last_ + 1 : 0;
    last_ = width > largest_hash - first_ ? largest_hash : first_ + width;
    used_ = 0;
    std::fill(slots_.begin(), slots_.end(), Slot{});
    std::vector<bool>().swap(once_);
    return true;
}

void Newest::note(std::uint64_t row, std::string_view id, bool deleted) {
    if (deleted) leave_out(row);
    const std::size_t bit = hash_of(id) % filter_bits;
    if (once_[bit]) any_again_ = again_[bit] = true;
    once_[bit] = true;
}

bool Newest::wants(std::string_view id) const {
    const std::uint64_t hash = hash_of(id);
    return hash >= first_ && hash <= last_ && again_[hash % filter_bits];
}

Newest::Slot& Newest::place(std::uint64_t hash) {
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
}

void Newest::rebuild(std::size_t slots) {
    std::vector<Slot> kept;
    for (const Slot& s : slots_)
        if (s.hash != 0 && s.hash <= last_) kept.push_back(s);
    std::vector<Slot>().swap(slots_);  // before the new table is there
    slots_.resize(slots);
    for (const Slot& s : kept) place(s.hash) = s;
    used_ = kept.size();
}

/// For one more Id: a larger table, or fewer Ids. What was left out of those that are given up stays left
/// out: it lost to a newer row.
void Newest::make_room() {
    if ((used_ + 1) * 8 <= slots_.size() * 7 && used_ < most_ids_) return;
    if (used_ < most_ids_) return rebuild(std::max(first_slots, slots_.size() * 2));
    while (used_ >= most_ids_ && last_ > first_) {
        last_ = first_ + (last_ - first_) / 4 * 3;
        rebuild(slots_.size());
    }
}

bool Newest::is_newer(const Slot& later, const Slot& there) {
    if (later.number != 0 && there.number != 0 && later.number != there.number)
        return later.number > there.number;
    return later.written == 0 || there.written == 0 || later.written >= there.written;
}

void Newest::meet(std::uint64_t row, std::string_view id, const Version& version) {
    const std::uint64_t hash = hash_of(id);
    make_room();
    if (hash < first_ || hash > last_) return;
    Slot met{hash, version.number, static_cast<std::uint32_t>(std::max<std::int64_t>(0, version.written)),
             static_cast<std::uint32_t>(row)};
    Slot& there = place(hash);
    if (there.hash == 0) {
        there = met;
        ++used_;
    } else if (is_newer(met, there)) {
        leave_out(there.row);
        there = met;
    } else {
        leave_out(row);
    }
}

void Newest::leave_out(std::uint64_t row) {
    if (left_out_.size() <= row) left_out_.resize(row + 1);
    if (!left_out_[row]) ++count_;
    left_out_[row] = true;
}

void Newest::finish() {
    std::vector<Slot>().swap(slots_);
    std::vector<bool>().swap(once_);
    std::vector<bool>().swap(again_);
}

}  // namespace audienced::source::cdm
