// One import as it travels. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/batch.hpp"

namespace audienced::provider::constant_contact {

/// Positions in batch.members that can be sent: the address is short enough. In order, so that line
/// n of a job's errors means the same member before and after a restart.
std::vector<std::size_t> sendable(const model::Batch& batch);

struct ImportBody {
    enum class Form { csv, json } form = Form::csv;
    std::string content_type;
    std::string body;
};
/// A table where every row has a value in every column (or none has), since a blank field might clear what a
/// contact has, and where no value has a line break, since errors are told by line. Else, if it stays under
/// the limit, JSON, which leaves out what is not there. A table takes half the bytes or less. `columns`:
/// "first_name", "cf:tier", parallel to the values, which are as the plan fitted them (values.hpp).
ImportBody import_body(const model::Batch& batch, std::span<const std::size_t> rows,
                       std::span<const std::string> columns);

/// What a member adds to a table.
std::size_t csv_bytes(const model::Member& member);

}  // namespace audienced::provider::constant_contact
