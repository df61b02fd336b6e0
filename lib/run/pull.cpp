#include "run/pull.hpp"

#include "store/suppressions.hpp"

namespace audienced::run {
namespace {

constexpr auto full_pull_every = std::chrono::hours{24 * 7};  // heals whatever a pull of changes could miss

/// Which group of the layout is the destination's own list? -1: this provider has tags only.
int list_bit(const provider::GroupLayout& layout) {
    for (int bit = 0; bit < 64; ++bit)
        if (layout.joined_by_upsert >> bit & 1) return bit;
    return -1;
}

struct ContactStatusRecorder final : provider::ContactSink {
    ContactStatusRecorder(Environment& e, const RunDefinition& d, const provider::GroupLayout& layout)
        : env(e), definition(d), began(e.time->now()) {
        const int bit = list_bit(layout);
        if (bit >= 0) list_id = layout.groups[static_cast<std::size_t>(bit)].id;
    }

    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override {
        const auto write = [&](store::Database& db, const vault::Vault& vault) {
            return record(db, vault, page);
        };
        co_return co_await env.store->run(write);
    }

    result<void> record(store::Database& db, const vault::Vault& vault,
                        const std::vector<provider::ContactStatus>& page) {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        for (const provider::ContactStatus& contact : page)
            if (auto done = record_one(db, vault.members().member(contact.address), contact); !done)
                return done;
        return transaction->commit();
    }

    result<void> record_one(store::Database& db, const MemberHash& member,
                            const provider::ContactStatus& contact) {
        if (!contact.contact_id.empty())
            if (auto set = store::set_contact_id(db, definition.export_id, member, contact.contact_id); !set)
                return set;
        if (const auto opted_out = provider::opt_out_of(contact.state))
            return suppress(db, member, *opted_out);
        if (contact.on_list == false) {
            auto left = has_left(db, member);
            if (!left) return left.error();
            if (*left) return suppress(db, member, model::OptOutReason::left_list);
        }
        return lift(db, member, contact);
    }

    /// A member that was on the list, and is gone from it without our doing, left it; the next import would
    /// put it back.
    result<bool> has_left(store::Database& db, const MemberHash& member) {
        auto ours =
            store::held_by_other_export(db, model::ExportId(), definition.destination_key, list_id, member);
        if (!ours) return ours.error();
        if (ours->held) return true;
        return store::is_preexisting_member(db, definition.destination_key, list_id, member);
    }

    result<void> suppress(store::Database& db, const MemberHash& member, model::OptOutReason reason) {
        store::Suppression s;
        s.destination_key = definition.destination_key;
        s.member = member;
        s.reason = reason;
        s.since = began;
        return store::put_suppression(db, s);
    }

    result<void> lift(store::Database& db, const MemberHash& member, const provider::ContactStatus& contact) {
        auto found = store::find_suppression(db, definition.destination_key, member);
        if (!found) return found.error();
        if (!*found || (**found).destination_key.empty()) return {};  // not suppressed, or forgotten for good
        if ((**found).reason == model::OptOutReason::left_list && contact.on_list != true) return {};
        auto lifted = store::lift_suppression(db, definition.destination_key, member);
        if (!lifted) return lifted.error();
        return {};
    }

    Environment& env;
    const RunDefinition& definition;
    SysTime began;
    model::GroupId list_id;
};

}  // namespace

awaitable<result<SteadyTime>> pull_opt_outs(Environment& env, const RunDefinition& definition,
                                            const provider::GroupLayout& layout) {
    const model::DestinationKey& key = definition.destination_key;
    provider::Provider& provider = *definition.session->provider;
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::get_pull_state(db, key);
    };
    auto stored = co_await env.store->run(load);
    if (!stored) co_return stored.error();
    store::PullState state = *stored;
    ContactStatusRecorder recorder(env, definition, layout);
    const SteadyTime asked = env.time->steady();
    const bool full = !state.since || !state.full_at || recorder.began - *state.full_at > full_pull_every;
    provider::PullRequest request;
    request.destination = definition.settings.destination;
    result<provider::PullMark> mark = provider::PullMark{};
    if (state.since) {
        // Before a full pull too: only changes tell which contacts left the list.
        request.since = state.since;
        request.came_back_since = state.came_back_since;
        mark = co_await provider.pull(request, recorder);
        if (!mark) co_return mark.error();
    }
    if (full) {
        request.since.reset();
        request.came_back_since.reset();
        mark = co_await provider.pull(request, recorder);
        if (!mark) co_return mark.error();
    }
    state.since = mark->next_since;
    state.came_back_since = mark->next_since;
    if (full) state.full_at = recorder.began;
    const auto save = [&](store::Database& db, const vault::Vault&) -> result<void> {
        if (full) {
            auto lifted = store::lift_older_than(db, key, recorder.began);
            if (!lifted) return lifted.error();
        }
        return store::put_pull_state(db, key, state);
    };
    auto saved = co_await env.store->run(save);
    if (!saved) co_return saved.error();
    co_return asked;
}

}  // namespace audienced::run
