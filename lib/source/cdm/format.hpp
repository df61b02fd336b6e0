#pragma once

#include <nlohmann/json_fwd.hpp>

#include "source/cdm/model.hpp"

namespace audienced::source::cdm {

/// How a partition's file is written: fileFormatSettings first, then the arguments of the trait
/// is.partition.format.CSV, which win. Errors: bad_config.
result<void> read_format(const nlohmann::json& partition, Partition& into);

}  // namespace audienced::source::cdm
