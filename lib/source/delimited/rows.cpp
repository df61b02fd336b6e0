#include "source/delimited/rows.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "source/settings.hpp"
#include "source/unreadable.hpp"
#include "source/utf8.hpp"

namespace audienced::source::delimited {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Fields that another delimiter separates, too: it may be the right one.
bool holds_address(std::string_view cell) {
    for (;;) {
        const auto end = cell.find_first_of(";\t|");
        if (is_address(cell.substr(0, end))) return true;
        if (end == cell.npos) return false;
        cell.remove_prefix(end + 1);
    }
}

std::string mended(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        std::size_t length = 1;
        while (length < std::min<std::size_t>(name.size(), 4) && !is_valid_utf8(name.substr(0, length)))
            ++length;
        const bool valid = is_valid_utf8(name.substr(0, length));
        out += valid ? name.substr(0, length) : replacement;
        name.remove_prefix(valid ? length : 1);
    }
    return out;
}

}  // namespace

result<void> check_header(std::span<const std::string_view> names, const std::string& file) {
    if (std::any_of(names.begin(), names.end(), holds_address))
        return make_error(Errc::bad_config,
                          "the first line of " + file + " is not a header: it contains an e-mail address",
                          "the first line must name the columns");
    return {};
}

bool is_mended_name(std::string_view name) {
    return name.find(replacement) != name.npos;
}

bool is_blank(std::span<const std::string_view> fields) {
    constexpr std::string_view end_of_file = "\x1A";  // as programs of DOS wrote it
    if (fields.size() == 1 && fields[0] == end_of_file) return true;
    return std::all_of(fields.begin(), fields.end(), [](auto f) { return trim(f).empty(); });
}

std::vector<std::string> names_from(std::span<const std::string_view> fields) {
    std::vector<std::string> names;
    for (const auto field : fields) names.push_back(readable(field) ? std::string(field) : mended(field));
    return names;
}

result<std::vector<std::string>> read_header(Records& records, const std::string& file,
                                             const std::stop_token& stop) {
    auto got = records.next(stop);
    while (got && *got == Records::Got::record && is_blank(records.fields())) got = records.next(stop);
    if (!got) return got.error();
    if (*got == Records::Got::end)
        return retryable(Errc::not_ready, file + " is empty: it does not even have a header",
                         "check the program that writes it");
    if (*got == Records::Got::broken)
        return make_error(Errc::not_ready, "the header of " + file + " cannot be read: " + records.why());
    if (auto fine = check_header(records.fields(), file); !fine) return fine.error();
    std::vector<std::string> names = names_from(records.fields());
    records.set_width(names.size());
    return names;
}

Rows::Rows(const Layout& layout, RowSink& sink, std::uint64_t& number, std::string file)
    : layout_(layout),
      sink_(sink),
      number_(number),
      file_(std::move(file)),
      values_(layout.columns.size()),
      scratch_(layout.columns.size()) {}

result<void> Rows::reject(const Records& records, const std::string& why,
                          std::optional<std::string_view> address) {
    std::string text = file_.empty() ? "line " : file_ + ", line ";
    text += std::to_string(records.line()) + ": " + why;
    if (!sink_.reject(number_of(records), text, address)) return cancelled();
    return {};
}

std::string Rows::count_of(std::size_t fields) const {
    return "it has " + std::to_string(fields) + " fields, not " + std::to_string(layout_.width);
}

/// Why a record with more or fewer fields than columns cannot be read as a row; nothing if it can.
const char* Rows::why_not(std::span<const std::string_view> fields, bool has_line_end) const {
    if (fields.size() > layout_.width) {
        const auto surplus = fields.subspan(layout_.width);
        return is_blank(surplus) ? nullptr : "";
    }
    if (!has_line_end) return ", and the file ends in it: it may have been cut";
    if (layout_.columns.empty()) return nullptr;
    const Column& first = layout_.columns.front();
    // The address itself may be the empty field that is missing, unless it slipped to the front.
    if (first.index >= fields.size())
        return std::any_of(fields.begin(), fields.end(), looks_like_address) ? "" : nullptr;
    if (trim(fields[first.index]).empty() || looks_like_address(fields[first.index])) return nullptr;
    // Who looks at all columns, for a preview, does not begin with the address; then it stands further on.
    const bool elsewhere =
        first.index == 0 && std::any_of(fields.begin() + 1, fields.end(), looks_like_address);
    return elsewhere ? nullptr : "";
}

