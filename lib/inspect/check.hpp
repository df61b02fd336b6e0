// An export against the live account, before a run: what fits, and what does not.
#pragma once

#include "aio/awaitable.hpp"
#include "inspect/scope.hpp"
#include "model/connection.hpp"
#include "model/export.hpp"
#include "provider/types.hpp"
#include "run/drafts.hpp"

namespace audienced::run {
struct Environment;
}

namespace audienced::inspect {

struct CheckedField {
    model::FieldMap mapped;
    std::string wire, label, type;  // as the provider calls it
};

struct Check {
    std::string destination_name;
    std::uint64_t destination_members = 0;
    std::vector<CheckedField> fields;
    std::vector<std::string> created_fields;  // wire names of the fields that were made
    std::vector<std::string> groups;          // titles of the tags or lists that members will be put into
    std::vector<std::string> warnings;        // sentences; nothing that prevents a run
    std::string held;  // why a run would wait for a person, as far as its rows tell; empty: it would not
    /// What prevents a run, most basic first (connection, destination, source, segments, columns, fields).
    /// `export add` is refused with the first of them, and its code becomes the exit code: not_found for a
    /// wrong destination, an unknown column or a missing field; wrong_state for what a person must do first;
    /// usage for a mapping that contradicts itself.
    std::vector<Error> problems;
};

/// Proves access with exactly these credentials, changes nothing. `connection` need not be stored. Errors:
/// auth, network, tls, timeout, refused, bad_answer.
awaitable<result<provider::Account>> check_connection(run::Environment& env, model::Connection connection,
                                                      model::Credentials credentials);

/// The audiences or lists of the account, with their fields. Changes nothing. Errors: as check_connection;
/// wrong_state (no consent, not signed in, stopped).
awaitable<result<std::vector<provider::Destination>>> list_destinations(run::Environment& env,
                                                                        model::Connection connection);

/// The connection and the segments are stored or in `drafts`, the export need not be. Writes nothing, unless
/// `create_fields`: then missing fields are made once nothing else is wrong. An error means that it could not
/// be checked at all (network ...).
awaitable<result<Check>> check_export(run::Environment& env, model::Export definition, bool create_fields,
                                      Scope scope = {}, run::DraftsPtr drafts = nullptr);

}  // namespace audienced::inspect
