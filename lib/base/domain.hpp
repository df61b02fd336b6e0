// Domain names in other scripts than ASCII.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace audienced {

/// The ASCII form of a domain in UTF-8 (UTS #46, nontransitional): "bücher.example" gives
/// "xn--bcher-kva.example". nullopt: it has none.
std::optional<std::string> ascii_domain(std::string_view);

/// An address in the form in which members are compared: without white space at either end, ASCII letters in
/// lower case, the domain in ASCII. A text that is no address is trimmed and put into lower case only.
std::string comparable_address(std::string_view);

}  // namespace audienced
