#include "run/sign_in/connection_key.hpp"

#include "log/events.hpp"
#include "store/audit.hpp"
#include "store/definitions.hpp"

namespace audienced::run {

awaitable<void> ConnectionKey::gave_up(Error why) {
    std::string provider;
    const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<bool> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        auto stored = store::get_connection(db, name_);
        if (!stored) return stored.error();
        auto credentials = store::get_credentials(db, vault, name_);
        if (!credentials) return credentials.error();
        if (stored->api_base != api_base_ || credentials->api_key.reveal() != key_.reveal()) return false;
        auto changed = store::set_needs_sign_in(db, name_, why.message);
        if (!changed || !*changed) return changed;
        auto noted = store::add_own_audit(
            db, vault, clock_.now(), "connection needs a new key", name_, "{\"state\":\"ready\"}",
            store::audit_json({{"state", "needs_sign_in"}, {"reason", why.message}}));
        if (!noted) return noted.error();
        if (auto done = transaction->commit(); !done) return done.error();
        provider = stored->provider;
        return true;
    };
    const auto changed = co_await store_.run(write);
    // A connection that is not stored yet, or not any more, has no state.
    if (!changed && changed.error().code != Errc::not_found) log_.write(log::store_trouble(changed.error()));
    if (changed && *changed)
        log_.write(log::needs_sign_in(name_, provider, why.message, model::AuthKind::api_key));
}

}  // namespace audienced::run
