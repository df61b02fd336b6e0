// Scheduled runs that failed and are tried again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// At most one for each export.
struct Retry {
    std::string export_name;
    model::RunId run = 0;  // the run that failed; without `due` the one that tries again
    int attempt = 1;
    std::optional<SysTime> due;
};
result<std::optional<Retry>> get_retry(Database&, std::string_view export_name);
result<void> put_retry(Database&, const Retry&);
result<void> remove_retry(Database&, std::string_view export_name);
/// Due until `now`, and those later than `trusted`: they are of a clock that was set back since. By name.
result<std::vector<Retry>> due_retries(Database&, SysTime now, SysTime trusted);

}  // namespace audienced::store
