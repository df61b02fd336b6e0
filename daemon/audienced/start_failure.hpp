// What ended the start, told where an operator looks for it.
#pragma once

#include <string>

#include "base/error.hpp"
#include "log/event.hpp"
#include "log/sink.hpp"

namespace audienced::daemon {

/// After sysexits(3); audienced.service lists those after which it is not started again.
int exit_status(const Error&) noexcept;

/// A service's event goes to the journal, whatever the format. Elsewhere standard error has `line`, as a
/// person at a terminal wants it (with Format::json the event), and the journal the event if the format says
/// so. Also the status text of the service. Blocks, for at most two seconds.
void tell_start_failure(log::Event event, const std::string& line, log::Format format);

/// start_failed; `what`: the file or part that it is about. Gives the exit status.
int end_start(const Error&, log::Format format, const std::string& what = {});
/// config_invalid. Gives the exit status.
int end_start_of_config(const std::string& file, const Error&);

}  // namespace audienced::daemon
