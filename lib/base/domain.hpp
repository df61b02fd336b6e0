// Domain names in other scripts than ASCII.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace audienced {

/// The ASCII form of a domain in UTF-8 (UTS #46, nontransitional): "b\u00fccher.example" gives
/// "xn--bcher-kva.example". nullopt: it has none.
std::optional<std::string> ascii_domain(std::string_view);

/// An address in the form in which members are compared: without white space at either end, ASCII letters in
/// lower case, the domain in ASCII. Whatever is no address is given back with no more than the first two
/// done.
std::string comparable_address(std::string_view);

}  // namespace audienced
