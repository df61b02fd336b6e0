#include "run/seal_again.hpp"

#include "log/events.hpp"

namespace audienced::run {

awaitable<result<store::Resealed>> seal_again(Environment& env) {
    for (;;) {
        auto done = co_await store::finish_rotation(*env.store);
        if (done) {
            env.log->write(log::keys_rotated(done->values, done->unreadable));
            co_return done;
        }
        if (done.error().code == Errc::wrong_state) co_return done;
        env.log->write(log::store_trouble(done.error()));
        auto slept = co_await env.time->sleep_for(std::chrono::minutes(1));
        if (!slept) co_return slept.error();
    }
}

}  // namespace audienced::run
