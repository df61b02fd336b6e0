#include "run/estimate.hpp"

#include <algorithm>
#include <cmath>

namespace audienced::run {
namespace {

constexpr std::chrono::seconds window{30};
// Batches that take minutes each, as jobs do, are looked at over more than the window.
constexpr std::size_t fewest_samples = 5, samples_for_an_estimate = 3;
// Some calls take longer than others, without saying anything about the rest.
constexpr std::chrono::seconds always_patient{5};
constexpr int longer_than_usual = 2;

}  // namespace

void Estimate::begin(SteadyTime now, std::uint64_t done) {
    samples_.clear();
    samples_.push_back({now, done});
}

void Estimate::settled(SteadyTime now, std::uint64_t done) {
    samples_.push_back({now, done});
    while (samples_.size() > fewest_samples && now - samples_[1].at >= window) samples_.pop_front();
}

double Estimate::rate(SteadyTime now) const {
    if (samples_.size() < 2) return 0;
    const double seconds = std::chrono::duration<double>(now - samples_.front().at).count();
    if (!(seconds > 0)) return 0;
    return static_cast<double>(samples_.back().done - samples_.front().done) / seconds;
}

std::optional<std::chrono::seconds> Estimate::left(SteadyTime now, std::uint64_t total) const {
    if (samples_.size() < samples_for_an_estimate || samples_.back().done >= total) return std::nullopt;
    SteadyTime::duration longest_gap{0};
    for (std::size_t i = 1; i < samples_.size(); ++i)
        longest_gap = std::max(longest_gap, samples_[i].at - samples_[i - 1].at);
    const auto patience = std::max<SteadyTime::duration>(always_patient, longest_gap * longer_than_usual);
    const double pace = rate(now);
    if (now - samples_.back().at > patience || !(pace > 0)) return std::nullopt;
    const double seconds = static_cast<double>(total - samples_.back().done) / pace;
    return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, 1e7))));
}

}  // namespace audienced::run
