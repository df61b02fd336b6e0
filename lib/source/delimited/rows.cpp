#include "source/delimited/rows.hpp"

#include "source/settings.hpp"
#include "source/utf8.hpp"

namespace audienced::source::delimited {
namespace {

bool is_address(std::string_view text) {
    const auto at = text.find('@');
    return at != text.npos && at > 0 && text.find('.', at + 1) != text.npos;
}

}  // namespace

result<void> check_header(std::span<const std::string_view> names, const std::string& file) {
    for (const auto name : names)
        if (is_address(name))
            return make_error(Errc::bad_config,
                              "the first line of " + file + " is not a header: it contains an e-mail address",
                              "the first line must name the columns");
    return {};
}

result<std::vector<std::string>> read_header(Records& records, const std::string& file,
                                             const std::stop_token& stop) {
    auto got = records.next(stop);
    if (!got) return got.error();
    if (*got == Records::Got::end) return retryable(Errc::not_ready, file + " is empty and has no header");
    if (*got == Records::Got::broken)
        return make_error(Errc::not_ready, "the header of " + file + " cannot be read: " + records.why());
    if (auto fine = check_header(records.fields(), file); !fine) return fine.error();
    std::vector<std::string> names;
    for (const auto field : records.fields()) {
        if (!readable(field))
            return make_error(Errc::not_ready, "the header of " + file + " is not valid UTF-8",
                              "if the file has another encoding, name it with --encoding");
        names.emplace_back(field);
    }
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

result<void> Rows::reject(const Records& records, const std::string& why) {
    std::string text = file_.empty() ? "line " : file_ + ", line ";
    text += std::to_string(records.line()) + ": " + why;
    if (!sink_.reject(number_, text)) return cancelled();
    return {};
}

result<void> Rows::take(const Records& records) {
    ++number_;
    const auto fields = records.fields();
    if (fields.size() != layout_.width)
        return reject(records, "it has " + std::to_string(fields.size()) + " fields, not " +
                                   std::to_string(layout_.width));
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const Column& column = layout_.columns[i];
        std::string_view text = fields[column.index];
        if (!readable(text)) return reject(records, "a value is not valid UTF-8");
        if (column.rewrite && column.rewrite(text, scratch_[i])) text = scratch_[i];
        values_[i].text = text;
    }
    if (!sink_.row(number_, values_)) return cancelled();
    return {};
}

result<void> Rows::take_rest(Records& records, const std::stop_token& stop) {
    for (;;) {
        if (stop.stop_requested()) return cancelled();
        auto got = records.next(stop);
        if (!got) return got.error();
        if (*got == Records::Got::end) return {};
        if (*got == Records::Got::broken) {
            ++number_;
            if (auto fine = reject(records, records.why()); !fine) return fine;
            continue;
        }
        if (auto fine = take(records); !fine) return fine;
    }
}

}  // namespace audienced::source::delimited
