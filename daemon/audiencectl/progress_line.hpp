// How far a run is, in one line.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

/// "50 %, 6,000 of 12,000, 93/s, about 1 min 5 s left"; while it waits, for what and how long. `now`: seconds
/// since 1970, 0: as of the event.
std::string progress_words(const nlohmann::json& progress, std::int64_t now = 0);
/// The same behind a bar, at most `columns` wide.
std::string progress_bar(const nlohmann::json& progress, std::size_t columns, std::int64_t now = 0);

/// Shows events: rewrites one line on a terminal; elsewhere says what changed, and a figure every few
/// seconds.
class ProgressView {
public:
    explicit ProgressView(bool terminal, std::int64_t run) : terminal_(terminal), run_(run) {}
    void show(const nlohmann::json& event);
    /// The final state; ends the rewritten line.
    void finish(const nlohmann::json& run);
    /// Clears the rewritten line, so that other text can be printed.
    void clear();

private:
    bool terminal_;
    std::int64_t run_;
    bool drawn_ = false;
    std::string last_status_, last_waiting_;
    std::uint64_t last_done_ = 0;
    std::chrono::steady_clock::time_point next_figure_{};
};

}  // namespace audienced::ctl
