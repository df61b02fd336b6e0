#include "source/refusing.hpp"
#include "source/select_only.hpp"
#include "source/settings.hpp"
#include "source/sqlite/sqlite.hpp"

namespace audienced::source::sqlite {
namespace {

result<void> validate(const model::Source& source, const model::Segment* segment) {
    if (auto options = parse_options(source); !options) return options.error();
    if (!segment) return {};
    if (auto fine =
            check_segment(*segment, "sqlite", {model::Segment::Kind::query, model::Segment::Kind::table});
        !fine)
        return fine;
    if (segment->kind == model::Segment::Kind::query) return check_select(segment->what, Dialect::sqlite);
    return {};
}

std::unique_ptr<Source> make(const model::Source& source, const Environment&) {
    auto options = parse_options(source);
    if (!options) return refusing(options.error());
    return open(std::move(*options));
}
}  // namespace

result<Options> parse_options(const model::Source& source) {
    if (auto fine = check_settings(source, option_table()); !fine) return fine.error();
    Options options;
    options.file = setting(source, "sqlite");
    if (options.file[0] != '/')
        return make_error(Errc::usage, "the database " + options.file + " is not an absolute path");
    auto seconds = number_setting(source, "busy-timeout", 10, 0, 3600);
    if (!seconds) return seconds.error();
    options.busy_seconds = *seconds;
    options.ready_query = setting(source, "ready-query");
    if (!options.ready_query.empty())
        if (auto fine = check_select(options.ready_query, Dialect::sqlite); !fine) return fine.error();
    return options;
}

Kind kind() {
    return {option_table(), {model::Segment::Kind::query, model::Segment::Kind::table}, validate, make};
}

}  // namespace audienced::source::sqlite
