#include "run/sign_in/connection_tokens.hpp"

#include "log/events.hpp"
#include "store/audit.hpp"
#include "store/definitions.hpp"
#include "store/restore.hpp"
#include "store/secrets.hpp"

namespace audienced::run {
namespace {

// Beside the tokens, and gone with them: since when the answer to a refresh is missing.
constexpr const char* mark = "refresh_began_at";

result<void> put_mark(store::Database& db, const vault::Vault& vault, std::string_view connection,
                      const std::string& text) {
    return store::put_secret(db, vault, "connection", connection, mark, Secret(text));
}

}  // namespace

result<void> clear_refresh_mark(store::Database& db, const vault::Vault& vault, std::string_view connection) {
    return put_mark(db, vault, connection, {});
}

awaitable<result<provider::oauth::StoredTokens>> ConnectionTokens::load() {
    const std::string name = connection_;
    auto read = [name](store::Database& db,
                       const vault::Vault& vault) -> result<provider::oauth::StoredTokens> {
        auto credentials = store::get_credentials(db, vault, name);
        if (!credentials) return credentials.error();
        auto began = store::get_secret(db, vault, "connection", name, mark);
        if (!began) return began.error();
        provider::oauth::StoredTokens out;
        out.credentials = std::move(*credentials);
        out.unanswered = !began->empty();
        return out;
    };
    co_return co_await store_.run(std::move(read));
}

awaitable<result<void>> ConnectionTokens::begin_refresh() {
    const std::string name = connection_, now = to_iso8601(clock_.now());
    auto write = [name, now](store::Database& db, const vault::Vault& vault) -> result<void> {
        // A connection that was removed meanwhile leaves nothing behind.
        if (auto there = store::get_connection(db, name); !there) return there.error();
        return put_mark(db, vault, name, now);
    };
    co_return co_await store_.run(std::move(write));
}

awaitable<result<void>> ConnectionTokens::end_refresh() {
    const std::string name = connection_;
    auto write = [name](store::Database& db, const vault::Vault& vault) {
        return clear_refresh_mark(db, vault, name);
    };
    co_return co_await store_.run(std::move(write));
}

awaitable<result<bool>> ConnectionTokens::save(model::Credentials fresh, Secret used) {
    const std::string name = connection_;
    auto write = [&](store::Database& db, const vault::Vault& vault) -> result<bool> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        auto present = store::get_credentials(db, vault, name);
        if (!present) return present.error();
        if (present->refresh_token.reveal() != used.reveal()) return false;
        fresh.api_key = present->api_key;
        fresh.client_secret = present->client_secret;  // may have been edited meanwhile
        if (auto done = store::put_credentials(db, vault, name, fresh); !done) return done.error();
        if (auto done = clear_refresh_mark(db, vault, name); !done) return done.error();
        if (auto done = transaction->commit(); !done) return done.error();
        return true;
    };
    co_return co_await store_.run(std::move(write));
}

awaitable<result<void>> ConnectionTokens::sign_in_needed(std::string why) {
    const std::string name = connection_;
    std::string provider;
    auto write = [&](store::Database& db, const vault::Vault& vault) -> result<bool> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        auto connection = store::get_connection(db, name);
        if (!connection) return connection.error();
        provider = connection->provider;
        auto restored = store::tokens_restored_from(db, name);
        if (!restored) return restored.error();
        if (*restored)
            why += "; the state was restored from the backup of " + to_iso8601(**restored) +
                   ", and the token may have been renewed after it";
        auto done = store::set_needs_sign_in(db, name, why);
        if (!done || !*done) return done;
        auto noted = store::add_own_audit(db, vault, clock_.now(), "connection needs a sign-in", name,
                                          "{\"state\":\"ready\"}",
                                          store::audit_json({{"state", "needs_sign_in"}, {"reason", why}}));
        if (!noted) return noted.error();
        if (auto kept = transaction->commit(); !kept) return kept.error();
        return true;
    };
    auto changed = co_await store_.run(std::move(write));
    if (!changed) co_return changed.error();
    if (*changed) log_.write(log::needs_sign_in(name, provider, why));
    co_return result<void>{};
}

}  // namespace audienced::run
