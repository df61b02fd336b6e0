// Which of the open runs may start now. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/ids.hpp"
#include "model/run.hpp"

namespace audienced::run {

struct Candidate {
    model::Run run;
    model::DestinationKey destination_key;
    std::string connection;  // empty: detached
};

struct UnderWay {
    std::set<model::RunId> runs,
        cooling;  // cooling: ended, but could not be recorded; left alone for a while
    std::set<std::string> exports;
    std::size_t most = 256;  // runs at a time
};

/// What keeps a queued run from beginning, for people: "run 41 of spring"; empty: nothing does, or it has
/// begun. `open` is as below, `most` is UnderWay::most.
std::string waits_for(const model::Run& run, const std::vector<model::Run>& open, std::size_t most);
/// Indices into `open`, which is in the order of queueing; no two of them share an export.
std::vector<std::size_t> pick_runs(const std::vector<Candidate>& open, UnderWay now);

}  // namespace audienced::run
