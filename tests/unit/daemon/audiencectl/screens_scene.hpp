// A daemon with everything on it that screens show: runs that are held, failed, skipped, under way and
// waiting.
#pragma once

#include <string>
#include <vector>

#include "desk.hpp"
#include "support/fake_time.hpp"

namespace audienced::test {

/// 2026-12-01 10:30 in Berlin, where the schedule is.
inline SysTime scene_now() {
    return from_unix(1'796'117'400);
}

struct ScreensScene {
    ScreensScene();
    /// Of the export, as the runner leaves it; minutes before now, asked for by the user `by`.
    model::RunId put_run(const std::string& export_name, int minutes_ago,
                         const std::function<void(model::Run&)>& edit, const std::string& by = "schedule",
                         const model::RunOptions& options = {});
    void put_everything();
    void put_rejects(model::RunId run);
    /// What the held plan would do in each tag, and what the run before it found.
    void put_plans();

    FakeTime time{scene_now()};
    Desk desk{{}, time};
    model::RunId before_held = 0, held = 0, failed = 0, skipped = 0, rejected = 0, delivering = 0,
                 waiting = 0;

private:
    void define();
    void put_ended();
    void put_open();
};

}  // namespace audienced::test
