#include "control/handlers/connection_draft.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/reply.hpp"
#include "control/json.hpp"
#include "run/sign_in/record.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

result<const provider::Kind*> kind_of(const std::string& name) {
    if (const auto* kind = provider::find_kind(name)) return kind;
    return make_error(Errc::usage, "there is no provider called " + name,
                      "the providers are " + provider::provider_names());
}

void read_common(Fields& fields, Draft& draft) {
    auto& c = draft.connection;
    c.title = fields.text_or("title", c.title);
    c.allow_users = fields.texts_or("allow_users", c.allow_users);
    c.allow_groups = fields.texts_or("allow_groups", c.allow_groups);
    const auto replace = [&](const char* key, std::string& value) {
        auto given = fields.text_or(key, value);
        if (given == value) return;
        value = std::move(given);
        draft.sign_in_changed = true;
    };
    replace("api_base", c.api_base);
    replace("login_base", c.login_base);
    replace("ca_file", c.ca_file);
    replace("client_id", c.client_id);
    if (auto secret = fields.secret_or_none("client_secret", SecretShape::phrase); !secret.empty()) {
        draft.credentials.client_secret = Secret(std::move(secret));
        draft.new_client_secret = true;
        draft.sign_in_changed = true;
    }
}

result<void> check_draft(Draft& draft) {
    auto& c = draft.connection;
    if (auto good = check_title(c.title); !good) return good;
    for (auto* names : {&c.allow_users, &c.allow_groups})
        for (const auto& name : *names)
            if (name.empty() || name.size() > 256)
                return make_error(Errc::usage, "a user or group name is empty");
    const auto check = [](const char* option, std::string& base) -> result<void> {
        if (base.empty()) return {};
        auto checked = checked_base(option, base);
        if (!checked) return checked.error();
        base = std::move(*checked);
        return {};
    };
    if (auto good = check("--api-base", c.api_base); !good) return good;
    if (auto good = check("--login-base", c.login_base); !good) return good;
    if (!c.ca_file.empty() && c.ca_file.front() != '/')
        return make_error(Errc::usage,
                          "--ca-file must be an absolute path: the daemon has another working directory");
    return {};
}

result<void> read_edit(Fields& fields, Draft& draft) {
    const model::Connection before = draft.connection;
    auto key = fields.secret_or_none("api_key", SecretShape::word);
    const bool base_given = fields.has("api_base");
    read_common(fields, draft);
    const bool oauth = before.auth == model::AuthKind::oauth;
    if (oauth && !key.empty()) fields.refuse("this connection signs in with OAuth and takes no API key");
    if (!oauth && !draft.connection.client_id.empty())
        fields.refuse("this connection has an API key and takes no --client-id");
    if (auto good = fields.finish(); !good) return good;
    if (auto good = check_draft(draft); !good) return good;
    if (!key.empty()) {
        // The base followed from the old key unless one was named.
        const bool followed = !base_given && base_follows(before, draft.credentials);
        if (auto taken = take_key(draft, std::move(key), followed); !taken) return taken;
    }
    draft.other_client = draft.connection.client_id != before.client_id;
    if (oauth && draft.other_client) needs_sign_in(draft.connection);
    return {};
}

bool base_follows(const model::Connection& connection, const model::Credentials& credentials) {
    const provider::Kind* kind = provider::find_kind(connection.provider);
    if (!kind || connection.api_base.empty()) return true;
    if (connection.auth == model::AuthKind::oauth) return kind->learn_api_base.request != nullptr;
    const auto base = kind->default_api_base(credentials.api_key.reveal());
    return base && *base == connection.api_base;
}

result<void> store_edit(store::Database& db, const vault::Vault& vault, const model::Connection& before,
                        Draft& draft) {
    const std::string& name = before.name;
    if (auto same = run::check_same_account(db, before, draft.connection); !same) return same;
    const bool new_credentials = draft.new_key || draft.new_client_secret || draft.other_client;
    auto kept = store::edit_connection(db, before, draft.connection, new_credentials);
    if (!kept) return kept.error();
    draft.concerns_plans = *kept;
    auto current = store::get_connection(db, name);
    if (!current) return current.error();
    draft.connection = std::move(*current);
    if (!new_credentials) return {};
    auto credentials = store::get_credentials(db, vault, name);
    if (!credentials) return credentials.error();
    if (draft.new_key) credentials->api_key = draft.credentials.api_key;
    if (draft.new_client_secret) credentials->client_secret = draft.credentials.client_secret;
    if (draft.other_client) credentials->access_token = credentials->refresh_token = Secret();
    return store::put_credentials(db, vault, name, *credentials);
}

