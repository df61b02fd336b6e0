// What is wrong with a mapping at any provider. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/export.hpp"
#include "provider/types.hpp"

namespace audienced::provider {

/// Refuses each attribute whose field is filled by an earlier one. `names`: what tells fields apart, parallel
/// to the mapping.
void refuse_shared_fields(const std::vector<model::FieldMap>& mapping, const std::vector<std::string>& names,
                          std::vector<MappingProblem>& out);

MappingProblem mapping_problem(std::size_t at, Errc code, std::string message, std::string hint);

}  // namespace audienced::provider
