// Narrow updates of a connection's row.
#include "store/definitions.hpp"
#include "store/json_text.hpp"
#include "store/naming.hpp"
#include "store/query.hpp"

namespace audienced::store {
namespace {

/// not_found where the update met no row because there is none.
result<void> or_not_found(Database& db, std::string_view name, result<void> done) {
    if (done && db.changes() == 0) return must_exist(db, "connections", "connection", name);
    return done;
}

Error changed_meanwhile(const std::string& name) {
    return make_error(Errc::wrong_state,
                      "the connection " + name + " was changed while this edit was checked",
                      "look at it (audiencectl connection show " + name + "), then edit it again");
}

/// Title and users are in no plan.
bool concerns_plans(const model::Connection& before, const model::Connection& after) {
    return before.api_base != after.api_base || before.login_base != after.login_base ||
           before.ca_file != after.ca_file || before.client_id != after.client_id ||
           before.account_id != after.account_id || before.state != after.state;
}

}  // namespace

result<bool> edit_connection(Database& db, const model::Connection& before, const model::Connection& after,
                             bool new_credentials) {
    const bool concerned = new_credentials || concerns_plans(before, after);
    auto& update = db.prepare(
        "UPDATE connections SET title = ?3, allow_users = ?4, allow_groups = ?5, api_base = ?6, "
        "login_base = ?7, ca_file = ?8, client_id = ?9, "
        "account_id = CASE WHEN ?10 THEN ?11 ELSE account_id END, "
        "state = CASE WHEN ?12 THEN ?13 ELSE state END, "
        "state_reason = CASE WHEN ?12 THEN ?14 ELSE state_reason END, revision = revision + ?15 "
        "WHERE name = ?1 AND revision = ?2 AND title = ?16 AND allow_users = ?17 AND allow_groups = ?18");
    update.bind(1, before.name).bind(2, before.revision).bind(3, after.title);
    update.bind(4, print_list(after.allow_users)).bind(5, print_list(after.allow_groups));
    update.bind(6, after.api_base).bind(7, after.login_base).bind(8, after.ca_file).bind(9, after.client_id);
    update.bind(10, std::int64_t{after.account_id != before.account_id}).bind(11, after.account_id);
    update.bind(12, std::int64_t{after.state != before.state})
        .bind(13, std::string_view(model::to_string(after.state)))
        .bind(14, after.state_reason)
        .bind(15, std::int64_t{concerned});
    update.bind(16, before.title).bind(17, print_list(before.allow_users));
    update.bind(18, print_list(before.allow_groups));
    if (auto done = update.run(); !done) return done.error();
    if (db.changes() > 0) return concerned;
    if (auto there = must_exist(db, "connections", "connection", before.name); !there) return there.error();
    return changed_meanwhile(before.name);
}

result<void> set_account_id(Database& db, std::string_view name, std::string_view id) {
    auto& update = db.prepare("UPDATE connections SET account_id = ?2 WHERE name = ?1 AND account_id = ''");
    return or_not_found(db, name, update.bind(1, name).bind(2, id).run());
}

result<void> set_signed_in(Database& db, std::string_view name, std::string_view account_id) {
    auto& update = db.prepare(
        "UPDATE connections SET revision = revision + (account_id NOT IN ('', ?2)), account_id = ?2, "
        "state = CASE state WHEN 'needs_sign_in' THEN 'ready' ELSE state END, "
        "state_reason = CASE state WHEN 'needs_sign_in' THEN '' ELSE state_reason END WHERE name = ?1");
    return or_not_found(db, name, update.bind(1, name).bind(2, account_id).run());
}

result<void> set_api_base(Database& db, std::string_view name, std::string_view api_base) {
    auto& update = db.prepare(
        "UPDATE connections SET revision = revision + (api_base <> ?2), api_base = ?2 WHERE name = ?1");
    return or_not_found(db, name, update.bind(1, name).bind(2, api_base).run());
}

result<bool> set_needs_sign_in(Database& db, std::string_view name, std::string_view reason) {
    auto& update = db.prepare(
        "UPDATE connections SET state = 'needs_sign_in', state_reason = ?2 WHERE name = ?1 AND state = "
        "'ready'");
    auto done = update.bind(1, name).bind(2, reason).run();
    if (!done) return done.error();
    if (db.changes() > 0) return true;
    if (auto there = must_exist(db, "connections", "connection", name); !there) return there.error();
    return false;
}

result<void> stop_connection(Database& db, std::string_view name, std::string_view reason) {
    auto& update = db.prepare(
        "UPDATE connections SET state = 'stopped', state_reason = ?2, revision = revision + 1 WHERE name = "
        "?1");
    return update.bind(1, name).bind(2, reason).run();
}

result<void> give_consent(Database& db, std::string_view name, const model::Consent& consent) {
    auto& update = db.prepare(
        "UPDATE connections SET revision = revision + (consent_by IS NULL OR state = 'stopped'), "
        "consent_by = ?2, consent_at = ?3, consent_text = ?4, "
        "state = CASE state WHEN 'stopped' THEN 'ready' ELSE state END, "
        "state_reason = CASE state WHEN 'stopped' THEN '' ELSE state_reason END WHERE name = ?1");
    update.bind(1, name).bind(2, consent.by).bind(3, to_unix(consent.at));
    update.bind(4, std::int64_t{consent.text_version});
    return or_not_found(db, name, update.run());
}

result<void> withdraw_consent(Database& db, std::string_view name) {
    auto& update = db.prepare(
        "UPDATE connections SET revision = revision + (consent_by IS NOT NULL), consent_by = NULL, "
        "consent_at = NULL, consent_text = NULL WHERE name = ?1");
    return or_not_found(db, name, update.bind(1, name).run());
}

}  // namespace audienced::store
