#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "model/consent.hpp"

namespace audienced::model {

/// How a connection signs in, and whether it still can.
enum class AuthKind { api_key, oauth };
enum class ConnectionState {
    ready,
    needs_sign_in,  // never signed in, or the provider says that the grant is gone or the key is dead
    stopped,  // stopped itself: an answer showed an opted-out contact as subscribed; a person must check
};

struct Connection {
    std::string name;      // NAME
    std::string title;     // what people read
    std::string provider;  // "mailchimp", "constant-contact"
    AuthKind auth = AuthKind::api_key;
    ConnectionState state = ConnectionState::ready;
    std::string state_reason;        // why not ready, one sentence; empty when ready
    std::optional<Consent> consent;  // none: withdrawn; nothing may run
    bool has_consent() const noexcept { return consent && consent->is_current(); }
    std::vector<std::string> allow_users, allow_groups;
    std::string api_base;    // https://...; empty: the provider's own
    std::string login_base;  // the same for OAuth
    std::string ca_file;     // adds a CA; empty: system store only
    std::string client_id;   // OAuth
    std::string account_id;  // learned at the first check: who shares limits, tags and lists
    SysTime created_at;
    std::int64_t revision = 1;  // raised by the store with every change that bears on what is sent
};

/// Sealed in the vault; never part of Connection, so that code which prints a Connection cannot leak it.
struct Credentials {
    Secret api_key;
    Secret client_secret;
    Secret access_token;
    Secret refresh_token;
    std::optional<SysTime> access_expires_at;
    std::optional<SysTime>
        refreshed_at;  // a refresh token dies after 180 days without use at Constant Contact
};

const char* to_string(ConnectionState) noexcept;
const char* to_string(AuthKind) noexcept;

}  // namespace audienced::model
