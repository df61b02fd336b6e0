#include "run/delivery/load_batch.hpp"

#include <algorithm>

#include "plan/mapping.hpp"
#include "plan/membership.hpp"
#include "plan/undo.hpp"
#include "spool/file.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/opt_outs.hpp"

namespace audienced::run {
namespace {

using model::OptOutReason;
using RecordKind = spool::Record::Kind;

class Sorter {
public:
    Sorter(store::Database& db, const vault::Vault& vault, const RunDefinition& definition,
           const GroupBits& groups, const store::BatchRow& row, bool full, LoadedBatch& out)
        : db_(db),
          vault_(vault),
          definition_(definition),
          mapping_(definition.settings.email, definition.settings.fields, definition.settings.clear_empty,
                   definition.field_ids(), definition.settings.key),
          row_(row),
          full_(full),
          out_(out) {
        if (row.group >= 0) group_ = groups.groups[static_cast<std::size_t>(row.group)];
        std::copy_if(groups.groups.begin(), groups.groups.end(), std::back_inserter(lists_),
                     [](const store::GroupRow& g) { return g.is_list && g.no != model::GroupNo(); });
    }

    /// As few opt-outs as members: read once, so that only the members among them are looked up.
    result<void> know_opted_out() {
        const auto most = static_cast<std::int64_t>(row_.members + row_.leavers);
        auto members = store::opted_out_members(db_, definition_.destination, most + 1);
        if (!members) return members.error();
        if (members->size() <= static_cast<std::size_t>(most)) opted_out_ = std::move(*members);
        auto moved = store::has_moved(db_, definition_.destination);
        if (!moved) return moved.error();
        any_moved_ = *moved;
        return {};
    }

    result<void> sort(spool::Record record) {
        if (record.kind == RecordKind::forget) return decide(std::move(record));
        auto contact = record.kind == RecordKind::upsert
                           ? store::peek_contact(db_, definition_.destination, record.member)
                           : store::find_contact(db_, vault_, definition_.destination, record.member);
        if (!contact) return contact.error();
        auto opt_out = opt_out_of(record, *contact);
        if (!opt_out) return opt_out.error();
        if (record.kind == RecordKind::leave) return sort_leave(std::move(record), *contact, *opt_out);
        if (!*opt_out && record.kind == RecordKind::upsert)
            if (auto seen = seen_off_list(record, *opt_out); !seen) return seen;
        if (*opt_out) return decide(std::move(record), *opt_out);
        if (record.kind == RecordKind::join) return sort_join(std::move(record), *contact);
        if (*contact) record.sent.contact_id = (**contact).contact_id;
        record.sent.known = contact->has_value();
        record.values_hash = fingerprint(record.sent);
        call(std::move(record));
        return {};
    }

    void finish() {
        out_.called = calls_.size() + leaves_.size();
        for (auto* part : {&calls_, &leaves_, &decided_})
            std::move(part->begin(), part->end(), std::back_inserter(out_.records));
    }

private:
    /// Why the member must not be sent now. For a removal the reasons that stand in its way.
    result<std::optional<OptOutReason>> opt_out_of(const spool::Record& record,
                                                   const std::optional<store::Contact>& contact) {
        if (!contact && any_moved_ && record.kind == RecordKind::upsert) {
            // Planned as a newcomer, and a contact that is known has the address since: the next plan knows.
            auto from = store::find_moved_here(db_, definition_.destination, record.member);
            if (!from) return from.error();
            if (*from) return std::optional(OptOutReason::address_changed);
        }
        const bool moved = contact && contact->moved_to;
        if (moved && record.restore) return std::optional(OptOutReason::address_changed);
        std::optional<OptOutReason> why;
        if (auto looked = look_up(record.member, moved, why); !looked) return looked.error();
        if (!moved || record.kind == RecordKind::leave) return why;
        // Only its present address may be sent.
        const MemberHash sent = record.kind == RecordKind::upsert
                                    ? vault_.members().member(record.sent.address)
                                    : *contact->moved_to;
        if (sent != *contact->moved_to) return std::optional(OptOutReason::address_changed);
        if (auto looked = look_up(sent, false, why); !looked) return looked.error();
        return why;
    }

    /// Planned as a newcomer, and a contact since that is not on the list: it may have joined and left it.
    /// The same where this batch was sent before and its outcome is not known. The next plan knows of it, and
    /// asks.
    result<void> seen_off_list(const spool::Record& record, std::optional<OptOutReason>& why) {
        const bool newcomer = !record.sent.known, sent_before = row_.sends > 0;
        if (!newcomer && !sent_before) return {};
        const bool existing_matter = definition_.settings.existing != model::Existing::add;
        for (const store::GroupRow& list : lists_) {
            auto standing = store::find_membership(db_, list.no, record.member);
            if (!standing) return standing.error();
            const auto state = *standing ? (**standing).state : model::Membership::none;
            if (state == model::Membership::may_have_left ||
                (newcomer && existing_matter && state == model::Membership::existing))
                why = OptOutReason::not_on_list;
        }
        return {};
    }

    result<void> look_up(const MemberHash& member, bool moved, std::optional<OptOutReason>& why) {
        if (opted_out_ && !std::binary_search(opted_out_->begin(), opted_out_->end(), member)) return {};
        auto all = store::opt_outs_of(db_, definition_.destination, member);
        if (!all) return all.error();
        for (const store::OptOut& o : *all) {
            if (moved && o.reason == OptOutReason::address_changed) continue;
            // Of several that which bears on removals: an archived contact cannot be changed now.
            if (!why || o.reason == OptOutReason::archived || model::is_in_no_group(o.reason)) why = o.reason;
        }
        return {};
    }

