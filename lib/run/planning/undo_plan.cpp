#include "run/planning/undo_plan.hpp"

#include <algorithm>

#include "plan/undo.hpp"
#include "run/planning/memory_scan.hpp"
#include "run/planning/plan_parts.hpp"
#include "run/planning/run_changes.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/opt_outs.hpp"

namespace audienced::run {
namespace {

constexpr std::size_t members_at_once = 500;

class UndoPlan {
public:
    UndoPlan(const PlanInput& in, PlanWriter& writer) : in_(in), writer_(writer) {}

    result<PlanResult> undo() {
        auto changes = read_run_changes(in_);
        if (!changes) return changes.error();
        const auto& members = changes->here.members();
        for (std::size_t at = 0; at < members.size(); at += members_at_once) {
            const std::size_t end = std::min(at + members_at_once, members.size());
            if (auto done = reverse(members.data() + at, end - at); !done) return done.error();
        }
        if (auto listed = list_gone(*changes); !listed) return listed.error();
        return finish();
    }

    result<PlanResult> withdraw() {
        MemoryScan memory(in_);
        std::vector<plan::MemberChange> slice;
        for (bool ended = false; !ended;) {
            auto entry = memory.next();
            if (!entry) return entry.error();
            ended = !*entry;
            // What it holds is what it gave: what others hold too stays, and is let go of.
            if (!ended && (**entry).owned != 0) {
                slice.emplace_back().member = (**entry).member;
                slice.back().joined = (**entry).owned;
            }
            if (slice.size() < members_at_once && !ended) continue;
            if (auto done = reverse(slice.data(), slice.size()); !done) return done.error();
            slice.clear();
        }
        return finish();
    }

private:
    struct Known {
        plan::MemberNow now;
        store::Contact contact;
    };

    result<Known> look_up(store::Database& db, const vault::Vault& vault, const MemberHash& member) const {
        Known out;
        out.now.standings.resize(in_.groups.groups.size());
        for (const store::GroupRow& group : in_.groups.groups) {
            if (group.no == model::GroupNo()) continue;
            auto standing = store::find_membership(db, group.no, member);
            if (!standing) return standing.error();
            if (*standing) out.now.standings[static_cast<std::size_t>(group.bit)] = **standing;
        }
        auto contact = store::find_contact(db, vault, in_.destination, member);
        if (!contact) return contact.error();
        out.contact.member = member;
        if (*contact) out.contact = std::move(**contact);
        out.now.is_contact = *contact && !out.contact.address.empty();
        auto reasons = store::opt_outs_of(db, in_.destination, member);
        if (!reasons) return reasons.error();
        // Who unsubscribes leaves the lists with it: the reason that says more comes first in the
        // enumeration, and what was forgotten here before all.
        for (const store::OptOut& o : *reasons)
            if (!out.now.opt_out ||
                (reasons->front().destination == in_.destination && o.reason < *out.now.opt_out))
                out.now.opt_out = o.reason;
        return out;
    }

    result<void> reverse(const plan::MemberChange* changes, std::size_t count) {
        if (in_.stop.stop_requested()) return make_error(Errc::cancelled, "cancelled while planning");
        std::vector<Known> known;
        const auto read = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
            for (std::size_t i = 0; i < count; ++i) {
                auto one = look_up(db, vault, changes[i].member);
                if (!one) return one.error();
                known.push_back(std::move(*one));
            }
            return {};
        };
        if (auto found = in_.store->run_blocking(read); !found) return found.error();
        for (std::size_t i = 0; i < count; ++i)
            if (auto done = one(changes[i], known[i]); !done) return done;
        return {};
    }

