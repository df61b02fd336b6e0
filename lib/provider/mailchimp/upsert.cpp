#include "provider/mailchimp/upsert.hpp"

#include <algorithm>
#include <deque>

#include "provider/mailchimp/failure_watch.hpp"
#include "provider/mailchimp/refused_values.hpp"
#include "provider/mailchimp/wire/limits.hpp"
#include "provider/mailchimp/wire/outcomes_from_upsert.hpp"
#include "provider/mailchimp/wire/responses.hpp"
#include "provider/mailchimp/wire/row_errors.hpp"

namespace audienced::provider::mailchimp {
namespace {

using Class = model::RejectClass;
using Rows = std::vector<std::size_t>;

// So many single rows refused while none was accepted: then the data is not the cause.
constexpr unsigned max_refused_alone = 16;

struct UpsertPiece {
    Rows rows;
    bool final_attempt = false;  // what is unknown after this call stays unknown
    RowFailures failures;
};

class Upsert {
public:
    Upsert(Session& session, const model::Batch& batch)
        : session_(session),
          batch_(batch),
          outcomes_(batch.members.size()),
          watch_(session, batch.destination),
          refused_values_(batch) {}

    awaitable<result<std::vector<model::Outcome>>> run() {
        auto types = co_await session_.field_types(batch_.destination);
        if (!types) co_return types.error();
        types_ = std::move(*types);
        UpsertPiece all;
        for (std::size_t i = 0; i < outcomes_.size(); ++i) all.rows.push_back(i);
        todo_.push_back(std::move(all));
        auto sent = co_await send_all();
        if (sent) sent = co_await look_up_missing();
        // Known outcomes are returned; the rest stays unknown. An alarm is told in any case: the same batch
        // sent again would not show it a second time.
        if (!sent && !is_alarmed() && !(settled_ && may_pass_by(sent.error()))) co_return sent.error();
        co_await look_at_alarms();
        refused_values_.report(outcomes_);
        co_return std::move(outcomes_);
    }

private:
    awaitable<result<void>> send_all() {
        while (!todo_.empty()) {
            UpsertPiece piece = take_soonest(todo_);
            if (piece.rows.empty()) continue;
            if (piece.rows.size() > session_.chunk().members()) {
                split(piece, session_.chunk().members());
                continue;
            }
            auto waited = co_await watch_.wait_until(piece.failures.not_before);
            if (!waited) co_return waited.error();
            auto sent = co_await send(std::move(piece));
            if (!sent) co_return sent.error();
        }
        co_return result<void>{};
    }

    /// Puts the piece back as two: the first `first` rows, and the others.
    void split(UpsertPiece& piece, std::size_t first) {
        UpsertPiece rest = piece;
        rest.rows.erase(rest.rows.begin(), rest.rows.begin() + static_cast<std::ptrdiff_t>(first));
        piece.rows.resize(first);
        todo_.push_front(std::move(rest));
        todo_.push_front(std::move(piece));
    }

    awaitable<result<void>> send(UpsertPiece piece) {
        Call call =
            upsert_members(batch_.destination, upsert_body(refused_values_.batch(), piece.rows, types_));
        watch_.calling();
        auto answer = co_await session_.call(std::move(call));
        if (!answer) co_return co_await repeat_later(std::move(piece), answer.error());
        const http::Response& response = answer->response;
        if (response.ok()) {
            auto reply = read_upsert(std::move(answer->response.body));
            if (!reply) co_return co_await repeat_later(std::move(piece), reply.error());
            watch_.succeeded();
            session_.chunk().succeeded();
            settle(piece, *reply);
            co_return result<void>{};
        }
        if (response.status == 404) co_return gone();
        if (response.status != 400 && response.status != 413 && response.status != 414 &&
            response.status != 422)
            co_return refusal(response, "sending members to audience " + batch_.destination);
        watch_.succeeded();
        co_return refused(std::move(piece), response);
    }

    /// No answer that could be read: its rows may be there or not. The same again, in halves, behind the rows
    /// that have not failed.
    awaitable<result<void>> repeat_later(UpsertPiece piece, Error why) {
        // Where other rows pass, the size of the call is not to blame.
        const bool rows_fail =
            piece.failures.taken_then && *piece.failures.taken_then < session_.writes_taken();
        if (why.code == Errc::timeout || (may_pass_by(why) && why.code != Errc::rate_limited && !rows_fail))
            session_.chunk().failed(piece.rows.size());
        std::size_t open = piece.rows.size();
        for (const UpsertPiece& other : todo_) open += other.rows.size();
        auto verdict = co_await watch_.failed(piece.failures, piece.rows.size(), open, why);
        if (!verdict) co_return verdict.error();
        if (*verdict == FailureWatch::Verdict::row_fails) {
            outcomes_[piece.rows[0]] = row_fails(why);
            settled_ = true;
            co_return result<void>{};
        }
        UpsertPiece half = piece;
        const auto middle = static_cast<std::ptrdiff_t>(piece.rows.size() / 2);
        half.rows.resize(static_cast<std::size_t>(middle));
        piece.rows.erase(piece.rows.begin(), piece.rows.begin() + middle);
        todo_.push_back(std::move(half));
        todo_.push_back(std::move(piece));
        co_return result<void>{};
    }