/// The address of a record that cannot be read as a row. A field too many may stand before it, or one may be
/// lost there: then its neighbours in that direction are looked at.
std::optional<std::string_view> Rows::address_in(std::span<const std::string_view> fields) const {
    if (layout_.columns.empty() || layout_.columns.front().index == Column::absent) return std::nullopt;
    const std::size_t there = layout_.columns.front().index;
    const std::size_t surplus = fields.size() > layout_.width ? fields.size() - layout_.width : 0;
    const std::size_t lost = fields.size() < layout_.width ? layout_.width - fields.size() : 0;
    const auto is_it = [&](std::size_t at) {
        return at < fields.size() && looks_like_address(fields[at]) && readable(fields[at]);
    };
    if (is_it(there)) return fields[there];
    for (std::size_t i = 1; i <= surplus; ++i)
        if (is_it(there + i)) return fields[there + i];
    for (std::size_t i = 1; i <= std::min(lost, there); ++i)
        if (is_it(there - i)) return fields[there - i];
    return std::nullopt;
}

std::string Rows::undecodable_column(const Column& column, std::string_view text) {
    std::string why = undecodable(column.name);
    if (layout_.encoding != Encoding::utf8) return why + " after it was decoded";
    if (encoding_told_ || !looks_like_windows_1252(text)) return why;
    encoding_told_ = true;
    why += "; the file looks like Windows-1252";
    return layout_.encoding_advice.empty() ? why : why + ": " + layout_.encoding_advice;
}

result<void> Rows::take(const Records& records) {
    const auto fields = records.fields();
    if (is_blank(fields)) return {};
    ++number_;
    if (layout_.leaves_out && layout_.leaves_out(number_)) return {};
    if (fields.size() != layout_.width)
        if (const char* why = why_not(fields, records.has_line_end())) {
            // The last field of a text that was cut may be half an address.
            const bool cut = fields.size() < layout_.width && !records.has_line_end();
            const auto whole = cut ? fields.first(fields.size() - 1) : fields;
            return reject(records, count_of(fields.size()) + why, address_in(whole));
        }
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const Column& column = layout_.columns[i];
        values_[i].null = column.index >= fields.size();
        std::string_view text = values_[i].null ? std::string_view() : fields[column.index];
        if (!readable(text)) {
            std::optional<std::string_view> address;
            if (i > 0 && !values_[0].null) address = values_[0].text;
            return reject(records, undecodable_column(column, text), address);
        }
        if (column.rewrite && column.rewrite(text, scratch_[i])) text = scratch_[i];
        values_[i].text = text;
    }
    if (!sink_.row(number_of(records), values_)) return cancelled();
    return {};
}

result<void> Rows::take_broken(const Records& records) {
    ++number_;
    if (layout_.leaves_out && layout_.leaves_out(number_)) return {};
    // Nothing is lost before the damage: the address is in its place or not there.
    const std::size_t there = layout_.columns.empty() ? Column::absent : layout_.columns.front().index;
    std::optional<std::string_view> address;
    if (there < records.fields().size()) {
        const std::string_view text = records.fields()[there];
        if (looks_like_address(text) && readable(text)) address = text;
    }
    return reject(records, records.why(), address);
}

result<void> Rows::take_rest(Records& records, const std::stop_token& stop) {
    for (;;) {
        if (stop.stop_requested()) return cancelled();
        auto got = records.next(stop);
        if (!got) return got.error();
        if (*got == Records::Got::end) return {};
        if (*got == Records::Got::broken) {
            if (auto fine = take_broken(records); !fine) return fine;
            continue;
        }
        if (auto fine = take(records); !fine) return fine;
    }
}

}  // namespace audienced::source::delimited
