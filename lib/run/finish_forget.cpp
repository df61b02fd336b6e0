#include "run/finish_forget.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "log/events.hpp"
#include "run/delivery/settled.hpp"
#include "spool/file.hpp"
#include "store/held_runs.hpp"
#include "store/intents.hpp"
#include "store/runs.hpp"
#include "store/unfinished_forgets.hpp"

namespace audienced::run {
namespace {

/// Batches whose outcome is not known yet.
result<void> erase_from_intents(store::Database& db, const vault::Vault& vault,
                                const std::vector<MemberHash>& members, store::Erased& count) {
    auto intents = store::list_all_intents(db);
    if (!intents) return intents.error();
    for (const store::Intent& intent : *intents) {
        auto bytes = store::intent_records(db, vault, intent.id);
        if (!bytes) continue;  // damaged: it opens for no one
        auto records = parse_intent(*bytes);
        if (!records) continue;
        bool found = false, with_addresses = false;
        for (Settled& s : *records) {
            with_addresses = with_addresses || !s.record.sent.address.empty();
            if (!std::binary_search(members.begin(), members.end(), s.record.member)) continue;
            s = blank_of(s);
            found = true;
        }
        if (!found) continue;
        ++count.intents;
        auto put = store::set_intent_records(db, vault, intent, print_intent(*records, with_addresses));
        if (!put) return put;
    }
    return {};
}

/// The plans of held runs that have the address expire; runs under way are told to plan anew.
result<void> expire_plans(store::Database& db, const std::vector<model::RunId>& with_address, SysTime now,
                          ErasedRest& out) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto open = store::open_runs(db);
    if (!open) return open.error();
    for (model::Run& run : *open) {
        const bool has = std::find(with_address.begin(), with_address.end(), run.id) != with_address.end();
        // One that is being made may have read the address already.
        if (run.status == model::RunStatus::planning || (has && run.status != model::RunStatus::held))
            out.under_way.push_back(std::move(run));
        else if (has)
            out.expired.push_back(std::move(run));
    }
    auto ended = store::end_runs(
        db, std::move(out.expired),
        "its plan has expired: an address of it was forgotten since it was shown; for a new plan start "
        "another run",
        now);
    if (!ended) return ended.error();
    out.expired = std::move(*ended);
    return transaction->commit();
}

awaitable<result<void>> erase_history(Environment& env, const std::vector<MemberHash>& members,
                                      store::Erased& count) {
    constexpr std::size_t slice = 200;  // acts hold up to a megabyte
    store::HistoryPlace place;
    const auto erase = [&](store::Database& db, const vault::Vault&) {
        return store::erase_from_history(db, members, place, slice, count);
    };
    for (bool ended = false; !ended;) {
        auto done = co_await env.store->run(erase);
        if (!done) co_return done.error();
        ended = *done;
    }
    co_return result<void>{};
}

awaitable<result<void>> erase_plans(Environment& env, const std::vector<MemberHash>& members, SysTime now,
                                    ErasedRest& out) {
    std::vector<std::string> needles;
    for (const MemberHash& member : members) needles.emplace_back(member.view());
    const auto search = [&] { return spool::runs_with(env.spool_dir, needles); };
    auto found = co_await env.readers->run(search);
    if (!found) co_return found.error();
    const auto expire = [&](store::Database& db, const vault::Vault&) -> result<void> {
        if (auto ended = expire_plans(db, *found, now, out); !ended) return ended;
        for (const model::Run& run : out.expired)
            if (auto gone = spool::remove_run(env.spool_dir, run.id); !gone) return gone;
        return {};
    };
    auto done = co_await env.store->run(expire);
    for (const model::Run& run : out.expired) env.log->write(log::run_finished(log::run_ref(run), run));
    co_return done;
}

}  // namespace

awaitable<result<ErasedRest>> erase_rest(Environment& env, std::vector<MemberHash> members, SysTime now) {
    ErasedRest out;
    std::sort(members.begin(), members.end());
    const auto from_intents = [&](store::Database& db, const vault::Vault& vault) {
        return erase_from_intents(db, vault, members, out.count);
    };
    auto done = co_await env.store->run(from_intents);
    if (done) done = co_await erase_history(env, members, out.count);
    if (done) done = co_await erase_plans(env, members, now, out);
    if (!done) co_return done.error();
    co_return std::move(out);
}

awaitable<result<void>> finish_forgets(Environment& env) {
    const auto ask = [](store::Database& db, const vault::Vault&) { return store::unfinished_forgets(db); };
    auto members = co_await env.store->run(ask);
    if (!members) co_return members.error();
    if (!members->empty()) {
        auto rest = co_await erase_rest(env, *members, env.time->now());
        if (!rest) co_return rest.error();
        const auto end = [&](store::Database& db, const vault::Vault&) -> result<void> {
            for (const model::Run& run : rest->under_way)
                if (auto gone = spool::remove_run(env.spool_dir, run.id); !gone) return gone;
            return store::set_erased(db, *members);
        };
        if (auto ended = co_await env.store->run(end); !ended) co_return ended;
    }
    auto emptied = co_await try_to_empty_log(env);
    co_return emptied ? result<void>{} : emptied.error();
}

awaitable<result<bool>> try_to_empty_log(Environment& env) {
    const auto empty = [](store::Database& db, const vault::Vault&) -> result<bool> {
        auto must = store::must_empty_log(db);
        if (!must || !*must) return must ? result<bool>(true) : must;
        auto done = store::finish_by_emptying_log(db);
        if (!done && done.error().code != Errc::store_busy) return done.error();
        return done.has_value();
    };
    co_return co_await env.store->run(empty);
}

awaitable<void> keep_log_emptied(Environment& env) {
    constexpr std::chrono::seconds pause{10};
    for (;;) {
        if (auto slept = co_await env.time->sleep_for(pause); !slept) co_return;
        auto emptied = co_await try_to_empty_log(env);
        if (!emptied && emptied.error().code == Errc::cancelled) co_return;
        if (!emptied) env.log->write(log::store_trouble(emptied.error()));
    }
}

}  // namespace audienced::run
