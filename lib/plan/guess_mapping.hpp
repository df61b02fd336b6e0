// Which attributes are probably the address and the names, so that a user need not type a mapping from
// scratch. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace audienced::plan {

/// Attributes; empty where none looks right.
struct MappingGuess {
    std::string email, first_name, last_name;
    /// `--email email --map first=first_name --map last=last_name`, quoted for a shell; empty without an
    /// address.
    std::string options() const;
    bool operator==(const MappingGuess&) const = default;
};

using SampleRow = std::vector<std::optional<std::string>>;

/// By name first (E-Mail, emailaddress1, contact_first_name, Nachname ...), then by the
/// values: a column without addresses is not the address, whatever its name; without any such name,
/// a column that holds addresses only is. `rows` (may be empty) are parallel to `columns`. A name that stands
/// there twice is never guessed, since it cannot be mapped.
MappingGuess guess_mapping(const std::vector<std::string>& columns, const std::vector<SampleRow>& rows);

}  // namespace audienced::plan
