// Why is this person there, or not there? Reads the source, the memory and the provider; writes nothing.
#pragma once

#include <string>

#include "aio/awaitable.hpp"
#include "inspect/explain/facts.hpp"
#include "model/export.hpp"

namespace audienced::run {
struct Environment;
}

namespace audienced::inspect {

/// `address` as a person typed it. What cannot be read (a source, the provider) says why in its part, and the
/// others answer all the same: sources are given a minute together, the provider some seconds. Suspends.
/// Errors: not_found (the export or one of its segments), store_*, cancelled.
awaitable<result<Explanation>> explain_address(run::Environment& env, model::Export definition,
                                               std::string address);

}  // namespace audienced::inspect
