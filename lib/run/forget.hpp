// An address is forgotten: in the database, in open batches, in the plans of runs, and in the journal that
// outlives a restore.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/run.hpp"
#include "run/environment.hpp"
#include "store/audit.hpp"
#include "store/forgotten.hpp"

namespace audienced::run {

struct ForgetRequest {
    std::string address;  // as plan::normalise_address() gives it
    std::string state_dir;
    store::AuditRow by;                           // who and when; it gets no trace of the address
    std::function<void(model::RunId)> plan_anew;  // a run under way whose plan may hold the address
};
struct ForgetOutcome {
    store::Erased erased;
    std::vector<store::ContactPlace> places;  // where the provider has, or may have, a contact of the address
    std::vector<model::RunId> expired;        // held runs: their plans are gone
    std::vector<model::RunId> planned_anew;   // runs under way: their plans go with the batches under way
    std::vector<std::string> named_in;      // "segment vip": definitions that have the address in their text
    std::vector<std::string> older_copies;  // files of the state directory that were made before
    bool scrubbed = false;  // nothing of it is left in the log; else keep_log_emptied() empties it
};

/// The forget is on the disk when it returns, and goes on at the next start if it was cut short after that.
/// An address of which nothing is known is suppressed all the same. Errors: store_*, bad_config: then nothing
/// is forgotten, or it is completed at the next start.
awaitable<result<ForgetOutcome>> forget_address(Environment& env, ForgetRequest request);

/// What a forget of this address would find: `erased` (but for the history of acts), `places` and `named_in`.
/// Changes nothing. Errors: store_*.
awaitable<result<ForgetOutcome>> look_for_address(Environment& env, std::string address);

}  // namespace audienced::run
