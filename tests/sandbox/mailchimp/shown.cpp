#include "mailchimp/shown.hpp"

namespace audienced::sandbox::mailchimp {

void refresh_shown(World& world, List& list) {
    const double age = world.now() - list.shown_at;
    if (list.shown_at >= 0 && age < world.knobs.mc_stale_stats_seconds) return;
    list.shown_by_status = list.by_status;
    list.shown_at = world.now();
}

}  // namespace audienced::sandbox::mailchimp
