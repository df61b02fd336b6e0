// A run's events as JSON lines, until the run is final.
#pragma once

#include <cstdint>
#include <memory>

#include "control/router.hpp"

namespace audienced::control {

/// First a line with the run as it is stored ("run"), then one per event, a heartbeat every 5 s, and last
/// the final run. The database decides, so the stream is right even about a run that this process
/// never saw under way.
std::unique_ptr<Stream> make_run_stream(Context& context, Caller caller, model::RunId run,
                                        std::uint64_t after_seq);

}  // namespace audienced::control
