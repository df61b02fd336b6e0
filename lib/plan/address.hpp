// One address = one member.
#pragma once

#include <string>
#include <string_view>

namespace audienced::plan {

enum class AddressProblem { none, missing, not_one_at, bad_local_part, bad_domain, too_long, bad_encoding };

/// Trims Unicode white space, lower-cases ASCII letters, and checks. `out` (a reused buffer) holds the
/// member's address only if the answer is `none`. Valid is: exactly one @; a local part of 1 to 64 bytes
/// without blanks, control characters, commas, brackets of any kind or double quotes; a domain of at least
/// two labels of 1 to 63 letters, digits and hyphens, no hyphen at either end; 254 bytes in all.
AddressProblem normalise_address(std::string_view raw, std::string& out);

/// Reject code: "address_missing", "address_not_one_at" ...
const char* to_string(AddressProblem) noexcept;
/// "no e-mail address", "the address has no @, or more than one" ...
const char* words_of(AddressProblem) noexcept;

}  // namespace audienced::plan
