// A new master key: everything sealed is sealed again under it. The first step is one short transaction;
// after it the new key opens everything, since the former key lies sealed under it in the database. The rest
// goes on in steps beside the runs, and after a restart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "aio/awaitable.hpp"
#include "model/ids.hpp"
#include "store/audit.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

class Store;

struct Resealed {
    std::uint64_t values = 0;      // sealed under the new key
    std::uint64_t unreadable = 0;  // damaged before: they open under no key, and stay as they are
};

/// What is told of one that has begun and is not at its end.
inline constexpr const char* unfinished_rotation =
    "the master key was changed, and not everything is sealed under the new one yet; nothing is lost: what "
    "is "
    "sealed under the former key opens too. It goes on by itself, each minute and at a start; a full disk "
    "keeps "
    "it from going on";

/// A new key file, and the first step under it; the vault is replaced. `audit` gets the ids of both keys.
/// A kill at any instruction leaves a database that opens. Errors: wrong_state (the key is a credential,
/// which only its giver changes; an earlier change is not finished), store_*, bad_config.
result<Resealed> begin_rotation(Database&, vault::Vault&, const std::string& state_dir, AuditRow audit);
/// The first step alone: hash root and secrets, all or nothing. `fresh` is made by Vault::under(). Without a
/// row of the audit where the caller adds one.
result<Resealed> begin_rotation(Database&, const vault::Vault& old, vault::Vault& fresh,
                                std::optional<AuditRow> audit = {});

/// The values that grow with the members: how far they are.
struct ResealPlace {
    model::DestinationId destination{-1};
    std::string member;
    std::int64_t intent = 0;
    bool contacts_done = false;
};
/// At most so many rows further, in one transaction. true: that was the end, and the former key is gone.
/// Without a former key there is nothing to do. Errors: store_*; what is done stays done.
result<bool> reseal_some(Database&, vault::Vault&, ResealPlace&, std::size_t most, Resealed& so_far);
/// All that is left.
result<Resealed> reseal_rest(Database&, vault::Vault&);

/// The same from a coroutine, in steps between which the store works for others. Errors: wrong_state (it is
/// under way already), store_*, cancelled.
awaitable<result<Resealed>> finish_rotation(Store&);

}  // namespace audienced::store
