#include "plan/put_off.hpp"

namespace audienced::plan {
namespace {

constexpr int most_runs = 3;

}  // namespace

PutOff decide_put_off(UnreadableRows before, std::uint64_t found) noexcept {
    PutOff out;
    if (found == 0) return out;
    out.next = before;
    if (found <= before.accepted) {
        out.next.accepted = found;
        return out;
    }
    out.removals = before.put_off < most_runs;
    if (out.removals)
        ++out.next.put_off;
    else
        out.next = {found, 0};
    return out;
}

}  // namespace audienced::plan
