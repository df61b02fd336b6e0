// Which role may do what: one table. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/peer.hpp"
#include "model/connection.hpp"

namespace audienced::control {

/// Each may what those before it may.
enum class Role { none, viewer, contributor, administrator };
const char* to_string(Role) noexcept;

/// Names of Unix groups, from the configuration.
struct RoleGroups {
    std::vector<std::string> administrators, contributors, viewers;
};

/// root and the daemon's own user are administrators, whatever their groups.
Role role_of(const Peer&, const RoleGroups&, uid_t own_uid) noexcept;

/// The peer of a request and its role.
struct Caller {
    Peer peer;
    Role role = Role::none;
    const RoleGroups* roles = nullptr;  // so that a refusal can name the groups; null: they are not known
};

/// What a request wants to do.
enum class Action {
    see_status,
    see_sources,
    change_sources,    // add, test, remove
    see_segments,      // those of sight.hpp, without what they read
    preview_segments,  // rows of customers, masked
    change_segments,
    see_connections,     // those that the caller may use; others than administrators: as sight.hpp says
    change_connections,  // add, test, edit, consent, sign in, remove
    see_consent,         // the text, and who accepted it
    see_exports,
    change_exports,     // on a connection that the caller may use
    preview_exports,    // test, preview; on a connection that the caller may use
    ask_about_members,  // explain, verify; on a connection that the caller may use
    run_exports,        // run, approve, cancel, retry; on a connection that the caller may use
    see_runs,
    see_rejects,
    refresh,  // every export of the schedule at once
    see_schedule,
    change_schedule,
    see_audit,
    see_definitions,  // all at once
    apply_definitions,
    use_doctor,
    backup,
    forget,
    change_keys,
    test_hooks,
};

/// May this role do it at all? For change_exports and run_exports may_use() decides then, connection by
/// connection.
bool may(Role, Action) noexcept;
/// Administrators may use every connection; contributors those that name them or one of their groups.
bool may_use(const Caller&, const model::Connection&) noexcept;

/// Of a contributor: whether the thing is there is not told. `kind`: export, segment, run.
Error not_yours(const Caller&, std::string_view kind, std::string_view name);

/// The refusals, in words that do not tell whether the thing exists. They name the Unix group that is
/// missing, the command that gives it, and the groups in which the daemon sees the caller.
Error not_permitted(const Caller&, Action);
Error not_allowed_on(const Caller&, std::string_view connection);

}  // namespace audienced::control
