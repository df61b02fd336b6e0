// What a Common Data Model folder's model.json says of one entity. Follows Microsoft's schema of model.json
// (github.com/microsoft/CDM, docs/schema/modeljsonschema.json), and tolerates what writers produce in
// practice.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "source/delimited/records.hpp"

namespace audienced::source::cdm {

struct Attribute {
    std::string name;
    std::string type;  // lower case: "string", "datetime", "decimal" ...
};

struct Partition {
    std::string name;
    std::string location;      // as it stands there: an absolute URI, or a relative path
    std::string refresh_time;  // as it stands there
    /// Is the first record a header? Nothing if the model does not say.
    std::optional<bool> headers;
    delimited::Dialect dialect;
    delimited::Encoding encoding = delimited::Encoding::utf8;
};

struct Entity {
    std::string name;
    std::vector<Attribute> attributes;          // in the order of a headerless file's fields
    std::vector<Partition> partitions;          // those with a location
    std::string date_format, timestamp_format;  // Java patterns, from annotations; usually empty
};

struct Model {
    std::string name;
    std::string culture;                // "en-US"; may be empty
    std::string modified_time;          // as it stands there
    std::vector<std::string> entities;  // the names of all that lie in this folder
};

/// Errors: not_ready (no JSON: half-written), bad_config (JSON, but no model).
result<Model> parse_model(std::string_view json);
/// Errors: those of parse_model; not_found (with the names that there are), usage (it lies in another model),
/// not_ready (it has no partitions yet), bad_config (a format that cannot be read).
result<Entity> parse_entity(std::string_view json, const std::string& name);

}  // namespace audienced::source::cdm
