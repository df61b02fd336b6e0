// What of a mapping can never work in an import, before a run finds it out. Pure.
#pragma once

#include <vector>

#include "model/export.hpp"
#include "provider/types.hpp"

namespace audienced::provider::constant_contact {

std::vector<MappingProblem> check_mapping(const std::vector<model::FieldMap>& mapping,
                                          const Destination& list);

}  // namespace audienced::provider::constant_contact
