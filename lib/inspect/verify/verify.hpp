// The provider's tags and lists against the memory; changes nothing in either.
#pragma once

#include "aio/awaitable.hpp"
#include "inspect/verify/report.hpp"
#include "model/export.hpp"

namespace audienced::run {
struct Environment;
}

namespace audienced::inspect {

struct VerifyOptions {
    std::size_t examples = 10;  // of each kind of difference
    std::size_t sample = 20;    // contacts whose values are compared
};

/// Lists every group of the export in pages, under the limits of the account; no run waits for it. It
/// suspends for as long as that takes, and ends when it is cancelled. Errors: wrong_state (the export never
/// ran, has no connection, no consent
/// ...), not_found (destination, field), bad_answer (a listing that is shorter than it claims), auth, quota,
/// network ..., store_*.
awaitable<result<Verification>> verify_export(run::Environment& env, model::Export definition,
                                              VerifyOptions options);

}  // namespace audienced::inspect
