#include "provider/mailchimp/membership.hpp"

#include <algorithm>
#include <deque>

#include "provider/mailchimp/failure_watch.hpp"
#include "provider/mailchimp/untag.hpp"
#include "provider/mailchimp/wire/limits.hpp"
#include "provider/mailchimp/wire/outcomes_from_membership.hpp"
#include "provider/mailchimp/wire/responses.hpp"
#include "provider/mailchimp/wire/row_errors.hpp"

namespace audienced::provider::mailchimp {
namespace {

using Class = model::RejectClass;

struct MembershipPiece {
    TagRows rows;
    bool resent = false;         // may have been executed already
    bool final_attempt = false;  // members that the answer does not mention are looked up
    unsigned waits = 0;          // for contacts to become visible
    RowFailures failures;
};

struct SingleRemoval {
    std::size_t row = 0;
    RowFailures failures = RowFailures::without_proof();  // what is not removed now stays owed
};

class Change {
public:
    Change(Session& session, const model::Batch& batch)
        : session_(session),
          batch_(batch),
          outcomes_(batch.members.size() + batch.leavers.size()),
          watch_(session, batch.destination) {}

    awaitable<result<std::vector<model::Outcome>>> run() {
        MembershipPiece all;
        all.resent = batch_.resent;
        for (std::size_t i = 0; i < batch_.members.size(); ++i) all.rows.add.push_back(i);
        for (std::size_t i = 0; i < batch_.leavers.size(); ++i) all.rows.remove.push_back(i);
        todo_.push_back(std::move(all));
        while (!todo_.empty()) {
            MembershipPiece piece = take_soonest(todo_);
            if (piece.rows.empty()) continue;
            auto waited = co_await watch_.wait_until(piece.failures.not_before);
            if (!waited) co_return waited.error();
            auto sent = co_await send(std::move(piece));
            if (!sent) co_return sent.error();
        }
        auto looked = co_await look_up_members();
        if (!looked) co_return looked.error();
        auto removed = co_await remove_one_by_one();
        if (!removed) co_return removed.error();
        co_return std::move(outcomes_);
    }

private:
    Call call_for(const TagRows& rows) const {
        std::vector<std::string_view> add, remove;
        for (const std::size_t row : rows.add) add.push_back(batch_.members[row].address);
        for (const std::size_t row : rows.remove) remove.push_back(batch_.leavers[row].address);
        return change_tag(batch_.destination, batch_.group.id.text(), add, remove);
    }

    awaitable<result<void>> send(MembershipPiece piece) {
        Call call = call_for(piece.rows);
        watch_.calling();
        auto answer = co_await session_.call(std::move(call));
        if (!answer) co_return co_await repeat_later(std::move(piece), answer.error());
        const http::Response& response = answer->response;
        if (response.ok()) {
            auto reply = read_tag_change(std::move(answer->response.body));
            if (!reply) co_return co_await repeat_later(std::move(piece), reply.error());
            watch_.succeeded();
            settle(piece, *reply, piece.resent || answer->resent);
            co_return result<void>{};
        }
        watch_.succeeded();
        if (response.status == 404) co_return tag_is_gone(batch_);
        if (response.status != 400 && response.status != 413 && response.status != 422)
            co_return refusal(response, "changing tag " + batch_.group.id.text());
        const Problem problem = read_problem(response.body).value_or(Problem{});
        if (problem.says("None of the emails provided")) co_return co_await nobody_visible(std::move(piece));
        co_return refused(std::move(piece), response, problem);
    }

    /// No answer that could be read: once more as it is, then in smaller calls.
    awaitable<result<void>> repeat_later(MembershipPiece piece, Error why) {
        const bool first = !piece.failures.taken_then;
        piece.resent = true;
        std::size_t open = size(piece.rows);
        for (const MembershipPiece& other : todo_) open += size(other.rows);
        auto verdict = co_await watch_.failed(piece.failures, size(piece.rows), open, why);
        if (!verdict) co_return verdict.error();
        if (*verdict == FailureWatch::Verdict::row_fails) {
            // A leaver may pass the call for a single contact.
            if (piece.rows.add.empty())
                keep_for_lookup(piece.rows);
            else
                outcomes_[piece.rows.add[0]] = row_fails(why);
        } else if (first) {
            todo_.push_back(std::move(piece));
        } else {
            split(std::move(piece));
        }
        co_return result<void>{};
    }

