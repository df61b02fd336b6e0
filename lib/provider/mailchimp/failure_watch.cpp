#include "provider/mailchimp/failure_watch.hpp"

#include <algorithm>

#include "provider/mailchimp/wire/limits.hpp"
#include "retry/backoff.hpp"

namespace audienced::provider::mailchimp {

bool may_pass_by(const Error& e) {
    return e.code == Errc::network || e.code == Errc::timeout || e.code == Errc::bad_answer ||
           e.code == Errc::rate_limited;
}

void FailureWatch::calling() {
    if (failures_ == 0) failing_since_ = session_.steady();
}

awaitable<result<FailureWatch::Verdict>> FailureWatch::failed(RowFailures& piece, std::size_t rows,
                                                              std::size_t open, Error why) {
    if (!may_pass_by(why)) co_return why;
    why_ = why.message;
    ++failures_;
    if (rows == 1) ++piece.alone;
    const std::int64_t taken = session_.writes_taken();
    if (!piece.taken_then) piece.taken_then = taken;
    const bool by_rows = why.code != Errc::rate_limited && taken > *piece.taken_then;
    // What was taken may be long past: before a row is given up, and after many failures in a row, a read
    // tells whether there is an outage now.
    if (by_rows && ((rows == 1 && piece.alone >= max_failures_alone) || failures_ > max_failures_in_a_row)) {
        auto well = co_await is_well();
        if (!well) co_return well.error();
        if (*well && rows == 1 && piece.alone >= max_failures_alone) co_return Verdict::row_fails;
        if (*well) {
            failures_ = 1;
            failing_since_ = session_.steady();
        }
    }
    if (session_.is_patience_over(failing_since_)) {
        // Nothing else was there to be taken, and Mailchimp's application itself, not its edge, refuses.
        const bool last = rows == 1 && open <= max_rows_without_proof && why.code == Errc::bad_answer;
        auto well = result<bool>(false);
        if (last) well = co_await is_well();
        if (!well) co_return well.error();
        if (*well) co_return Verdict::row_fails;
        co_return why;
    }
    if (!by_rows || failures_ > max_failures_in_a_row) {
        auto waited = co_await session_.back_off(why.message, failures_);
        if (!waited) co_return waited.error();
    } else if (rows == 1) {
        piece.not_before = session_.steady() + session_.pause_after(piece.alone);
    }
    co_return Verdict::send_again;
}

awaitable<result<void>> FailureWatch::wait_until(SteadyTime when) {
    const SteadyTime now = session_.steady();
    if (when <= now) co_return result<void>{};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - now);
    co_return co_await session_.wait(why_, left);
}

/// Does it answer calls that are not about these rows?
awaitable<result<bool>> FailureWatch::is_well() {
    Call ask = ask_audience(audience_);
    ask.attempts = 1;
    auto answer = co_await session_.call(std::move(ask));
    if (answer) co_return answer->response.ok();
    if (may_pass_by(answer.error())) co_return false;
    co_return answer.error();
}

model::Outcome row_fails(const Error& why) {
    model::Outcome o;
    o.kind = model::Outcome::Kind::rejected;
    o.reject_class = model::RejectClass::retry_later;
    o.code = "provider_fails";
    o.detail = why.message + " each time this member was sent alone, and took others";
    return o;
}

}  // namespace audienced::provider::mailchimp
