// The plan of an export and some of its rows, as a run would make it now. Sends nothing, stores nothing.
#pragma once

#include <map>
#include <utility>

#include "plan/guards.hpp"
#include "run/context.hpp"

namespace audienced::inspect {

struct PreviewRow {
    std::string change;   // "add", "update", "remove"
    std::string address;  // clear: whoever shows it masks it
    std::vector<std::pair<std::string, std::string>> values;
    std::vector<std::string> groups;
};

struct Preview {
    model::Counts counts;
    std::uint64_t ledger = 0;
    plan::GuardVerdict verdict;
    std::vector<PreviewRow> rows;
};

awaitable<result<Preview>> preview_export(run::Environment& env, model::Export definition, std::size_t limit);

}  // namespace audienced::inspect
