// A Common Data Model folder (model.json and CSV partitions), as Customer Insights, Power BI dataflows and
// Azure Synapse Link export it; a segment is an entity of it.
#pragma once

#include <memory>
#include <string>

#include "source/registry.hpp"

namespace audienced::source::cdm {

struct Options {
    std::string model;   // path of model.json
    std::string root;    // the folder that mirrors the container; that of model.json if nothing else is said
    std::string prefix;  // what stands in front of locations that the mirror does not have
};

/// Errors: usage.
result<Options> parse_options(const model::Source&);
std::unique_ptr<Source> open(Options);

}  // namespace audienced::source::cdm
