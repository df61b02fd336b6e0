// A source that cannot be made from its settings: it answers every call with the reason.
#pragma once

#include <memory>

#include "source/source.hpp"

namespace audienced::source {

std::unique_ptr<Source> refusing(Error why);

}  // namespace audienced::source
