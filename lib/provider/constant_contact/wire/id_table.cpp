#include "provider/constant_contact/wire/id_table.hpp"

#include <algorithm>
#include <optional>

#include "base/digest.hpp"

namespace audienced::provider::constant_contact {
namespace {

using Half = std::array<unsigned char, 16>;
constexpr std::string_view hex = "0123456789abcdef";

bool has_dash(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

Half hash_of(std::string_view address) {
    const std::string digest = sha256(address);
    Half out{};
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
}

/// Lower-case UUIDs only, so that what comes out is what went in.
std::optional<Half> pack(std::string_view id) {
    if (id.size() != 36) return std::nullopt;
    Half out{};
    std::size_t digit = 0;
    for (std::size_t i = 0; i < id.size(); ++i) {
        if (has_dash(i)) {
            if (id[i] != '-') return std::nullopt;
            continue;
        }
        const auto value = hex.find(id[i]);
        if (value == std::string_view::npos) return std::nullopt;
        out[digit / 2] = static_cast<unsigned char>(out[digit / 2] << 4 | value);
        ++digit;
    }
    return out;
}

std::string unpack(const Half& half) {
    std::string out;
    for (std::size_t i = 0; i < half.size(); ++i) {
        if (has_dash(out.size())) out += '-';
        out += hex[half[i] >> 4];
        out += hex[half[i] & 15];
    }
    return out;
}

}  // namespace

void IdTable::add(std::string_view address, std::string_view id) {
    if (address.empty() || id.empty()) return;
    if (const auto packed = pack(id))
        rows_.push_back(Row{hash_of(address), *packed});
    else
        odd_.insert_or_assign(std::string(address), std::string(id));
}

void IdTable::finish() {
    std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.address < b.address; });
}

std::string IdTable::find(std::string_view address) const {
    if (const auto odd = odd_.find(address); odd != odd_.end()) return odd->second;
    const Half wanted = hash_of(address);
    const auto it = std::lower_bound(rows_.begin(), rows_.end(), wanted,
                                     [](const Row& row, const Half& h) { return row.address < h; });
    return it != rows_.end() && it->address == wanted ? unpack(it->id) : std::string();
}

std::vector<bool> IdTable::has(const std::vector<std::string>& ids) const {
    // The rows are sorted by address, and there may be a million: one pass over them, whatever is asked.
    std::vector<std::pair<Half, std::size_t>> wanted;
    std::vector<bool> out(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (const auto packed = pack(ids[i])) wanted.emplace_back(*packed, i);
        for (const auto& [address, id] : odd_) out[i] = out[i] || id == ids[i];
    }
    std::sort(wanted.begin(), wanted.end());
    for (const Row& row : rows_)
        for (auto it = std::lower_bound(wanted.begin(), wanted.end(), std::pair{row.id, std::size_t{0}});
             it != wanted.end() && it->first == row.id; ++it)
            out[it->second] = true;
    return out;
}

}  // namespace audienced::provider::constant_contact
