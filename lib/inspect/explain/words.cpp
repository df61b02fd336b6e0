#include "inspect/explain/words.hpp"

#include <algorithm>

#include "base/grouped.hpp"

namespace audienced::inspect {
namespace {

using model::Membership;
using model::OptOutReason;
using Kind = NextStep::Kind;

struct ReasonWords {
    OptOutReason reason;
    const char *words, *lifted_by;
};
constexpr const char* mailable_again = "the provider lists the contact as one that may be mailed again";
constexpr ReasonWords reasons[] = {
    {OptOutReason::unsubscribed, "it unsubscribed", "the contact subscribes again at the provider"},
    {OptOutReason::cleaned, "its mail bounced and the provider gave up on the address", mailable_again},
    {OptOutReason::pending, "it was asked to confirm and has not", "the contact confirms"},
    {OptOutReason::archived, "the contact is archived at the provider",
     "the contact is taken out of the archive there"},
    {OptOutReason::deleted, "the contact was deleted at the provider",
     "the provider has the contact again, by a sign-up or by staff"},
    {OptOutReason::on_hold, "the provider has put the contact on hold", mailable_again},
    {OptOutReason::left_list, "it left the list", "the contact is on the list again, by itself or by staff"},
    {OptOutReason::forgotten, "it was erased here on request", "nothing, it is for good"},
    {OptOutReason::deleted_for_good, "the contact was deleted for good at the provider",
     "the person signs up again"},
    {OptOutReason::address_changed, "the contact has another address at the provider now",
     "the contact has this address again at the provider"},
    {OptOutReason::opted_out_before, "the person opted out under an earlier address",
     "the earlier address has no opt-out any more"},
    {OptOutReason::not_on_list, "it was a contact before audienced came and may have left the list",
     "the contact is on the list, by itself or by staff"},
    {OptOutReason::compliance, "the provider blocks the contact (compliance)",
     "the person signs up again, or the provider ends the block"},
    {OptOutReason::removed_by_person, "staff took the contact out of the audience", mailable_again},
    {OptOutReason::not_mailable, "the provider says that it must not be mailed", mailable_again},
    {OptOutReason::unspecified, "the provider held it back without a reason", mailable_again},
};

const ReasonWords& words_for(OptOutReason reason) {
    const auto* at = std::find_if(std::begin(reasons), std::end(reasons),
                                  [&](const ReasonWords& w) { return w.reason == reason; });
    return at == std::end(reasons) ? reasons[std::size(reasons) - 1] : *at;
}

std::string found_by(const store::OptOut& o) {
    std::string out = " on " + to_iso8601(o.since);
    if (o.evidence == store::Evidence::command) return out + " (a command here)";
    if (o.run > 0)
        out += o.evidence == store::Evidence::response ? " (the answer to run " : " (found by run ";
    return o.run > 0 ? out + std::to_string(o.run) + ")" : out;
}

/// A former address holds nothing back that is sent to the present one, and what is about an address alone
/// does not follow the person.
bool holds_back(const KnownOptOut& o) {
    if (o.under == Under::earlier) return model::follows_person(o.opt_out.reason);
    return o.under == Under::asked || o.opt_out.reason != OptOutReason::address_changed;
}

/// What is for good first, then what is under the asked address itself; that it left the list may only follow
/// from another reason.
std::vector<const KnownOptOut*> by_weight(const std::vector<KnownOptOut>& all) {
    const auto weight = [](const KnownOptOut* o) {
        if (o->opt_out.reason == OptOutReason::forgotten) return 0;
        if (o->opt_out.reason == OptOutReason::address_changed) return 4;
        if (o->opt_out.reason == OptOutReason::left_list) return 3;
        return o->under == Under::asked ? 1 : 2;
    };
    std::vector<const KnownOptOut*> out;
    for (const KnownOptOut& one : all)
        if (holds_back(one)) out.push_back(&one);
    std::stable_sort(out.begin(), out.end(), [&](auto* a, auto* b) { return weight(a) < weight(b); });
    return out;
}

std::string under_words(Under under) {
    switch (under) {
        case Under::asked:
            return {};
        case Under::present:
            return " under the address that the contact has now";
        case Under::former:
            return " under the address to which it was delivered";
        case Under::earlier:
            return " under an earlier address of the same person";
    }
    return {};
}

/// Each reason is lifted by itself.
std::string not_sent(const std::vector<const KnownOptOut*>& reasons) {
    const KnownOptOut& first = *reasons.front();
    const OptOutReason reason = first.opt_out.reason;
    std::string out =
        "It is not sent because " + words_of(reason) + under_words(first.under) + found_by(first.opt_out);
    if (reason == OptOutReason::forgotten) return out + "; no export sends it any more.";
    out += "; nothing is sent until " + lifted_by(reason);
    // Those of an earlier address end with the one that was taken over from it.
    for (const KnownOptOut* other : reasons)
        if (other->opt_out.reason != reason && other->under != Under::earlier)
            out += ", and until " + lifted_by(other->opt_out.reason);
    return out + ".";
}

bool is_in_a_segment(const Explanation& e) {
    return std::any_of(e.segments.begin(), e.segments.end(),
                       [](const SegmentLook& s) { return s.found > 0; });
}
bool was_read(const Explanation& e) {
    return std::all_of(e.segments.begin(), e.segments.end(), [](const SegmentLook& s) { return s.complete; });
}

std::string segments_sentence(const Explanation& e) {
    if (is_in_a_segment(e)) return {};
    if (!was_read(e)) return " Whether it is in a segment is not known: see below.";
    return " It is in no segment of the export now.";
}

std::string listed(const std::vector<std::string>& titles) {
    std::string out;
    for (const std::string& title : titles) out += (out.empty() ? "\"" : ", \"") + title + "\"";
    return out;
}

std::string last_sent(const Explanation& e) {
    if (!e.memory.delivered || e.memory.delivered->last_run <= 0) return {};
    return ", last sent by run " + std::to_string(e.memory.delivered->last_run);
}

std::string refused(const Explanation& e) {
    const auto whole = std::find_if(e.memory.deferred.begin(), e.memory.deferred.end(),
                                    [](const store::DeferredReject& d) { return !d.is_value; });
    if (whole == e.memory.deferred.end()) return "The provider refused it; it is not sent again yet.";
    std::string out = "It is not sent because the provider refused it: " +
                      (whole->detail.empty() ? whole->code : whole->detail) + ". ";
    if (whole->next_try) return out + "It is tried again from " + to_iso8601(*whole->next_try) + " on.";
    return out + "It is sent again when its values change, or by `audiencectl runs retry`.";
}

/// What was asked for it last, where nothing is held for it any more.
std::string last_call(const Explanation& e) {
    const store::ActOnMember& act = e.memory.acts.front();
    const std::string run = "run " + std::to_string(act.run);
    const bool done = act.what.outcome == model::Outcome::Kind::delivered;
    if (act.what.asked == store::ActMember::Asked::leave && done)
        return "; " + run + " took it out of \"" + e.memory.act_groups.front() + "\"";
    return "; " + run + (done ? " sent it last" : " tried to send it last");
}

/// In no segment.
std::string elsewhere(const Explanation& e) {
    if (!was_read(e)) return "Whether it is in a segment could not be told: see below.";
    const bool known = e.memory.delivered || !e.memory.memberships.empty() || !e.memory.acts.empty();
    if (known)
        return "It is in no segment of the export now" +
               (e.memory.delivered || e.memory.acts.empty() ? last_sent(e) : last_call(e)) + ".";
    std::uint64_t rows = 0;
    for (const SegmentLook& look : e.segments) rows += look.rows;
    return "It is unknown here: in none of the " + grouped(rows) + " rows of the export's " +
           (e.segments.size() == 1 ? "segment" : "segments") + ", and never delivered or refused.";
}

std::string regroup_words(const NextStep& next) {
    std::string out = next.joins.empty() ? "" : "puts it into " + listed(next.joins);
    if (!next.leaves.empty())
        out += (out.empty() ? "takes it out of " : " and takes it out of ") + listed(next.leaves);
    return out;
}

std::string would_do(const Explanation& e, const model::Export& definition) {
    const NextStep& next = e.next;
    switch (next.kind) {
        case Kind::add:
            return std::string("It is in a segment and was not delivered yet: the next run sends it") +
                   (next.joins.empty() ? "." : " and puts it into " + listed(next.joins) + ".");
        case Kind::update:
            if (!next.joins.empty() || !next.leaves.empty())
                return "It is there" + last_sent(e) + "; the next run " + regroup_words(next) + ".";
            return "It is there" + last_sent(e) +
                   "; its values have changed since, and the next run sends them.";
        case Kind::keep:
            return "It is there, with the values of the source" + last_sent(e) +
                   "; the next run has nothing to do.";
        case Kind::deferred:
            return refused(e);
        case Kind::invalid:
            return "Its row cannot be read: it stays as it is until the row can.";
        case Kind::remove:
            return elsewhere(e) + " The next run takes it out of " + listed(next.leaves) + ".";
        case Kind::leave_owed:
            return elsewhere(e) + (next.puts_off
                                       ? " Rows cannot be read, so the next run puts its removal off."
                                       : " It cannot be taken out now, and that stays owed.");
        case Kind::stay:
            return elsewhere(e) + (definition.mode == model::Mode::upsert
                                       ? " It stays, since the export removes nothing (mode upsert)."
                                       : " audienced did not put it there, so it stays as it is.");
        case Kind::suppressed:
            return next.held_back
                       ? "It is not sent because the person opted out under an earlier address; nothing is "
                         "sent until that has no opt-out any more."
                       : "It is not sent: the provider lists it as one that must not be mailed.";
        case Kind::nothing:
        case Kind::unknown:
            break;
    }
    if (next.kind == Kind::nothing) return elsewhere(e);
    std::string out = is_in_a_segment(e) ? "It is in a segment" + last_sent(e) + "." : elsewhere(e);
    return out + " What the next run would do is not known: " + next.why_unknown + ".";
}

/// The provider shows what the memory does not know yet.
std::string news(const Explanation& e) {
    if (!e.now.not_asked.empty() || !e.memory.opt_outs.empty()) return {};
    if (!e.now.found)
        return e.memory.has_contact
                   ? " At the provider there is no such contact now: the next run learns that."
                   : "";
    if (e.now.moved && !e.memory.moved_away && !e.memory.moved_here)
        return " At the provider the contact has another address now: the next run learns that, and sends "
               "nothing to "
               "this one.";
    const auto reason = provider::opt_out_of(e.now.status.state);
    if (!reason) return {};
    return " At the provider " + words_of(*reason) + ": the next run learns that, and sends nothing to it.";
}

}  // namespace

std::string words_of(OptOutReason reason) {
    return words_for(reason).words;
}
std::string lifted_by(OptOutReason reason) {
    return words_for(reason).lifted_by;
}

std::string words_of(Membership state, bool is_list) {
    switch (state) {
        case Membership::none:
            return "not known to be in it";
        case Membership::ours:
            return "in it, put there by audienced";
        case Membership::maybe:
            return "a call to change it had no known outcome";
        case Membership::others:
            return "in it, put there by others: it is never taken out";
        case Membership::off:
            return is_list ? "not in it" : "not in it: it was taken off";
        case Membership::existing:
            return "a contact that was not on the list when it was first seen";
        case Membership::may_have_left:
            return "not in it after a call without a known outcome: it was never put there, or it has left";
        case Membership::taken:
            return "not in it: others had given it, and took it away again";
    }
    return {};
}

std::string headline(const Explanation& e, const model::Export& definition, const std::string& no_run) {
    if (!e.invalid.empty()) return "This is no address that can be sent: " + e.invalid + ".";
    std::string out;
    const auto opt_outs = by_weight(e.memory.opt_outs);
    const bool leaves = e.next.kind == Kind::remove || e.next.kind == Kind::leave_owed;
    if (!opt_outs.empty()) {
        out = not_sent(opt_outs) + segments_sentence(e);
        if (leaves && !e.next.leaves.empty())
            out += " The next run takes it out of " + listed(e.next.leaves) + ".";
    } else {
        out = would_do(e, definition) + news(e);
    }
    const bool waits = e.next.kind == Kind::add || e.next.kind == Kind::update || leaves;
    if (waits && e.next.would_hold)
        out += " That run would be held: the contact may have left the list before.";
    if (waits && definition.hold && !e.next.would_hold)
        out += " Every run of this export waits for approval.";
    if (!e.memory.open.empty())
        out += " A call of run " + std::to_string(e.memory.open.front().run) + " has no known outcome yet.";
    if (!no_run.empty()) out += " No run begins now: " + no_run + ".";
    return out;
}

}  // namespace audienced::inspect
