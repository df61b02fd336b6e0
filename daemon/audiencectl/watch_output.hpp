// Where the screens of a watch go.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "view.hpp"

namespace audienced::ctl {

class WatchOutput {
public:
    virtual ~WatchOutput() = default;
    /// What the daemon answered; `body` is that answer as it came.
    virtual void show(const nlohmann::json& status, const std::string& body) = 0;
    /// It did not; it is asked again.
    virtual void tell(const Error& why) = 0;
};

/// What outputs work with.
struct WatchStreams {
    std::ostream* out = nullptr;
    std::ostream* err = nullptr;
    std::function<SysTime()> now;
    std::function<View()> view;         // of standard output, as it is now
    std::function<std::size_t()> rows;  // of its terminal
};

/// Each screen in the place of the one before.
std::unique_ptr<WatchOutput> watch_in_place(WatchStreams);
/// One below the other, each under a line with its time, when something changed. Where that is only how far
/// runs are, with each fifth answer. What is wrong goes to standard error, once.
std::unique_ptr<WatchOutput> watch_in_sequence(WatchStreams);
/// One line for each change, of a daemon that does not answer too: a problem document.
std::unique_ptr<WatchOutput> watch_as_json(WatchStreams, bool terminal);

}  // namespace audienced::ctl
