// A change and its audit row, in one transaction: both or neither.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "control/json.hpp"
#include "control/router.hpp"
#include "store/audit.hpp"

namespace audienced::control {

/// f(Database&, const Vault&, AuditRow&) -> result<T>, on the store's thread; it fills the row's before and
/// after. Name f on the line above the co_await.
template <class F>
using ChangeResult = std::invoke_result_t<F&, store::Database&, const vault::Vault&, store::AuditRow&>;

template <class F>
awaitable<ChangeResult<F>> change(Context& context, Caller caller, std::string action, std::string object,
                                  F f) {
    store::AuditRow row;
    row.at = context.time->now();
    row.uid = caller.peer.uid;
    row.user = std::move(caller.peer.user);
    row.action = std::move(action);
    row.object = std::move(object);
    auto work = [&](store::Database& db, const vault::Vault& vault) -> ChangeResult<F> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        auto outcome = f(db, vault, row);
        if (!outcome) return outcome;
        // The audit is never changed, and a query may name an address.
        row.before = mask_addresses(row.before);
        row.after = mask_addresses(row.after);
        if (auto noted = store::add_audit(db, vault, row); !noted) return noted.error();
        if (auto kept = transaction->commit(); !kept) return kept.error();
        return outcome;
    };
    co_return co_await context.store->run(std::move(work));
}

/// f(Database&, const Vault&) -> result<T>; reads only.
template <class F>
auto look_up(Context& context, F f)
    -> awaitable<std::invoke_result_t<F&, store::Database&, const vault::Vault&>> {
    co_return co_await context.store->run(std::move(f));
}

}  // namespace audienced::control
