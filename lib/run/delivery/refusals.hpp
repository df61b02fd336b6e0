// What the provider refused, members and values of members: listed with the run, and remembered for the next
// plans.
#pragma once

#include <optional>

#include "run/delivery/settle.hpp"
#include "run/delivery/settled.hpp"
#include "store/deferred.hpp"
#include "store/rejects.hpp"

namespace audienced::run {

/// Refused, or with an unknown outcome.
bool is_refused(const Settled&) noexcept;

/// The refusals of one batch, within its transaction. Errors of all: store_*.
class Refusals {
public:
    Refusals(store::Database& db, const SettleInput& in) : db_(db), in_(in) {}

    /// `s` is refused. A membership is listed only: the memory still lacks it, so it is tried again.
    result<void> add(const Settled& s, model::CountedIn counted_in);
    /// The member was taken, if not with all of its values: those are named now, and by each run that sends
    /// nothing else in their place. What it was refused for before is forgotten.
    result<void> delivered(const Settled& s);

    /// A member that an undo does not put back, since it opted out, or others decided about it meanwhile.
    result<void> not_restored(const Settled& s);

private:
    store::Reject reject_of(const Settled&) const;
    /// The member with its values: refused once more, or for the first time.
    result<store::DeferredReject> begin_deferred(const Settled&);
    result<bool> any_deferred();

    store::Database& db_;
    const SettleInput& in_;
    // A batch meets a member once: what it defers itself need not be found.
    std::optional<bool> any_deferred_;
};

}  // namespace audienced::run
