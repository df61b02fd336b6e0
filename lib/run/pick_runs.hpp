// Which of the open runs may start now. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/run.hpp"

namespace audienced::run {

struct Candidate {
    model::Run run;
    std::string place;  // account/destination: the same place is never fed twice at a time
};

struct UnderWay {
    std::set<model::RunId> runs,
        cooling;  // cooling: ended, but could not be recorded; left alone for a while
    std::set<std::string> exports, places;
    std::size_t most = 256;  // runs at a time
};

/// Indices into `open`, which is in the order of queueing; no two of them share an export or a place.
std::vector<std::size_t> pick_runs(const std::vector<Candidate>& open, UnderWay now);

}  // namespace audienced::run