    static std::size_t size(const TagRows& rows) { return rows.add.size() + rows.remove.size(); }

    /// Puts the piece back as two: by kind, or in halves. One row stays one.
    void split(MembershipPiece piece) {
        if (!piece.rows.add.empty() && !piece.rows.remove.empty()) return split_by_kind(std::move(piece));
        MembershipPiece half = piece;
        auto& rows = piece.rows.add.empty() ? piece.rows.remove : piece.rows.add;
        auto& half_rows = half.rows.add.empty() ? half.rows.remove : half.rows.add;
        const auto middle = static_cast<std::ptrdiff_t>(rows.size() / 2);
        half_rows.resize(static_cast<std::size_t>(middle));
        rows.erase(rows.begin(), rows.begin() + middle);
        todo_.push_back(std::move(half));
        todo_.push_back(std::move(piece));
    }

    void settle(const MembershipPiece& piece, const TagChangeReply& reply, bool resent) {
        TagRows missing = outcomes_from_membership(reply, batch_, piece.rows, resent, outcomes_);
        taken_ = taken_ || !reply.added.empty() || !reply.removed.empty();
        if (piece.final_attempt) return keep_for_lookup(missing);
        MembershipPiece again;
        again.rows = std::move(missing);
        again.resent = true;
        again.final_attempt = true;
        todo_.push_back(std::move(again));
    }

    void keep_for_lookup(const TagRows& rows) {
        unseen_.add.insert(unseen_.add.end(), rows.add.begin(), rows.add.end());
        unseen_.remove.insert(unseen_.remove.end(), rows.remove.begin(), rows.remove.end());
    }

    /// The whole call is refused because the audience knows no contact of (one of) its arrays.
    awaitable<result<void>> nobody_visible(MembershipPiece piece) {
        if (!piece.rows.add.empty() && !piece.rows.remove.empty()) {
            split_by_kind(std::move(piece));
            co_return result<void>{};
        }
        if (piece.rows.add.empty() || piece.final_attempt || piece.waits >= std::size(visibility_waits)) {
            keep_for_lookup(piece.rows);
            co_return result<void>{};
        }
        if (piece.waits == 0 && piece.rows.add.size() <= max_rereads) {
            // Those who left meanwhile, and contacts of a shop, never become visible.
            auto left = co_await without_settled(std::move(piece.rows.add));
            if (!left) co_return left.error();
            piece.rows.add = std::move(*left);
            if (piece.rows.add.empty()) co_return result<void>{};
        }
        const std::chrono::milliseconds pause = visibility_waits[piece.waits++];
        todo_.push_back(std::move(piece));
        co_return co_await session_.wait("Mailchimp cannot tag the new contacts yet", pause);
    }

    awaitable<result<std::vector<std::size_t>>> without_settled(std::vector<std::size_t> rows) {
        std::vector<std::size_t> left;
        for (const std::size_t row : rows) {
            auto settled = co_await settle_by_contact(row);
            if (!settled) co_return settled.error();
            if (!*settled) left.push_back(row);
        }
        co_return left;
    }

    void split_by_kind(MembershipPiece piece) {
        MembershipPiece removes = piece;
        removes.rows.add.clear();
        piece.rows.remove.clear();
        todo_.push_front(std::move(removes));
        todo_.push_front(std::move(piece));
    }

