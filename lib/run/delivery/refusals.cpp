#include "run/delivery/refusals.hpp"

#include <algorithm>

#include "plan/undo.hpp"

namespace audienced::run {
namespace {

using OutcomeKind = model::Outcome::Kind;
using model::RejectClass;

// Less than a day: a daily schedule tries at each of its starts, also when the one before took an hour.
constexpr auto next_try_later = std::chrono::hours{20};

/// What became of a job as a whole says nothing of its members.
bool is_of_its_job(std::string_view code) {
    return code == "job_cancelled" || code == "job_vanished";
}

store::DeferredReject filled_in(store::DeferredReject deferred, const store::Reject& r) {
    deferred.field = r.field;
    deferred.code = r.code;
    deferred.detail = r.detail;
    deferred.reject_class = r.reject_class;
    deferred.next_try = r.next_try;
    return deferred;
}

}  // namespace

bool is_refused(const Settled& s) noexcept {
    return s.outcome.kind == OutcomeKind::rejected || s.outcome.kind == OutcomeKind::unknown;
}

store::Reject Refusals::reject_of(const Settled& s) const {
    store::Reject r;
    r.run = in_.run;
    if (s.record.segment < in_.segments.size()) r.segment = in_.segments[s.record.segment];
    r.row = s.record.row;
    r.member = s.record.member;
    return r;
}

result<bool> Refusals::any_deferred() {
    if (!any_deferred_) {
        auto any = store::has_deferred(db_, in_.export_id);
        if (!any) return any.error();
        any_deferred_ = *any;
    }
    return *any_deferred_;
}

result<store::DeferredReject> Refusals::begin_deferred(const Settled& s) {
    store::DeferredReject deferred;
    deferred.member = s.record.member;
    deferred.values = s.record.values_hash;
    deferred.attempts = 1;
    deferred.since = in_.run;
    auto any = any_deferred();
    if (!any) return any.error();
    if (!*any) return deferred;
    auto before = store::deferred_of(db_, in_.export_id, s.record.member);
    if (!before) return before.error();
    for (const store::DeferredReject& d : *before) {
        deferred.since = std::min(deferred.since, d.since);
        if (d.values == deferred.values) deferred.attempts = std::max(deferred.attempts, d.attempts + 1);
    }
    return deferred;
}

result<void> Refusals::add(const Settled& s, model::CountedIn counted_in) {
    const bool unknown = s.outcome.kind == OutcomeKind::unknown;
    const bool later = unknown || s.outcome.reject_class == RejectClass::retry_later;
    const bool upsert = s.record.kind == spool::Record::Kind::upsert;
    store::Reject r = reject_of(s);
    r.counted_in = counted_in;
    r.field = s.outcome.field;
    r.code = s.outcome.code.empty() ? "outcome_unknown" : s.outcome.code;
    r.reject_class = later ? RejectClass::retry_later : s.outcome.reject_class;
    r.detail = s.outcome.detail;
    if (later) r.next_try = unknown ? in_.now : in_.now + next_try_later;
    r.attempts = 1;
    if (!upsert) return store::add_reject(db_, r);
    auto deferred = begin_deferred(s);
    if (!deferred) return deferred.error();
    r.attempts = deferred->attempts;
    // Quarantine: the schedule sends it no more with these values.
    if (later && r.attempts >= in_.reject_tries && !is_of_its_job(r.code)) r.next_try.reset();
    if (auto added = store::add_reject(db_, r); !added) return added;
    return store::put_deferred(db_, in_.export_id, filled_in(std::move(*deferred), r));
}

result<void> Refusals::not_restored(const Settled& s) {
    store::Reject r = reject_of(s);
    r.counted_in = model::CountedIn::suppressed;
    r.reject_class = RejectClass::never;
    r.code = plan::not_put_back_code(s.outcome.opt_out);
    r.detail = plan::not_put_back(s.outcome.opt_out);
    return store::add_reject(db_, r);
}

result<void> Refusals::delivered(const Settled& s) {
    store::DeferredReject deferred;
    if (!s.outcome.refused_values.empty()) {
        auto begun = begin_deferred(s);
        if (!begun) return begun.error();
        deferred = std::move(*begun);
    }
    auto any = any_deferred();
    if (!any) return any.error();
    if (*any)
        if (auto removed = store::remove_deferred(db_, in_.export_id, s.record.member); !removed)
            return removed;
    for (const model::RefusedValue& refused : s.outcome.refused_values) {
        store::Reject r = reject_of(s);
        r.counted_in = model::CountedIn::values_dropped;
        r.field = refused.field;
        r.code = refused.code;
        r.reject_class = RejectClass::fix_data;
        r.detail = refused.detail;
        r.attempts = deferred.attempts;
        if (auto added = store::add_reject(db_, r); !added) return added;
        store::DeferredReject value = filled_in(deferred, r);
        value.is_value = true;
        if (auto put = store::put_deferred(db_, in_.export_id, value); !put) return put;
    }
    return {};
}

}  // namespace audienced::run
