// Passes every event on, and says when one bears on what people are told of.
#pragma once

#include <functional>
#include <new>
#include <string>

#include "log/log.hpp"

namespace audienced::notify {

class WatchedLog final : public log::Log {
public:
    /// `inner` outlives it. `on_attention` is called on the thread that writes, with the subject; it must not
    /// block. One that is lost for want of memory is made up for by the next look.
    WatchedLog(log::Log& inner, std::function<void(const log::Event&)> on_attention)
        : inner_(inner), on_attention_(std::move(on_attention)) {}
    void write(log::Event event) noexcept override {
        try {
            if (event.attention) on_attention_(event);
        } catch (const std::bad_alloc&) {
            // the next look finds it in the database
        }
        inner_.write(std::move(event));
    }

private:
    log::Log& inner_;
    std::function<void(const log::Event&)> on_attention_;
};

}  // namespace audienced::notify
