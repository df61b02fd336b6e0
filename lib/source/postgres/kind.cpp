#include "source/postgres/postgres.hpp"
#include "source/refusing.hpp"
#include "source/select_only.hpp"
#include "source/settings.hpp"

namespace audienced::source::postgres {
namespace {

result<void> validate(const model::Source& source, const model::Segment* segment) {
    if (auto options = parse_options(source); !options) return options.error();
    if (!segment) return {};
    const std::vector<model::Segment::Kind> kinds{model::Segment::Kind::query, model::Segment::Kind::table};
    if (auto fine = check_segment(*segment, "postgres", kinds); !fine) return fine;
    if (segment->kind == model::Segment::Kind::query) return check_select(segment->what, Dialect::postgres);
    return {};
}

std::unique_ptr<Source> make(const model::Source& source, const Environment& environment) {
    auto options = parse_options(source);
    if (!options) return refusing(options.error());
    if (environment.secrets) options->password = Secret(environment.secrets->get("password"));
    return open(std::move(*options));
}

}  // namespace

Kind kind() {
    return {option_table(), {model::Segment::Kind::query, model::Segment::Kind::table}, validate, make};
}

}  // namespace audienced::source::postgres
