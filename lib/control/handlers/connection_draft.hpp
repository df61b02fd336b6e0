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
    bool sign_in_changed = false;  // what the account was proved with is not the same any more
};

/// Errors: usage, with the providers that there are.
result<const provider::Kind*> kind_of(const std::string& provider);
/// What adding and editing have in common: whatever is in the request replaces what is in the draft.
void read_common(Fields& fields, Draft& draft);
/// Errors: usage (title, names, bases that are not https ...).
result<void> check_draft(Draft& draft);
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
