// May something be sent? One rule, for the start of a run and before each of its batches.
#pragma once

#include <cstdint>
#include <string>

#include "model/connection.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// What a run may send, and the revisions that it planned with.
struct Permission {
    std::string export_name;
    std::int64_t export_revision = 0;
    std::string connection;
    std::int64_t connection_revision = 0;
    bool even_disabled = false;  // see model::RunOptions
};

/// Errors: wrong_state (no consent, stopped, not signed in), with what to do.
result<void> may_run(const model::Connection&);

/// As it is stored now. Errors: wrong_state (those of may_run(); the export is disabled; the export or its
/// connection was removed, or it is detached), with what to do; plan_expired (a revision is another one: what
/// was planned is not what is stored).
result<void> check_permission(Database&, const Permission&);
/// The same, whether the connection is signed in or not: signing in again changes nothing of a plan.
result<void> check_plan(Database&, const Permission&);

}  // namespace audienced::store
