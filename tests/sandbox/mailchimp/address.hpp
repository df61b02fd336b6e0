#pragma once

#include <string>
#include <string_view>

namespace audienced::sandbox::mailchimp {

/// Trimmed and lower-cased, as Mailchimp stores and hashes an address.
std::string normalise_address(std::string_view);
bool has_valid_syntax(std::string_view normalised);
/// Is it one of those that are refused as fake: RFC example domains, foo@bar.com and the like?
bool looks_fake(std::string_view normalised);

/// What is said of an address without a valid syntax: which part of it is wrong.
std::string syntax_refusal(std::string_view address);
/// A call that holds such an address is answered with 500, whatever else is in it. `domains`: blocked ones,
/// separated by blanks; none: Mailchimp digests everything.
bool is_indigestible(std::string_view address, std::string_view domains);

}  // namespace audienced::sandbox::mailchimp
