#include "store/permission.hpp"

#include "store/definitions.hpp"
#include "store/query.hpp"

namespace audienced::store {
namespace {

struct ExportState {
    std::string connection;
    bool enabled = false;
    std::int64_t revision = 0;
};

/// Without segments and fields: this is asked before each batch.
result<ExportState> state_of_export(Database& db, const std::string& name) {
    auto& query = db.prepare("SELECT connection, enabled, revision FROM exports WHERE name = ?1");
    query.bind(1, name);
    ExportState out;
    auto found = first_row(query, [&](const Statement& s) {
        out.connection = s.text(0);
        out.enabled = s.integer(1) != 0;
        out.revision = s.integer(2);
    });
    if (!found) return found.error();
    if (!*found)
        return make_error(Errc::wrong_state, "the export " + name + " was removed",
                          "if it is still wanted: audiencectl export add " + name);
    return out;
}

/// `why` may be the words of the provider.
Error unusable(std::string message, std::string hint) {
    Error error = make_error(Errc::wrong_state, std::move(message), std::move(hint));
    error.quotes = Quotes::connection;
    return error;
}

Error edited(const std::string& what) {
    return make_error(Errc::plan_expired, what + " was changed after the plan was made",
                      "it is planned anew");
}

result<void> check_consent(const model::Connection& c) {
    if (!c.consent)
        return make_error(Errc::wrong_state,
                          "connection " + c.name + " has no consent to data leaving this machine",
                          "an administrator gives it: audiencectl connection consent " + c.name + " --give");
    if (!c.has_consent())
        return make_error(Errc::wrong_state,
                          "the consent of connection " + c.name + " was given to version " +
                              std::to_string(c.consent->text_version) + " of its text; version " +
                              std::to_string(model::consent_text_version) + " holds now",
                          "read it: audiencectl connection consent " + c.name +
                              "; then an administrator gives it: audiencectl connection consent " + c.name +
                              " --give");
    if (c.state == model::ConnectionState::stopped)
        return unusable(
            "connection " + c.name + " stopped itself: " + c.state_reason,
            "look at this contact there, then audiencectl connection consent " + c.name + " --give");
    return {};
}

result<void> check_sign_in(const model::Connection& c) {
    if (c.state != model::ConnectionState::needs_sign_in) return {};
    const std::string why = c.state_reason.empty() ? "" : ": " + c.state_reason;
    if (c.auth == model::AuthKind::oauth)
        return unusable("connection " + c.name + " needs a new sign-in" + why,
                        "sign in: audiencectl connection authenticate " + c.name);
    return unusable("connection " + c.name + " needs a working API key" + why,
                    "give it a working key: audiencectl connection edit " + c.name +
                        " --api-key-file FILE; if the same key works again: audiencectl connection test " +
                        c.name);
}

result<void> check(Database& db, const Permission& p, bool sign_in_matters) {
    auto state = state_of_export(db, p.export_name);
    if (!state) return state.error();
    if (state->connection.empty())
        return make_error(Errc::wrong_state,
                          "the export " + p.export_name + " is detached: it has no connection",
                          "audiencectl export attach " + p.export_name + " --connection NAME");
    if (!state->enabled && !p.even_disabled)
        return make_error(Errc::wrong_state, "the export " + p.export_name + " is disabled",
                          "audiencectl export enable " + p.export_name);
    auto connection = get_connection(db, state->connection);
    if (!connection) return connection.error();
    if (auto allowed = check_consent(*connection); !allowed) return allowed;
    if (sign_in_matters)
        if (auto allowed = check_sign_in(*connection); !allowed) return allowed;
    if (state->revision != p.export_revision || state->connection != p.connection)
        return edited("the export " + p.export_name);
    if (connection->revision != p.connection_revision) return edited("the connection " + p.connection);
    return {};
}

}  // namespace

result<void> may_run(const model::Connection& c) {
    if (auto allowed = check_consent(c); !allowed) return allowed;
    return check_sign_in(c);
}

result<void> check_permission(Database& db, const Permission& p) {
    return check(db, p, true);
}

result<void> check_plan(Database& db, const Permission& p) {
    return check(db, p, false);
}

}  // namespace audienced::store
