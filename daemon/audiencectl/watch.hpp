// audiencectl status --watch: asks for the status each second, until Ctrl-C.
#pragma once

#include <functional>

#include "control/client.hpp"
#include "watch_output.hpp"

namespace audienced::ctl {

struct Shell;

/// What a watch waits for.
struct WatchSteps {
    std::function<result<control::ClientAnswer>()> ask;
    /// Until it is time to ask again. False: nothing reads the output any more.
    std::function<bool()> wait;
};
/// Ends when nothing reads the output any more. A daemon that is away, or that cannot answer now, is asked
/// again. Errors: what the daemon refuses, such as not_permitted.
result<void> watch(const WatchSteps&, WatchOutput&);

/// The same with the daemon and the output of this process; gives the exit code. Ctrl-C ends the process with
/// 0.
int watch_status(const Shell&);

}  // namespace audienced::ctl