    result<void> sort_join(spool::Record record, const std::optional<store::Contact>& contact) {
        auto standing = store::find_membership(db_, group_.no, record.member);
        if (!standing) return standing.error();
        if (record.restore)
            return sort_restore(std::move(record), contact, standing->value_or(model::Standing{}));
        auto delivered = store::find_delivered(db_, definition_.export_id, record.member);
        if (!delivered) return delivered.error();
        if (!*delivered) return {};  // the member's upsert was refused, and counted there
        const bool there = *standing && (**standing).state == model::Membership::ours;
        if (there && !full_) return decide(std::move(record));
        call_under_present_address(std::move(record), contact);
        return {};
    }

    /// Put back only what is as the run left it that took it away: nothing that others decided since.
    result<void> sort_restore(spool::Record record, const std::optional<store::Contact>& contact,
                              model::Standing standing) {
        // By this run, before a crash; or by another export, so that it is only held again.
        if (standing.state == model::Membership::ours) return decide(std::move(record));
        if (plan::may_restore(standing, definition_.slots) && !group_.id.empty()) {
            call_under_present_address(std::move(record), contact);
            return {};
        }
        Settled s = decided(std::move(record));
        s.outcome.kind = model::Outcome::Kind::suppressed;
        decided_.push_back(std::move(s));
        return {};
    }

    void call_under_present_address(spool::Record record, const std::optional<store::Contact>& contact) {
        if (contact) {
            record.sent.contact_id = contact->contact_id;
            if (!contact->address.empty()) record.sent.address = contact->address;
        }
        call(std::move(record));
    }

    result<void> sort_leave(spool::Record record, const std::optional<store::Contact>& contact,
                            const std::optional<OptOutReason>& opt_out) {
        auto standing = store::find_membership(db_, group_.no, record.member);
        if (!standing) return standing.error();
        const model::Standing before = standing->value_or(model::Standing{});
        const bool owned = plan::is_held(before, definition_.slots);
        const bool stays = plan::is_held_elsewhere(before, definition_.slots);
        if (!owned || stays || group_.id.empty() || (opt_out && model::is_in_no_group(*opt_out)))
            return decide(std::move(record));
        if (opt_out == OptOutReason::archived) {
            Settled owed = decided(std::move(record));
            owed.outcome.kind = model::Outcome::Kind::unknown;
            owed.outcome.code = "archived_now";
            decided_.push_back(std::move(owed));
            return {};
        }
        if (contact) {
            record.sent.contact_id = contact->contact_id;
            if (!contact->address.empty()) record.sent.address = contact->address;
        }
        out_.batch.leavers.push_back(std::move(record.sent));
        leaves_.push_back({std::move(record), {}, true});
        return {};
    }

    /// The plan's, but where this run made a field since, whose id the plan could not know.
    std::uint64_t fingerprint(const model::Member& sent) {
        values_.assign(sent.values.begin(), sent.values.end());
        return mapping_.fingerprint(vault_.values(), values_, buffer_);
    }

    void call(spool::Record record) {
        out_.batch.members.push_back(std::move(record.sent));
        // Needed when it is settled: a contact is remembered by it.
        record.sent.address = out_.batch.members.back().address;
        record.sent.known = out_.batch.members.back().known;
        calls_.push_back({std::move(record), {}, true});
    }
    static Settled decided(spool::Record record) {
        Settled s{std::move(record), {}, false};
        s.outcome.kind = model::Outcome::Kind::delivered;
        return s;
    }
    result<void> decide(spool::Record record, std::optional<OptOutReason> why = {}) {
        Settled s = decided(std::move(record));
        if (why) s.outcome.kind = model::Outcome::Kind::suppressed;
        s.outcome.opt_out = why;
        decided_.push_back(std::move(s));
        return {};
    }

    store::Database& db_;
    const vault::Vault& vault_;
    const RunDefinition& definition_;
    const plan::Mapping mapping_;
    plan::FieldValues values_;
    std::string buffer_;
    const store::BatchRow& row_;
    const bool full_;
    LoadedBatch& out_;
    store::GroupRow group_;
    std::vector<store::GroupRow> lists_;  // where contacts that may have left are not simply added
    std::vector<Settled> calls_, leaves_, decided_;
    bool any_moved_ = false;
    std::optional<std::vector<MemberHash>> opted_out_;  // sorted; none: too many to read for one batch
};

}  // namespace

awaitable<result<LoadedBatch>> load_batch(Environment& env, const RunDefinition& definition,
                                          const GroupBits& groups, store::BatchRow row, bool full) {
    LoadedBatch out;
    out.batch.kind = row.kind;
    out.batch.destination = definition.settings.destination;
    out.batch.fields = definition.wire_fields;
    out.batch.resent = row.sends > 0;
    if (row.group >= 0) out.batch.group = groups.layout.groups[static_cast<std::size_t>(row.group)];
    const auto load = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto bytes = spool::read_batch(env.spool_dir, row);
        if (!bytes) return bytes.error();
        auto reading = store::Transaction::begin_reading(db);
        if (!reading) return reading.error();
        Sorter sorter(db, vault, definition, groups, row, full, out);
        if (auto known = sorter.know_opted_out(); !known) return known;
        out.batch.members.reserve(row.members);
        out.batch.leavers.reserve(row.leavers);
        std::string_view in = *bytes;
        while (!in.empty()) {
            auto record = spool::decode(in);
            if (!record)
                return make_error(Errc::not_ready, "the spool of the run is damaged", "it is planned anew");
            if (auto sorted = sorter.sort(std::move(*record)); !sorted) return sorted;
        }
        sorter.finish();
        return reading->commit();
    };
    auto loaded = co_await env.store->run(load);
    if (!loaded) co_return loaded.error();
    co_return std::move(out);
}

}  // namespace audienced::run
