#include "source/customer_insights/pace.hpp"

namespace audienced::source::customer_insights {

SteadyTime Pace::admit(SteadyTime now) {
    constexpr std::chrono::seconds window{60};
    while (!made_.empty() && made_.front() + window <= now) made_.pop_front();
    const SteadyTime at = made_.size() < calls_ ? now : made_[made_.size() - calls_] + window;
    made_.push_back(at);
    return at;
}

}  // namespace audienced::source::customer_insights
