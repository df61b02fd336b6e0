// An outage of Mailchimp, or rows that it cannot take: what a call that failed says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "model/batch.hpp"
#include "provider/mailchimp/session.hpp"

namespace audienced::provider::mailchimp {

/// Failures of calls that held certain rows. The halves of a call that failed inherit it.
struct RowFailures {
    unsigned alone = 0;                      // times that the row failed by itself
    std::optional<std::int64_t> taken_then;  // Session::writes_taken() at the first failure
    SteadyTime not_before{};                 // when the rows may be sent again

    /// Of a row that costs nothing to leave to a later run: no other row has to pass before it is given up.
    static RowFailures without_proof() {
        RowFailures out;
        out.taken_then = -1;
        return out;
    }
};

/// The piece that may be sent first: those that never failed come before those that wait, since what passes
/// meanwhile shows that Mailchimp is well.
template <class Piece>
Piece take_soonest(std::deque<Piece>& todo) {
    const auto soonest = std::min_element(todo.begin(), todo.end(), [](const Piece& a, const Piece& b) {
        return a.failures.not_before < b.failures.not_before;
    });
    Piece piece = std::move(*soonest);
    todo.erase(soonest);
    return piece;
}

/// May the same call succeed later without action by a person?
bool may_pass_by(const Error&);

/// Tells an outage from rows that make Mailchimp fail: it has answered 500 for single addresses (one on a
/// blocked domain, one with a trailing dot) while it took all others. An outage is waited out; a row that
/// fails by itself again and again, while other rows are taken, is that row's trouble.
class FailureWatch {
public:
    FailureWatch(Session& session, std::string audience)
        : session_(session), audience_(std::move(audience)) {}

    void calling();
    void succeeded() noexcept { failures_ = 0; }
    /// After a call that failed: it is to be sent again from `not_before` on, in halves if it held several
    /// rows; or it held one row, and that row is the cause. `open`: rows of the batch without an outcome.
    /// Errors: `why` when it cannot pass by, or when the patience is over; cancelled.
    enum class Verdict { send_again, row_fails };
    awaitable<result<Verdict>> failed(RowFailures& piece, std::size_t rows, std::size_t open, Error why);
    /// Suspends until then; at once if it is past.
    awaitable<result<void>> wait_until(SteadyTime when);

private:
    awaitable<result<bool>> is_well();

    Session& session_;
    std::string audience_;
    std::string why_;  // of the last failure
    unsigned failures_ = 0;
    SteadyTime failing_since_{};  // the start of the first of so many calls in a row
};

/// Of a row that makes Mailchimp fail; tried again by a later run.
model::Outcome row_fails(const Error& why);

}  // namespace audienced::provider::mailchimp
