// What of a mapping can never work in an audience, before a run finds it out. Pure.
#pragma once

#include <vector>

#include "model/export.hpp"
#include "provider/types.hpp"

namespace audienced::provider::mailchimp {

std::vector<MappingProblem> check_mapping(const std::vector<model::FieldMap>& mapping,
                                          const Destination& audience);

}  // namespace audienced::provider::mailchimp
