#include "spool/record.hpp"

#include <cstring>

#include "base/bytes.hpp"

namespace audienced::spool {
namespace {

using bytes::put;
using bytes::take;

/// A byte that is neither 0 nor 1 is damage: as a bool it would be undefined behaviour.
bool take(std::string_view& in, bool& value) {
    std::uint8_t byte = 0;
    if (!take(in, byte) || byte > 1) return false;
    value = byte == 1;
    return true;
}

void put_text(std::string& out, std::string_view text) {
    bytes::put_text<std::uint32_t>(out, text);
}

bool take_text(std::string_view& in, std::string& text) {
    return bytes::take_text<std::uint32_t>(in, text);
}

constexpr std::uint32_t not_sent = ~std::uint32_t{0};

}  // namespace

void encode(const Record& r, std::string& out) {
    const std::size_t start = out.size();
    put(out, std::uint32_t{0});  // the record's size, known at the end
    put(out, r.kind);
    put(out, r.counted_as);
    put(out, r.left);
    put(out, r.restore);
    put(out, r.sent.known);
    put(out, r.member);
    put(out, r.values_hash);
    put(out, r.groups);
    put(out, r.segment);
    put(out, r.row);
    put_text(out, r.sent.address);
    put_text(out, r.sent.contact_id.text());
    put(out, static_cast<std::uint16_t>(r.sent.values.size()));
    for (const auto& v : r.sent.values) {
        if (v)
            put_text(out, *v);
        else
            put(out, not_sent);
    }
    const auto size = static_cast<std::uint32_t>(out.size() - start);
    std::memcpy(out.data() + start, &size, sizeof size);
}

std::optional<std::uint32_t> record_size(std::string_view bytes) {
    std::uint32_t size = 0;
    if (bytes.size() < sizeof size) return 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    if (size < sizeof size) return std::nullopt;
    return size;
}

std::optional<Record> decode(std::string_view& bytes) {
    const auto known = record_size(bytes);
    if (!known || *known == 0 || *known > bytes.size()) return std::nullopt;
    const std::uint32_t size = *known;
    std::string_view in = bytes.substr(sizeof size, size - sizeof size);
    Record r;
    std::uint16_t values = 0;
    std::string contact_id;
    if (!take(in, r.kind) || r.kind > Record::Kind::forget || !take(in, r.counted_as) ||
        r.counted_as > model::CountedAs::removed || !take(in, r.left) || !take(in, r.restore) ||
        !take(in, r.sent.known) || !take(in, r.member) || !take(in, r.values_hash) || !take(in, r.groups) ||
        !take(in, r.segment) || !take(in, r.row) || !take_text(in, r.sent.address) ||
        !take_text(in, contact_id) || !take(in, values))
        return std::nullopt;
    r.sent.contact_id = model::ContactId(std::move(contact_id));
    r.sent.values.resize(values);
    for (auto& v : r.sent.values) {
        std::string_view ahead = in;
        std::uint32_t mark = 0;
        if (!take(ahead, mark)) return std::nullopt;
        if (mark == not_sent)
            in = ahead;
        else if (!take_text(in, v.emplace()))
            return std::nullopt;
    }
    if (!in.empty()) return std::nullopt;
    bytes.remove_prefix(size);
    return r;
}

}  // namespace audienced::spool
