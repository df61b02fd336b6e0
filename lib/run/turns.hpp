// Whose turn it is at each destination: what one export takes away there, another cannot be giving at the
// same moment. Sources are read without a turn, so that a slow one keeps no other run waiting.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "aio/event.hpp"
#include "model/ids.hpp"

namespace audienced::run {

/// Io thread only. Turns are given in the order in which they were asked for, and may outlive this.
class Turns {
    struct Line;

public:
    explicit Turns(boost::asio::any_io_executor io) : io_(std::move(io)) {}

    /// A place in the line of one destination, given back when it is destroyed.
    class Turn {
    public:
        Turn() = default;
        Turn(Turn&&) noexcept = default;
        Turn& operator=(Turn&& other) noexcept;
        ~Turn() { give_back(); }
        /// Counts the turns at the destination; two of one run that follow each other had no other run
        /// between them.
        std::uint64_t number() const noexcept { return number_; }
        void give_back() noexcept;

    private:
        friend class Turns;
        std::shared_ptr<Line> line_;
        std::uint64_t place_ = 0, number_ = 0;
    };

    bool is_free(const model::DestinationKey&) const;
    /// `name` is what others hear that they wait for; `waits_for` is told each such name while this one
    /// waits, and an empty one when it waits no longer. Errors: cancelled.
    using WaitsFor = std::function<void(const std::string& name)>;
    awaitable<result<Turn>> take(model::DestinationKey destination, std::string name = {},
                                 WaitsFor waits_for = {});

private:
    struct Line {
        explicit Line(const boost::asio::any_io_executor& io) : changed(io) {}
        struct Place {
            std::uint64_t number;
            std::string name;
        };
        std::deque<Place> places;  // the first has its turn
        std::uint64_t last_place = 0, turns = 0;
        aio::Event changed;
    };
    boost::asio::any_io_executor io_;
    std::map<model::DestinationKey, std::shared_ptr<Line>> lines_;
};

}  // namespace audienced::run
