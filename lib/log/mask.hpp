// Defence in depth: no event should carry an address; if one does, the address does not reach the log.
#pragma once

#include <string>
#include <string_view>

namespace audienced::log {

/// Every run of non-blank characters round an '@' (or "%40") becomes "[masked]"; a quoted part in front of it
/// too. So do the user and password of a URL.
std::string mask_addresses(std::string_view);

}  // namespace audienced::log
