// The instance's own refresh, as far as its segments rest on it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace audienced::source::customer_insights {

/// What is asked of the last refresh before a segment is read.
enum class RefreshCheck {
    off,         // nothing
    over,        // none may be under way: profiles are written while segments are evaluated
    successful,  // and the last one must not have failed in what segments rest on
};

/// One job of the workflow "main": all of it, or a part that a user started alone.
struct RefreshJob {
    struct Task {
        std::string operation, status;
    };
    std::string id, operation, status, submitted;
    std::vector<Task> tasks;
};

/// The newest job on which segments rest (no export, search index, measures ... alone); nothing if there is
/// none. Errors: not_ready (no list of jobs).
result<std::optional<RefreshJob>> parse_last_job(std::string_view body);

/// Errors: not_ready, with what it waits for or what failed.
result<void> check_refresh(const RefreshJob&, RefreshCheck);

}  // namespace audienced::source::customer_insights
