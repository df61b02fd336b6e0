// An export against the live account, before a run: what fits, and what does not.
#pragma once

#include "run/context.hpp"

namespace audienced::inspect {

struct CheckedField {
    model::FieldMap mapped;
    std::string wire, label, type;
};

struct Check {
    std::string destination_name;
    std::uint64_t destination_members = 0;
    std::vector<CheckedField> fields;
    std::vector<std::string> created;  // wire names of the fields that were made
    std::vector<std::string> groups;   // titles
    std::vector<std::string> warnings;
    std::vector<Error> problems;  // most basic first
};

/// Writes nothing, unless `create_fields`: then missing fields are made once nothing else is wrong.
awaitable<result<Check>> check_export(run::Environment& env, model::Export definition, bool create_fields);

}  // namespace audienced::inspect
