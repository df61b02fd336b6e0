#include "store/definitions.hpp"
#include "store/json_text.hpp"
#include "store/naming.hpp"
#include "store/query.hpp"
#include "store/secrets.hpp"

namespace audienced::store {
namespace {

constexpr const char* select_connections =
    "SELECT name, title, provider, auth, state, state_reason, consent_by, consent_at, consent_text, "
    "allow_users, "
    "allow_groups, api_base, login_base, ca_file, client_id, account_id, created_at, revision FROM "
    "connections ";

model::Connection connection_of(const Statement& s) {
    model::Connection c;
    c.name = s.text(0);
    c.title = s.text(1);
    c.provider = s.text(2);
    c.auth = s.blob_view(3) == "oauth" ? model::AuthKind::oauth : model::AuthKind::api_key;
    using State = model::ConnectionState;
    c.state = State::stopped;  // the safe reading
    for (State state : {State::ready, State::needs_sign_in, State::stopped})
        if (s.blob_view(4) == model::to_string(state)) c.state = state;
    c.state_reason = s.text(5);
    if (!s.is_null(6))
        c.consent = model::Consent{s.text(6), from_unix(s.integer(7)), static_cast<int>(s.integer(8))};
    c.allow_users = parse_list(s.blob_view(9));
    c.allow_groups = parse_list(s.blob_view(10));
    c.api_base = s.text(11);
    c.login_base = s.text(12);
    c.ca_file = s.text(13);
    c.client_id = s.text(14);
    c.account_id = s.text(15);
    c.created_at = from_unix(s.integer(16));
    c.revision = s.integer(17);
    return c;
}

/// ?1 name ... ?17 created_at
void bind_connection(Statement& s, const model::Connection& c) {
    s.bind(1, c.name)
        .bind(2, c.title)
        .bind(3, c.provider)
        .bind(4, std::string_view(model::to_string(c.auth)));
    s.bind(5, std::string_view(model::to_string(c.state))).bind(6, c.state_reason);
    if (c.consent)
        s.bind(7, c.consent->by)
            .bind(8, to_unix(c.consent->at))
            .bind(9, std::int64_t{c.consent->text_version});
    else
        s.bind_null(7).bind_null(8).bind_null(9);
    s.bind(10, print_list(c.allow_users)).bind(11, print_list(c.allow_groups));
    s.bind(12, c.api_base)
        .bind(13, c.login_base)
        .bind(14, c.ca_file)
        .bind(15, c.client_id)
        .bind(16, c.account_id);
}

}  // namespace

result<void> add_connection(Database& db, const vault::Vault& vault, const model::Connection& connection,
                            const model::Credentials& credentials) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto fine = must_not_exist(db, "connections", "connection", connection.name); !fine) return fine;
    auto& insert = db.prepare(
        "INSERT INTO connections(name, title, provider, auth, state, state_reason, consent_by, consent_at, "
        "consent_text, "
        "allow_users, allow_groups, api_base, login_base, ca_file, client_id, account_id, created_at) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)");
    bind_connection(insert, connection);
    insert.bind(17, to_unix(connection.created_at));
    if (auto done = insert.run(); !done) return done;
    if (auto done = put_credentials(db, vault, connection.name, credentials); !done) return done;
    return transaction->commit();
}

result<model::Connection> get_connection(Database& db, std::string_view name) {
    if (auto there = must_exist(db, "connections", "connection", name); !there) return there.error();
    static const std::string sql = std::string(select_connections) + "WHERE name = ?1";
    auto& query = db.prepare(sql);
    query.bind(1, name);
    model::Connection connection;
    auto read = first_row(query, [&](const Statement& s) { connection = connection_of(s); });
    if (!read) return read.error();
    return connection;
}

result<std::vector<model::Connection>> list_connections(Database& db) {
    static const std::string sql = std::string(select_connections) + "ORDER BY name";
    std::vector<model::Connection> all;
    auto read = each_row(db.prepare(sql), [&](const Statement& s) { all.push_back(connection_of(s)); });
    if (!read) return read.error();
    return all;
}

result<void> remove_connection(Database& db, std::string_view name, bool detach) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto there = must_exist(db, "connections", "connection", name); !there) return there;
    auto& users = db.prepare("SELECT name FROM exports WHERE connection = ?1 ORDER BY name");
    users.bind(1, name);
    auto used_by = names_joined(users);
    if (!used_by) return used_by.error();
    if (!used_by->empty() && !detach)
        return make_error(Errc::wrong_state,
                          "the connection \"" + std::string(name) + "\" is used by the exports " + *used_by,
                          "remove those first, or keep them without a connection with --detach");
    auto done =
        db.prepare("UPDATE exports SET connection = NULL, revision = revision + 1 WHERE connection = ?1")
            .bind(1, name)
            .run();
    if (!done) return done;
    if (done = db.prepare("DELETE FROM connections WHERE name = ?1").bind(1, name).run(); !done) return done;
    if (done = remove_secrets(db, "connection", name); !done) return done;
    return transaction->commit();
}

result<model::Credentials> get_credentials(Database& db, const vault::Vault& vault,
                                           std::string_view connection) {
    if (auto there = must_exist(db, "connections", "connection", connection); !there) return there.error();
    model::Credentials c;
    const std::pair<const char*, Secret*> parts[] = {{"api_key", &c.api_key},
                                                     {"client_secret", &c.client_secret},
                                                     {"access_token", &c.access_token},
                                                     {"refresh_token", &c.refresh_token}};
    for (const auto& [name, part] : parts) {
        auto secret = get_secret(db, vault, "connection", connection, name);
        if (!secret) return secret.error();
        *part = std::move(*secret);
    }
    auto& query = db.prepare("SELECT access_expires_at, refreshed_at FROM connections WHERE name = ?1");
    query.bind(1, connection);
    auto read = first_row(query, [&](const Statement& s) {
        c.access_expires_at = time_or_null(s, 0);
        c.refreshed_at = time_or_null(s, 1);
    });
    if (!read) return read.error();
    return c;
}

result<void> put_credentials(Database& db, const vault::Vault& vault, std::string_view connection,
                             const model::Credentials& c) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto there = must_exist(db, "connections", "connection", connection); !there) return there;
    const std::pair<const char*, const Secret*> parts[] = {{"api_key", &c.api_key},
                                                           {"client_secret", &c.client_secret},
                                                           {"access_token", &c.access_token},
                                                           {"refresh_token", &c.refresh_token}};
    for (const auto& [name, part] : parts)
        if (auto done = put_secret(db, vault, "connection", connection, name, *part); !done) return done;
    auto& update =
        db.prepare("UPDATE connections SET access_expires_at = ?2, refreshed_at = ?3 WHERE name = ?1");
    update.bind(1, connection);
    bind_time(update, 2, c.access_expires_at);
    bind_time(update, 3, c.refreshed_at);
    if (auto done = update.run(); !done) return done;
    return transaction->commit();
}

}  // namespace audienced::store
