// A change and its audit row, in one transaction: both or neither.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "control/router.hpp"
#include "store/audit.hpp"

namespace audienced::control {

/// The row of what this caller does now; action, object, before and after come with the change.
store::AuditRow row_by(const Caller& caller, SysTime at);
/// Within the transaction of the change. Addresses are masked: a query may name one, and the audit is never
/// changed.
result<void> note_change(store::Database& db, const vault::Vault& vault, store::AuditRow row);

/// f(Database&, const Vault&, AuditRow&) -> result<T>, on the store's thread; it fills the row's before and
/// after. Name f on the line above the co_await.
template <class F>
using ChangeResult = std::invoke_result_t<F&, store::Database&, const vault::Vault&, store::AuditRow&>;

template <class F>
awaitable<ChangeResult<F>> change(Context& context, Caller caller, std::string action, std::string object,
                                  F f) {
    store::AuditRow row = row_by(caller, context.time->now());
    row.action = std::move(action);
    row.object = std::move(object);
    auto work = [&](store::Database& db, const vault::Vault& vault) -> ChangeResult<F> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        auto outcome = f(db, vault, row);
        if (!outcome) return outcome;
        if (auto noted = note_change(db, vault, row); !noted) return noted.error();
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