    result<void> one(const plan::MemberChange& change, const Known& known) {
        const plan::Reversal reversal = plan::reverse(change, known.now, in_.slots);
        // What exports that are gone gave is not this export's to take back.
        if (in_.options.withdraw && reversal.leave == 0) return {};
        count(reversal);
        if (reversal.count == plan::Reversal::Count::suppressed)
            if (auto listed = writer_.reject(not_put_back(change, known.now)); !listed) return listed;
        if (reversal.leave != 0) ++out_.figures.members_losing_groups;
        groups_.join(reversal.join);
        groups_.leave(static_cast<std::uint32_t>(leavers_.size()), reversal.leave);
        if (reversal.leave != 0 && leavers_.size() < plan::GroupCounts::leavers_kept)
            leavers_.push_back(change.member);
        spool::Record record;
        record.member = change.member;
        record.sent.address = known.contact.address;
        record.sent.contact_id = known.contact.contact_id;
        record.sent.known = true;
        record.left = reversal.left;
        record.counted_as = counted_as(reversal.count);
        for (const auto kind : {spool::Record::Kind::join, spool::Record::Kind::leave}) {
            record.kind = kind;
            record.restore = kind == spool::Record::Kind::join;
            const std::uint64_t groups = record.restore ? reversal.join : reversal.leave;
            for (int bit = 0; bit < 64; ++bit) {
                if (!(groups >> bit & 1)) continue;
                if (auto written = writer_.regroup(bit, record); !written) return written;
                record.counted_as = model::CountedAs::none;  // the first record of the member counts
            }
        }
        return {};
    }

    static model::CountedAs counted_as(plan::Reversal::Count count) {
        using Count = plan::Reversal::Count;
        return count == Count::added     ? model::CountedAs::added
               : count == Count::updated ? model::CountedAs::updated
               : count == Count::removed ? model::CountedAs::removed
                                         : model::CountedAs::none;
    }

    void count(const plan::Reversal& reversal) {
        using Count = plan::Reversal::Count;
        model::Counts& planned = out_.planned;
        if (reversal.count == Count::removed) {
            // What was taken out before a crash is in the counts of the run.
            if (!reversal.done) ++planned.removed;
            return;
        }
        ++planned.read;
        switch (reversal.count) {
            case Count::added:
                ++planned.added;
                if (reversal.done) ++done_;
                break;
            case Count::updated:
                ++planned.updated;
                break;
            case Count::suppressed:
                ++planned.suppressed;
                break;
            case Count::unchanged:
            case Count::removed:
                ++planned.unchanged;
                break;
        }
    }

    /// Members that the run took out of tags that are not there any more, but for those that other tags
    /// decide.
    result<void> list_gone(const ChangesOfRun& changes) {
        std::uint64_t left = 0;
        for (const plan::MemberChange& gone : changes.gone.members()) {
            if (gone.left == 0) continue;
            ++left;
            if (changes.here.has(gone.member)) continue;
            ++out_.planned.read;
            ++out_.planned.suppressed;
            store::Reject r = suppressed(gone.member);
            r.code = "tag_gone";
            r.detail = "not put back: the tag is not at the provider any more";
            if (auto listed = writer_.reject(r); !listed) return listed;
        }
        out_.note = plan::note_of_undo({in_.options.undo_of, in_.definition.name, changes.gone_titles, left,
                                        changes.here.members().empty(), changes.any});
        return {};
    }

    store::Reject suppressed(const MemberHash& member) const {
        store::Reject r;
        r.run = in_.run;
        r.member = member;
        r.counted_in = model::CountedIn::suppressed;
        r.reject_class = model::RejectClass::never;
        return r;
    }

    store::Reject not_put_back(const plan::MemberChange& change, const plan::MemberNow& now) const {
        store::Reject r = suppressed(change.member);
        r.code = plan::not_put_back_code(now.opt_out, now.is_contact);
        r.detail = plan::not_put_back(now.opt_out, now.is_contact || now.opt_out);
        return r;
    }

    result<PlanResult> finish() {
        const auto count = [&](store::Database& db, const vault::Vault&) {
            return store::count_delivered(db, in_.export_id);
        };
        auto ledger = in_.store->run_blocking(count);
        if (!ledger) return ledger.error();
        out_.figures.ledger = *ledger;
        out_.figures.profiles = out_.planned.read;
        describe_reversed_parts(in_, groups_, leavers_, out_);
        out_.settled = out_.planned;
        out_.settled.added = done_;
        out_.settled.updated = out_.settled.removed = 0;
        if (auto written = writer_.finish(); !written) return written.error();
        return std::move(out_);
    }

    const PlanInput& in_;
    PlanWriter& writer_;
    PlanResult out_;
    plan::GroupCounts groups_;
    std::vector<MemberHash> leavers_;  // the first ones
    std::uint64_t done_ = 0;
};

}  // namespace

result<PlanResult> make_undo_plan(const PlanInput& in, PlanWriter& writer) {
    return UndoPlan(in, writer).undo();
}

result<PlanResult> make_withdrawal_plan(const PlanInput& in, PlanWriter& writer) {
    return UndoPlan(in, writer).withdraw();
}

}  // namespace audienced::run