    result<void> refused(MembershipPiece piece, const http::Response& response, const Problem& problem) {
        if (size(piece.rows) > 1) {
            split(std::move(piece));
            return {};
        }
        const auto& rows = piece.rows.add.empty() ? piece.rows.remove : piece.rows.add;
        if (!taken_ && ++refused_alone_ >= max_single_resends)
            return refusal(response, "changing tag " + batch_.group.id.text() + ", even one by one");
        model::Outcome o = outcome_of(problem);
        if (o.kind == model::Outcome::Kind::unknown) {
            o.kind = model::Outcome::Kind::rejected;
            o.reject_class = Class::retry_later;
            o.code = "refused";
        }
        const std::size_t at = piece.rows.add.empty() ? batch_.members.size() + rows[0] : rows[0];
        outcomes_[at] = std::move(o);
        return {};
    }

    bool has_our_tag(const OneMember& member) const {
        return std::any_of(member.tags.begin(), member.tags.end(),
                           [&](const Tag& t) { return t.id == batch_.group.id.text(); });
    }

    awaitable<result<void>> look_up_members() {
        std::size_t left = max_rereads;
        for (const std::size_t row : unseen_.add) {
            model::Outcome& o = outcomes_[row];
            o.kind = model::Outcome::Kind::rejected;
            o.reject_class = Class::retry_later;
            o.code = "not_visible";
            if (left == 0) continue;
            --left;
            auto settled = co_await settle_by_contact(row);
            if (!settled) co_return settled.error();
        }
        co_return result<void>{};
    }

    /// True: the status of the contact, or the tag that it has already, says what becomes of the member.
    awaitable<result<bool>> settle_by_contact(std::size_t row) {
        model::Outcome& o = outcomes_[row];
        Call ask = ask_member(batch_.destination, batch_.members[row].address);
        auto answer = co_await session_.call(std::move(ask));
        if (!answer && may_pass_by(answer.error())) co_return false;
        if (!answer) co_return answer.error();
        if (answer->response.status == 404) o.code = "not_on_list";
        if (!answer->response.ok()) co_return false;
        auto member = read_member(answer->response.body);
        if (!member) co_return member.error();
        model::Outcome by_status = outcome_of_status(member->status);
        by_status.contact_id = model::ContactId(member->contact_id);
        const bool mailable = by_status.kind == model::Outcome::Kind::delivered;
        if (mailable ? !has_our_tag(*member) : by_status.kind == model::Outcome::Kind::unknown)
            co_return false;
        o = std::move(by_status);
        co_return true;
    }

    awaitable<result<void>> remove_one_by_one() {
        Untag untag(session_, batch_);
        std::deque<SingleRemoval> todo;
        for (const std::size_t row : unseen_.remove) {
            outcomes_[batch_.members.size() + row] = not_confirmed();
            if (todo.size() < max_single_removals) todo.emplace_back().row = row;
        }
        while (!todo.empty()) {
            SingleRemoval one = take_soonest(todo);
            auto waited = co_await watch_.wait_until(one.failures.not_before);
            if (!waited) co_return waited.error();
            watch_.calling();
            auto done = co_await untag.remove(batch_.leavers[one.row]);
            model::Outcome& o = outcomes_[batch_.members.size() + one.row];
            if (done) {
                watch_.succeeded();
                o = std::move(*done);
                continue;
            }
            const Error why = done.error();
            auto verdict = co_await watch_.failed(one.failures, 1, todo.size() + 1, why);
            if (!verdict) co_return verdict.error();
            if (*verdict == FailureWatch::Verdict::row_fails)
                o = not_confirmed(why.message);
            else
                todo.push_back(std::move(one));
        }
        co_return result<void>{};
    }

    Session& session_;
    const model::Batch& batch_;
    std::vector<model::Outcome> outcomes_;
    std::deque<MembershipPiece> todo_;
    TagRows unseen_;
    FailureWatch watch_;
    std::size_t refused_alone_ = 0;
    bool taken_ = false;
};

}  // namespace

awaitable<result<std::vector<model::Outcome>>> change_membership(Session& session,
                                                                 const model::Batch& batch) {
    Change task(session, batch);
    co_return co_await task.run();
}

}  // namespace audienced::provider::mailchimp
