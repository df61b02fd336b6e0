#include "provider/mailchimp/upsert.hpp"

#include <algorithm>
#include <deque>

#include "provider/mailchimp/wire/limits.hpp"
#include "provider/mailchimp/wire/outcomes_from_upsert.hpp"
#include "provider/mailchimp/wire/responses.hpp"
#include "provider/mailchimp/wire/row_errors.hpp"

namespace audienced::provider::mailchimp {
namespace {

using Kind = model::Outcome::Kind;
using Class = model::RejectClass;
using Rows = std::vector<std::size_t>;

// So many single rows refused while none was accepted: then the data is not the cause.
constexpr unsigned max_refused_alone = 16;

struct UpsertPiece {
    Rows rows;
    bool final_attempt = false;  // what is unknown after this call stays unknown
};

bool may_pass_by(const Error& e) {
    return e.code == Errc::network || e.code == Errc::timeout || e.code == Errc::bad_answer ||
           e.code == Errc::rate_limited;
}

class Upsert {
public:
    Upsert(Session& session, const model::Batch& batch)
        : session_(session), batch_(batch), outcomes_(batch.members.size()) {}

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
        co_return std::move(outcomes_);
    }

private:
    awaitable<result<void>> send_all() {
        while (!todo_.empty()) {
            UpsertPiece piece = std::move(todo_.front());
            todo_.pop_front();
            if (piece.rows.empty()) continue;
            if (piece.rows.size() > session_.chunk().members()) {
                split(piece, session_.chunk().members());
                continue;
            }
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
        Call call = upsert_members(batch_.destination, upsert_body(batch_, piece.rows, types_));
        if (failures_ == 0) failing_since_ = session_.steady();
        auto answer = co_await session_.call(std::move(call));
        if (!answer) co_return co_await repeat_later(std::move(piece), answer.error());
        const http::Response& response = answer->response;
        if (response.ok()) {
            auto reply = read_upsert(std::move(answer->response.body));
            if (!reply) co_return co_await repeat_later(std::move(piece), reply.error());
            failures_ = 0;
            session_.chunk().succeeded();
            settle(piece, *reply);
            co_return result<void>{};
        }
        if (response.status == 404) co_return gone();
        if (response.status != 400 && response.status != 413 && response.status != 414 &&
            response.status != 422)
            co_return refusal(response, "sending members to audience " + batch_.destination);
        failures_ = 0;
        co_return refused(std::move(piece), response);
    }

    /// No answer that could be read: its rows may be there or not. The same again, in halves, after a pause.
    awaitable<result<void>> repeat_later(UpsertPiece piece, Error why) {
        if (!may_pass_by(why)) co_return why;
        if (why.code != Errc::rate_limited) session_.chunk().failed(piece.rows.size());
        ++failures_;
        if (session_.is_patience_over(failing_since_)) co_return why;
        if (piece.rows.size() > 1)
            split(piece, piece.rows.size() / 2);
        else
            todo_.push_front(std::move(piece));
        co_return co_await session_.back_off(why.message, failures_);
    }

    /// A call is refused as a whole: nothing of it was applied. Bisecting finds the row that caused it.
    result<void> refused(UpsertPiece piece, const http::Response& response) {
        if (piece.rows.size() > 1) {
            split(piece, piece.rows.size() / 2);
            return {};
        }
        if (!taken_ && ++refused_alone_ >= max_refused_alone)
            return refusal(response,
                           "sending members to audience " + batch_.destination + ", even one by one");
        const auto problem = read_problem(response.body);
        model::Outcome o = outcome_of(problem.value_or(Problem{}));
        if (o.kind == Kind::unknown) {
            o.kind = Kind::rejected;
            o.reject_class = Class::fix_data;
            o.code = "refused";
        }
        outcomes_[piece.rows[0]] = std::move(o);
        settled_ = true;
        return {};
    }

    void settle(const UpsertPiece& piece, const UpsertReply& reply) {
        Unsettled left = outcomes_from_upsert(reply, batch_, piece.rows, outcomes_);
        settled_ = settled_ || left.missing.size() < piece.rows.size();
        taken_ = taken_ || !reply.created.empty() || !reply.updated.empty();
        for (const std::size_t row : left.unexplained) {
            UpsertPiece alone;
            alone.rows.push_back(row);
            alone.final_attempt = true;
            if (piece.final_attempt || ++single_resends_ > max_single_resends) {
                outcomes_[row].kind = Kind::rejected;
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
            if (!answer && may_pass_by(answer.error())) break;
            if (!answer) co_return answer.error();
            model::Outcome& o = outcomes_[row];
            auto member = read_member(answer->response.body);
            if (answer->response.ok() && member) {
                o = outcome_of_status(member->status);
                o.contact_id = model::ContactId(member->contact_id);
            }
            if (o.kind != Kind::unknown) continue;
            o.kind = Kind::rejected;
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
            if (!answer) co_return;
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
        o.kind = Kind::suppressed;
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
    unsigned failures_ = 0, refused_alone_ = 0;
    SteadyTime failing_since_{};  // the start of the first of so many calls in a row
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