    /// A call is refused as a whole: nothing of it was applied. Bisecting finds the row that caused it.
    result<void> refused(UpsertPiece piece, const http::Response& response) {
        if (piece.rows.size() > 1) {
            split(piece, piece.rows.size() / 2);
            return {};
        }
        const auto problem = read_problem(response.body);
        model::Outcome o = outcome_of(problem.value_or(Problem{}));
        if (leave_out(piece.rows[0], o)) {
            todo_.push_back(std::move(piece));
            return {};
        }
        if (!taken_ && ++refused_alone_ >= max_refused_alone)
            return refusal(response,
                           "sending members to audience " + batch_.destination + ", even one by one");
        if (o.kind == model::Outcome::Kind::unknown) {
            o.kind = model::Outcome::Kind::rejected;
            o.reject_class = Class::fix_data;
            o.code = "refused";
        }
        outcomes_[piece.rows[0]] = std::move(o);
        settled_ = true;
        return {};
    }

    bool leave_out(std::size_t row, const model::Outcome& refusal) {
        const auto is_required = [&](std::string_view tag) {
            return session_.is_required(batch_.destination, tag);
        };
        return refusal.kind == model::Outcome::Kind::rejected &&
               refused_values_.leave_out(row, refusal, is_required);
    }

    /// Rows that were refused for a value that may be left out.
    void send_without_values(const Rows& rows) {
        UpsertPiece again;
        for (const std::size_t row : rows) {
            if (!leave_out(row, outcomes_[row])) continue;
            outcomes_[row] = model::Outcome();
            again.rows.push_back(row);
        }
        todo_.push_back(std::move(again));
    }

    void settle(const UpsertPiece& piece, const UpsertReply& reply) {
        Unsettled left = outcomes_from_upsert(reply, batch_, piece.rows, outcomes_);
        settled_ = settled_ || left.missing.size() < piece.rows.size();
        taken_ = taken_ || !reply.created.empty() || !reply.updated.empty();
        send_without_values(piece.rows);
        for (const std::size_t row : left.unexplained) {
            UpsertPiece alone;
            alone.rows.push_back(row);
            alone.final_attempt = true;
            if (piece.final_attempt || ++single_resends_ > max_single_resends) {
                outcomes_[row].kind = model::Outcome::Kind::rejected;
                outcomes_[row].reject_class = Class::retry_later;
            } else {
                todo_.push_back(std::move(alone));
            }
        }
        if (piece.final_attempt) {
            missing_.insert(missing_.end(), left.missing.begin(), left.missing.end());
            return;
        }
        UpsertPiece again;
        again.rows = std::move(left.missing);
        again.final_attempt = true;
        todo_.push_back(std::move(again));
    }

    /// Sent twice and never mentioned: asking for the contact tells whether it is there.
    awaitable<result<void>> look_up_missing() {
        std::size_t left = max_rereads;
        for (const std::size_t row : missing_) {
            if (left == 0) break;
            --left;
            Call ask = ask_member(batch_.destination, batch_.members[row].address);
            auto answer = co_await session_.call(std::move(ask));
            if (!answer && may_pass_by(answer.error())) continue;
            if (!answer) co_return answer.error();
            model::Outcome& o = outcomes_[row];
            auto member = read_member(answer->response.body);
            if (answer->response.ok() && member) {
                o = outcome_of_status(member->status);
                o.contact_id = model::ContactId(member->contact_id);
            }
            if (o.kind != model::Outcome::Kind::unknown) continue;
            o.kind = model::Outcome::Kind::rejected;
            o.reject_class = Class::retry_later;
            o.code = answer->response.status == 404 ? "not_there" : "not_confirmed";
        }
        co_return result<void>{};
    }

    /// The answer counts a known member as new. If the contact that it was has another address by now,
    /// nothing was subscribed against the person's will; every other answer, and none, leaves the alarm as it
    /// is.
    awaitable<void> look_at_alarms() {
        std::size_t left = max_rereads;
        for (std::size_t row = 0; row < outcomes_.size() && left > 0; ++row) {
            const model::Member& member = batch_.members[row];
            if (!outcomes_[row].alarm || member.contact_id.empty()) continue;
            --left;
            Call ask = ask_contact(batch_.destination, member.contact_id.text());
            auto answer = co_await session_.call(std::move(ask));
            if (!answer) continue;
            const auto contact = read_member(answer->response.body);
            if (!answer->response.ok() || !contact || contact->address.empty()) continue;
            if (contact->address == member.address) continue;
            outcomes_[row] = address_changed(member);
        }
    }

    bool is_alarmed() const {
        return std::any_of(outcomes_.begin(), outcomes_.end(),
                           [](const model::Outcome& o) { return o.alarm; });
    }

    static model::Outcome address_changed(const model::Member& member) {
        model::Outcome o;
        o.kind = model::Outcome::Kind::suppressed;
        o.opt_out = model::OptOutReason::address_changed;
        o.contact_id = member.contact_id;
        o.detail =
            "the contact has another address at Mailchimp now; the call made a second contact of the old "
            "address: archive it there";
        return o;
    }

    Error gone() const {
        return make_error(Errc::not_found, "Mailchimp has no audience " + batch_.destination + " any more",
                          "if it was deleted on purpose, remove the export or give it another --destination");
    }

    Session& session_;
    const model::Batch& batch_;
    std::vector<model::Outcome> outcomes_;
    FieldTypes types_;
    std::deque<UpsertPiece> todo_;
    Rows missing_;
    FailureWatch watch_;
    RefusedValues refused_values_;
    unsigned refused_alone_ = 0;
    std::size_t single_resends_ = 0;
    bool settled_ = false;  // is any outcome known?
    bool taken_ = false;    // was any row taken?
};

}  // namespace

awaitable<result<std::vector<model::Outcome>>> upsert(Session& session, const model::Batch& batch) {
    Upsert task(session, batch);
    co_return co_await task.run();
}

}  // namespace audienced::provider::mailchimp
