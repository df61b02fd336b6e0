// The kinds of source. Adding one is a folder lib/source/<kind>/, one line in sources.def, and its tests.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "http/client.hpp"
#include "source/options.hpp"
#include "source/source.hpp"

namespace audienced::source {

/// What an adapter may need from outside. Sources over HTTP run their calls on `io` and wait for them on the
/// worker.
struct Environment {
    const Clock* clock = nullptr;
    http::Client* http = nullptr;
    boost::asio::any_io_executor io;
    const Secrets* secrets = nullptr;
};

/// Its options, and what it does with them.
struct Kind : OptionTable {
    std::vector<model::Segment::Kind> segments;
    /// Looks at the settings alone, touches nothing. Errors: usage.
    result<void> (*validate)(const model::Source&, const model::Segment*);
    std::unique_ptr<Source> (*make)(const model::Source&, const Environment&);
    /// Are the numbers of its rows the lines of a file? Null: never.
    bool (*rows_are_lines)(const model::Source&, const model::Segment&) = nullptr;
};

const std::vector<Kind>& kinds();
const Kind* find_kind(std::string_view name);
/// Errors: usage, with the kinds that there are.
result<std::unique_ptr<Source>> make(const model::Source&, const Environment&);

}  // namespace audienced::source
