#include "source/csv/csv.hpp"
#include "source/folder/file.hpp"
#include "source/refusing.hpp"
#include "source/settings.hpp"

namespace audienced::source::csv {
namespace {
constexpr std::uint64_t year = 366 * 24 * 3600;

result<void> validate(const model::Source& source, const model::Segment* segment) {
    if (auto options = parse_options(source); !options) return options.error();
    if (!segment) return {};
    if (auto fine = check_segment(*segment, "csv", {model::Segment::Kind::file}); !fine) return fine;
    return folder::check_relative(segment->what);
}

std::unique_ptr<Source> make(const model::Source& source, const Environment& environment) {
    auto options = parse_options(source);
    if (!options) return refusing(options.error());
    return open(std::move(*options), environment.clock);
}
}  // namespace

result<Options> parse_options(const model::Source& source) {
    if (auto fine = check_settings(source, option_table()); !fine) return fine.error();
    Options options;
    options.folder = setting(source, "csv");
    if (options.folder[0] != '/')
        return make_error(Errc::usage, "the folder " + options.folder + " is not an absolute path");
    if (const auto text = setting(source, "delimiter"); !text.empty()) {
        auto delimiter = delimited::delimiter_named(text);
        if (!delimiter) return delimiter.error();
        options.format.delimiter = *delimiter;
    }
    if (const auto text = setting(source, "encoding"); !text.empty()) {
        const auto encoding = delimited::encoding_named(text);
        if (!encoding)
            return make_error(Errc::usage, "the encoding " + text + " is not known",
                              "the encodings are utf-8, utf-16, utf-16le, utf-16be and windows-1252");
        options.format.encoding = *encoding;
    }
    if (const auto text = setting(source, "newest"); !text.empty()) {
        if (text != "by-name" && text != "by-time")
            return make_error(Errc::usage, "--newest cannot be " + text,
                              "by-name takes the last file in the order of names, by-time the one that was "
                              "written last");
        options.newest = text == "by-name" ? folder::Newest::by_name : folder::Newest::by_time;
    }
    auto min_age = number_setting(source, "min-age", 0, 0, year);
    if (!min_age) return min_age.error();
    auto max_age = number_setting(source, "max-age", 0, 0, year);
    if (!max_age) return max_age.error();
    options.min_age_seconds = *min_age;
    options.max_age_seconds = *max_age;
    return options;
}

/// Of several files in a row a line alone says nothing.
bool rows_are_lines(const model::Source& source, const model::Segment& segment) {
    return !folder::is_pattern(segment.what) || !setting(source, "newest").empty();
}

Kind kind() {
    return {option_table(), {model::Segment::Kind::file}, validate, make, rows_are_lines};
}

}  // namespace audienced::source::csv
