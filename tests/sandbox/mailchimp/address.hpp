#pragma once

#include <string>
#include <string_view>

namespace audienced::sandbox::mailchimp {

/// Trimmed and lower-cased, as Mailchimp stores and hashes an address.
std::string normalise_address(std::string_view);
bool has_valid_syntax(std::string_view normalised);
/// Is it one of those that are refused as fake: RFC example domains, foo@bar.com and the like?
bool looks_fake(std::string_view normalised);

}  // namespace audienced::sandbox::mailchimp
