// Options of an export that only some providers know, in a request.
#pragma once

#include <vector>

#include "control/fields.hpp"
#include "model/connection.hpp"
#include "model/option.hpp"

namespace audienced::control {

/// Of the providers' tables; they live as long as the program.
using GivenOptions = std::vector<const model::Option*>;

/// Those that the request names. A flag that is false asks for nothing and does not count.
GivenOptions provider_options_in(Fields&);
/// Each of them is an option of the connection's provider. Errors: usage, with the providers that have it.
result<void> check_options(const model::Connection&, const GivenOptions&);

}  // namespace audienced::control
