// One run under way: what it works with, how far it is, and how it is stopped.
#pragma once

#include <optional>

#include "run/control.hpp"
#include "run/prepare.hpp"
#include "run/progress.hpp"

namespace audienced::run {

struct RunUnderWay {
    RunUnderWay(Environment& environment, model::Run row);

    Environment& env;
    RunControl control;
    RunProgress progress;
    model::DestinationKey destination_key;  // as far as it is known when the run begins
    std::optional<Prepared> prepared;       // its session reports to `progress`, so it goes first
};

}  // namespace audienced::run
