#include "run/turns.hpp"

#include <algorithm>

namespace audienced::run {

Turns::Turn& Turns::Turn::operator=(Turn&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    line_ = std::move(other.line_);
    place_ = other.place_;
    number_ = other.number_;
    return *this;
}

void Turns::Turn::give_back() noexcept {
    if (!line_) return;
    const std::shared_ptr<Line> line = std::move(line_);
    std::erase_if(line->places, [this](const Line::Place& p) { return p.number == place_; });
    line->changed.notify_all();
}

bool Turns::is_free(const model::DestinationKey& destination) const {
    const auto line = lines_.find(destination);
    return line == lines_.end() || line->second->places.empty();
}

awaitable<result<Turns::Turn>> Turns::take(model::DestinationKey destination, std::string name,
                                           WaitsFor waits_for) {
    std::shared_ptr<Line>& line = lines_[destination];
    if (!line) line = std::make_shared<Line>(io_);
    Turn turn;  // in the line from here on, and out of it if this coroutine is cut off
    turn.line_ = line;
    turn.place_ = ++line->last_place;
    turn.line_->places.push_back({turn.place_, std::move(name)});
    bool waited = false;
    while (turn.line_->places.front().number != turn.place_) {
        waited = true;
        if (waits_for) waits_for(turn.line_->places.front().name);
        auto woken = co_await turn.line_->changed.wait();
        if (!woken) co_return woken.error();
    }
    if (waited && waits_for) waits_for({});
    turn.number_ = ++turn.line_->turns;
    co_return std::move(turn);
}

}  // namespace audienced::run
