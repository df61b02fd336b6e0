// Sources, segments, connections, exports: what people define. Every name is checked here once more.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/connection.hpp"
#include "model/export.hpp"
#include "model/ids.hpp"
#include "model/source.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

// Errors of all: not_found (no such name), wrong_state (exists already; in use, with the names of the users),
// store_*.

result<void> add_source(Database&, const vault::Vault&, const model::Source&,
                        const std::vector<std::pair<std::string, Secret>>& secrets);
/// Settings as given; of the secrets those that are named, an empty one is taken away. The kind stays.
result<void> update_source(Database&, const vault::Vault&, const model::Source&,
                           const std::vector<std::pair<std::string, Secret>>& secrets);
result<model::Source> get_source(Database&, std::string_view name);
result<std::vector<model::Source>> list_sources(Database&);
result<void> remove_source(Database&, std::string_view name);
result<Secret> get_source_secret(Database&, const vault::Vault&, std::string_view source,
                                 std::string_view name);  // empty if absent

result<void> add_segment(Database&, const model::Segment&);
result<model::Segment> get_segment(Database&, std::string_view name);
result<std::vector<model::Segment>> list_segments(Database&);
/// By name: source, kind, what and title. Raises the revision of every export that uses it.
result<void> update_segment(Database&, const model::Segment&);
/// By name.
result<std::vector<model::Export>> exports_of_segment(Database&, std::string_view segment);
result<void> remove_segment(Database&, std::string_view name);

result<void> add_connection(Database&, const vault::Vault&, const model::Connection&,
                            const model::Credentials&);
result<model::Connection> get_connection(Database&, std::string_view name);
result<std::vector<model::Connection>> list_connections(Database&);
/// wrong_state while exports use it, unless `detach`: they keep everything but their connection.
result<void> remove_connection(Database&, std::string_view name, bool detach);
result<model::Credentials> get_credentials(Database&, const vault::Vault&, std::string_view connection);
/// Durable when it returns: a rotated refresh token is on disk before it is used.
result<void> put_credentials(Database&, const vault::Vault&, std::string_view connection,
                             const model::Credentials&);

// Changes of a connection, one for each thing that can happen to it: none writes what another may have
// changed since the caller read the row. "Raises": the revision, which makes plans expire.

/// What a person edits: `after` as against `before`, as which it was read. State and account are written
/// where the edit changes them. Raises and gives true where plans depend on what changed: not for the title
/// and for who may use it. Errors: wrong_state (the connection was changed since `before`).
result<bool> edit_connection(Database&, const model::Connection& before, const model::Connection& after,
                             bool new_credentials = false);
/// Learned at the first check; an account that is known stays.
result<void> set_account_id(Database&, std::string_view connection, std::string_view id);
/// It is signed in, or its key works: this is the account. A stopped connection stays stopped. Raises where
/// the account is another one than before.
result<void> set_signed_in(Database&, std::string_view connection, std::string_view account_id);
/// As a sign-in found it. Raises where it is another one.
result<void> set_api_base(Database&, std::string_view connection, std::string_view api_base);
/// true: it was ready before.
result<bool> set_needs_sign_in(Database&, std::string_view connection, std::string_view reason);
/// Raises. No error if the connection is gone: the batch of the alarm must be settled all the same.
result<void> stop_connection(Database&, std::string_view connection, std::string_view reason);
/// A connection that stopped itself waits for a person's decision; this is that decision. Raises, unless
/// there was consent and it was not stopped.
result<void> give_consent(Database&, std::string_view connection, const model::Consent&);
/// Raises, if there was consent.
result<void> withdraw_consent(Database&, std::string_view connection);

result<void> add_export(Database&, const model::Export&);
result<void> update_export(Database&, const model::Export&);  // by name; raises its revision
result<model::Export> get_export(Database&, std::string_view name);
result<std::vector<model::Export>> list_exports(Database&);  // by name: the stable order of a refresh
result<void> remove_export(
    Database&, std::string_view name);  // wrong_state while a run of it is not final, or held and approved
result<model::ExportId> export_id(Database&, std::string_view name);

}  // namespace audienced::store
