#include "provider/mapping_check.hpp"

#include <algorithm>

namespace audienced::provider {

MappingProblem mapping_problem(std::size_t at, Errc code, std::string message, std::string hint) {
    MappingProblem out{make_error(code, std::move(message), std::move(hint))};
    out.at = at;
    return out;
}

void refuse_shared_fields(const std::vector<model::FieldMap>& mapping, const std::vector<std::string>& names,
                          std::vector<MappingProblem>& out) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto here = names.begin() + static_cast<std::ptrdiff_t>(i);
        const auto first = std::find(names.begin(), here, names[i]);
        if (first == here) continue;
        const auto& earlier = mapping[static_cast<std::size_t>(first - names.begin())];
        out.push_back(mapping_problem(i, Errc::usage,
                                      "two attributes are mapped to the field " + names[i] + ": " +
                                          earlier.attribute + " and " + mapping[i].attribute,
                                      "map one of them"));
    }
}

}  // namespace audienced::provider