namespace {
std::vector<std::string> added(const std::vector<std::string>& before,
                               const std::vector<std::string>& after) {
    std::vector<std::string> out;
    for (const auto& name : after)
        if (std::find(before.begin(), before.end(), name) == before.end()) out.push_back(name);
    return out;
}
}  // namespace

awaitable<result<void>> check_allowed(Context& context, const model::Connection& before,
                                      const model::Connection& after) {
    auto users = added(before.allow_users, after.allow_users);
    auto groups = added(before.allow_groups, after.allow_groups);
    if (users.empty() && groups.empty()) co_return result<void>();
    const auto unknown = co_await context.live->unknown_names(std::move(users), std::move(groups));
    if (unknown.empty()) co_return result<void>();
    std::string names;
    for (const auto& one : unknown) names += (names.empty() ? "" : ", ") + one;
    co_return make_error(Errc::not_found, "this machine does not know the " + names,
                         "getent passwd and getent group list those that it knows");
}

result<void> take_key(Draft& draft, std::string key, bool base_follows) {
    auto kind = kind_of(draft.connection.provider);
    if (!kind) return kind.error();
    if (!find_secret((*kind)->connection, provider::api_key_option.secret))
        return make_error(Errc::usage, std::string((*kind)->title) + " has no API keys",
                          "sign in with --client-id");
    auto base = (*kind)->default_api_base(key);
    if (base_follows) {
        if (!base) return base.error();
        draft.connection.api_base = std::move(*base);
    }
    draft.credentials.api_key = Secret(std::move(key));
    draft.new_key = true;
    draft.sign_in_changed = true;
    return {};
}

awaitable<result<provider::Account>> prove(Context& context, Draft& draft) {
    auto connection = draft.connection;
    auto credentials = draft.credentials;
    auto account = co_await context.live->check_connection(std::move(connection), std::move(credentials));
    if (!account) co_return account;
    draft.connection.account_id = account->id;
    if (draft.connection.state == model::ConnectionState::needs_sign_in) {
        draft.connection.state = model::ConnectionState::ready;
        draft.connection.state_reason.clear();
    }
    co_return account;
}

json with_account(const model::Connection& connection, const std::optional<provider::Account>& account) {
    json out = json_of(connection);
    if (account) out["account_name"] = account->name;
    if (account) out["account_role"] = account->role;
    return out;
}

void tell_if_ready(Context& context, const model::Connection& before, const model::Connection& after) {
    using State = model::ConnectionState;
    if (before.state == State::ready || after.state != State::ready) return;
    context.live->connection_ready(after.name, after.provider);
}

void needs_sign_in(model::Connection& connection) {
    connection.state = model::ConnectionState::needs_sign_in;
    connection.state_reason = "not signed in yet";
}

result<Draft> read_new(Fields& fields, const std::string& user, SysTime now) {
    Draft draft;
    auto& c = draft.connection;
    c.name = fields.name("name");
    c.provider = fields.text("provider");
    c.title = c.name;
    c.created_at = now;
    const bool agreed = fields.flag_or("consent", false);
    auto key = fields.secret_or_none("api_key", SecretShape::word);
    read_common(fields, draft);
    if (key.empty() == c.client_id.empty()) {
        const provider::Kind* const known = provider::find_kind(c.provider);
        const bool has_keys = !known || find_option(known->connection, provider::api_key_option.name);
        fields.refuse(has_keys ? "a connection takes one of --api-key-file and --client-id"
                               : "a connection to " + std::string(known->title) +
                                     " takes --client-id, and no --api-key-file: it has no API keys");
    }
    if (auto good = fields.finish(); !good) return good.error();
    if (auto good = check_draft(draft); !good) return good.error();
    auto kind = kind_of(c.provider);
    if (!kind) return kind.error();
    if (!agreed)
        return make_error(
            Errc::wrong_state, "a connection needs consent: customers' addresses will leave this machine",
            "a person with that authority reads the text (audiencectl connection consent) and confirms it "
            "with --consent");
    model::Consent consent;
    consent.by = user;
    consent.at = now;
    c.consent = std::move(consent);
    if (!key.empty()) {
        if (auto taken = take_key(draft, std::move(key), c.api_base.empty()); !taken) return taken.error();
    } else {
        if (!find_option((*kind)->connection, provider::client_id_option.name))
            return make_error(Errc::usage, std::string((*kind)->title) + " has no OAuth",
                              "give the account's key with --api-key-file");
        c.auth = model::AuthKind::oauth;
        needs_sign_in(c);
    }
    return draft;
}

}  // namespace audienced::control
