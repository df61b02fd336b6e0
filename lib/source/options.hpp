// The options of every kind of source: plain data, apart from the adapters, so that audiencectl reads the
// same table as the daemon's checks without linking a database driver.
#pragma once

#include <string_view>
#include <vector>

#include "model/option.hpp"

namespace audienced::source {

struct OptionTable {
    std::string_view name;   // "csv"
    std::string_view title;  // for people: "CSV"
    model::Option place;     // names the kind on the command line, and must be there: --csv DIR
    model::Options others;   // settings and secrets beside it; anything else is refused
};

/// A setting of every kind.
inline constexpr model::Option ready_wait_option{
    "ready-wait", "MINUTES", "how long a scheduled run waits for data that is not ready (0)"};
/// Of the kinds that run queries.
inline constexpr model::Option ready_query_option{"ready-query", "SQL", "true when the data is complete"};

// Each kind's folder defines its table in options.cpp.
#define AUDIENCED_SOURCE(folder) \
    namespace folder {           \
    OptionTable option_table();  \
    }
#include "source/sources.def"
#undef AUDIENCED_SOURCE

/// In the order of sources.def.
const std::vector<OptionTable>& option_tables();

}  // namespace audienced::source
