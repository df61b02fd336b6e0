// A connection that is being added or changed, before it is proved and stored.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "control/fields.hpp"
#include "control/router.hpp"
#include "provider/registry.hpp"

namespace audienced::control {

/// A definition and what it signs in with: together they can be checked and stored.
struct Draft {
    model::Connection connection;
    model::Credentials credentials;
    bool new_key = false, new_client_secret = false;
    bool other_client = false;   // the application that signs in is another one: its tokens are worth nothing
    bool concerns_plans = true;  // set by store_edit(): plans depend on what it changed
    bool sign_in_changed = false;  // what the account was proved with is not the same any more
};

/// Errors: usage, with the providers that there are.
result<const provider::Kind*> kind_of(const std::string& provider);
/// What adding and editing have in common: whatever is in the request replaces what is in the draft.
void read_common(Fields& fields, Draft& draft);
/// Errors: usage (title, names, bases that are not https ...).
result<void> check_draft(Draft& draft);
/// A new connection, with `user` as who consents. Errors: usage; wrong_state (without consent).
result<Draft> read_new(Fields& fields, const std::string& user, SysTime now);
/// What a request changes of `draft`, which is as stored. Errors: usage.
result<void> read_edit(Fields& fields, Draft& draft);
/// The API base is where the key, or the sign-in, says that it is; no person named it. Also where there is
/// none.
bool base_follows(const model::Connection&, const model::Credentials&);
/// On the store's thread, in a transaction: the edit of `before`, and those credentials that are new.
/// `draft.connection` becomes what is stored. Errors: wrong_state (changed meanwhile, another account).
result<void> store_edit(store::Database&, const vault::Vault&, const model::Connection& before, Draft& draft);
/// Those who are newly allowed are users and groups of this machine. Errors: not_found.
awaitable<result<void>> check_allowed(Context& context, const model::Connection& before,
                                      const model::Connection& after);
/// Puts the key and, if the base follows from the key, that base into the draft. Errors: usage.
result<void> take_key(Draft& draft, std::string key, bool base_follows);
/// Asks the provider, learns the account. Errors: those of the live account, auth above all. `draft` outlives
/// the call.
awaitable<result<provider::Account>> prove(Context& context, Draft& draft);
void needs_sign_in(model::Connection& connection);
/// One event when a person has put right what kept the connection from running.
void tell_if_ready(Context& context, const model::Connection& before, const model::Connection& after);
nlohmann::json with_account(const model::Connection&, const std::optional<provider::Account>&);

}  // namespace audienced::control
