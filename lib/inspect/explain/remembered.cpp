#include "inspect/explain/remembered.hpp"

#include <algorithm>
#include <map>

#include "run/delivery/settled.hpp"
#include "store/contacts.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/intents.hpp"
#include "store/memberships.hpp"
#include "store/people.hpp"
#include "store/runs.hpp"

namespace audienced::inspect {
namespace {

constexpr std::size_t runs_looked_at = 20;  // for rejects
constexpr std::size_t acts_shown = 10;
constexpr std::size_t acts_a_slice =
    20;  // of up to 40,000 members each: some milliseconds of the store's thread

result<void> add_opt_outs(store::Database& db, const MemoryQuestion& q, Remembered& out) {
    for (const auto& [member, under] : q.subject.all()) {
        auto found = store::opt_outs_of(db, q.destination, member);
        if (!found) return found.error();
        for (store::OptOut& one : *found) out.opt_outs.push_back({std::move(one), under});
    }
    return {};
}

result<void> add_contact(store::Database& db, const vault::Vault& vault, const MemoryQuestion& q,
                         Remembered& out) {
    auto contact = store::find_contact(db, vault, q.destination, q.subject.contact());
    if (!contact) return contact.error();
    out.has_contact = contact->has_value();
    if (*contact) out.contact_id = (**contact).contact_id;
    out.moved_away = q.subject.present.has_value();
    out.moved_here = q.subject.former.has_value();
    if (*contact && out.moved_away) out.present_address = (**contact).address;
    return {};
}

using ExportsThere = std::vector<store::ExportThere>;

std::vector<std::string> names_of(std::uint64_t holders, const ExportsThere& exports) {
    std::vector<std::string> names;
    for (const store::ExportThere& one : exports)
        if ((holders & one.slot) != 0) names.push_back(one.name);
    return names;
}

result<void> add_memberships(store::Database& db, const MemoryQuestion& q, const ExportsThere& exports,
                             Remembered& out) {
    auto groups = store::groups_of_destination(db, q.destination);
    if (!groups) return groups.error();
    auto own = store::get_groups(db, q.export_id);
    if (!own) return own.error();
    for (const store::GroupRow& group : *groups)
        for (const auto& [member, under] : q.subject.all()) {
            auto known = store::find_membership(db, group.no, member);
            if (!known) return known.error();
            if (!*known) continue;
            HeldIn held;
            held.group = group.title;
            held.is_list = group.is_list;
            held.of_this_export =
                std::any_of(own->begin(), own->end(), [&](const auto& row) { return row.no == group.no; });
            held.state = (**known).state;
            held.holders = names_of((**known).holders, exports);
            held.under = under;
            out.memberships.push_back(std::move(held));
        }
    return {};
}

result<void> add_delivered(store::Database& db, const MemoryQuestion& q, const ExportsThere& exports,
                           Remembered& out) {
    const MemberHash& member = q.subject.contact();
    for (const store::ExportThere& one : exports) {
        auto row = store::find_delivered(db, one.id, member);
        if (!row) return row.error();
        if (one.id == q.export_id)
            out.delivered = *row;
        else
            out.others.push_back({one.name, one.connection, *row});
    }
    if (!out.delivered) return {};
    auto run = store::get_run(db, out.delivered->last_run);
    if (run) out.delivered_at = run->finished_at ? run->finished_at : run->started_at;
    return {};
}

result<void> add_rejects(store::Database& db, const MemoryQuestion& q, Remembered& out) {
    const MemberHash& member = q.subject.contact();
    auto deferred = store::deferred_of(db, q.export_id, member);
    if (!deferred) return deferred.error();
    out.deferred = std::move(*deferred);
    auto rejects = store::rejects_of_member(db, q.definition.name, member, runs_looked_at);
    if (!rejects) return rejects.error();
    out.rejects = std::move(*rejects);
    return {};
}

result<void> add_open_calls(store::Database& db, const vault::Vault& vault, const MemoryQuestion& q,
                            Remembered& out) {
    auto intents = store::list_intents(db, q.destination);
    if (!intents) return intents.error();
    for (const store::Intent& intent : *intents) {
        auto bytes = store::intent_records(db, vault, intent.id);
        if (!bytes) return bytes.error();
        auto records = run::parse_intent(*bytes);
        if (!records) return records.error();
        const bool named = std::any_of(records->begin(), records->end(), [&](const run::Settled& s) {
            return s.called && s.record.member == q.subject.contact();
        });
        if (named) out.open.push_back({intent.run, !intent.ticket.empty()});
    }
    return {};
}

/// Titles and names that the acts speak of by number.
struct Names {
    std::map<std::int64_t, std::string> groups, exports;
};

result<Names> read_names(store::Database& db, model::DestinationId destination) {
    Names out;
    auto groups = store::groups_of_destination(db, destination);
    if (!groups) return groups.error();
    for (const store::GroupRow& group : *groups) out.groups[group.no.value()] = group.title;
    auto exports = store::exports_at(db, destination);
    if (!exports) return exports.error();
    for (const store::ExportThere& one : *exports) out.exports[one.id.value()] = one.name;
    return out;
}

}  // namespace

const char* to_string(Under under) noexcept {
    switch (under) {
        case Under::asked:
            return "asked";
        case Under::present:
            return "present";
        case Under::former:
            return "former";
        case Under::earlier:
            return "earlier";
    }
    return "asked";
}

std::vector<std::pair<MemberHash, Under>> Subject::all() const {
    std::vector<std::pair<MemberHash, Under>> out{{asked, Under::asked}};
    if (present) out.emplace_back(*present, Under::present);
    if (former) out.emplace_back(*former, Under::former);
    if (earlier && earlier != former) out.emplace_back(*earlier, Under::earlier);
    return out;
}

result<Subject> find_subject(store::Database& db, model::DestinationId destination, const MemberHash& asked) {
    Subject out;
    out.asked = asked;
    auto former = store::find_moved_here(db, destination, asked);
    if (!former) return former.error();
    out.former = *former;
    auto contact = store::peek_contact(db, destination, asked);
    if (!contact) return contact.error();
    if (*contact) out.present = (**contact).moved_to;
    auto earlier = store::find_earlier(db, destination, asked);
    if (!earlier) return earlier.error();
    out.earlier = *earlier;
    return out;
}

result<Remembered> read_memory(store::Database& db, const vault::Vault& vault, const MemoryQuestion& q) {
    Remembered out;
    out.bound = q.bound;
    auto exports = store::exports_at(db, q.destination);
    if (!exports) return exports.error();
    if (auto done = add_opt_outs(db, q, out); !done) return done.error();
    if (auto done = add_contact(db, vault, q, out); !done) return done.error();
    if (auto done = add_memberships(db, q, *exports, out); !done) return done.error();
    if (auto done = add_delivered(db, q, *exports, out); !done) return done.error();
    if (auto done = add_open_calls(db, vault, q, out); !done) return done.error();
    if (!q.bound) return out;
    if (auto done = add_rejects(db, q, out); !done) return done.error();
    auto members = store::count_delivered(db, q.export_id);
    if (!members) return members.error();
    out.delivered_members = *members;
    return out;
}

awaitable<result<void>> read_acts(store::Store& store, aio::Time& time, const MemoryQuestion& q,
                                  std::chrono::milliseconds limit, Remembered& into) {
    const auto names_there = [&](store::Database& db, const vault::Vault&) {
        return read_names(db, q.destination);
    };
    auto names = co_await store.run(names_there);
    if (!names) co_return names.error();
    const SteadyTime until = time.steady() + limit;
    std::int64_t before = 0;
    do {
        const auto slice = [&](store::Database& db, const vault::Vault&) {
            const auto keep = [&](const store::ActOnMember& act) {
                // A hold that came or went without a call is no call.
                if (into.acts.size() >= acts_shown || !act.what.called) return;
                into.acts.push_back(act);
                into.act_groups.push_back(names->groups[act.group.value()]);
                into.act_exports.push_back(names->exports[act.export_id.value()]);
            };
            return store::find_acts_on(db, q.destination, q.subject.contact(), before, acts_a_slice, keep);
        };
        auto last = co_await store.run(slice);
        if (!last) co_return last.error();
        before = *last;
    } while (before != 0 && into.acts.size() < acts_shown && time.steady() < until);
    into.acts_complete = before == 0;
    co_return result<void>{};
}

}  // namespace audienced::inspect
