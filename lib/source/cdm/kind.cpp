#include <filesystem>

#include "source/cdm/cdm.hpp"
#include "source/refusing.hpp"
#include "source/settings.hpp"

namespace audienced::source::cdm {
namespace {

result<void> validate(const model::Source& source, const model::Segment* segment) {
    if (auto options = parse_options(source); !options) return options.error();
    if (!segment) return {};
    return check_segment(*segment, "cdm", {model::Segment::Kind::entity});
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
    options.model = setting(source, "cdm");
    options.root = setting(source, "root");
    options.prefix = setting(source, "prefix");
    if (options.root.empty()) options.root = std::filesystem::path(options.model).parent_path().native();
    for (const std::string* path : {&options.model, &options.root})
        if (path->empty() || path->front() != '/')
            return make_error(Errc::usage, "the path " + *path + " is not absolute");
    if (options.model.ends_with('/'))
        return make_error(Errc::usage, options.model + " is a folder", "name its model.json");
    return options;
}

Kind kind() {
    return {option_table(), {model::Segment::Kind::entity}, validate, make};
}

}  // namespace audienced::source::cdm
