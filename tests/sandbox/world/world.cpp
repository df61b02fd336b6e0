#include "world/world.hpp"

#include "login/desk.hpp"

namespace audienced::sandbox {

World::World(boost::asio::any_io_executor executor)
    : changed(std::move(executor)), login(std::make_unique<login::Desk>()) {}

World::~World() = default;

double World::now() const {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(since).count() + clock_offset;
}

void World::forbid(std::uint64_t MustStayZero::*figure, const char* what, const std::string& email,
                   double since) {
    const bool in_window = since > 0 && since + knobs.window_seconds > asked_at;
    ++(in_window ? counters.within_window : counters.zero.*figure);
    counters.remember(Incident{what, email, since, asked_at, in_window});
}

double World::between(double low, double high) {
    if (high <= low) return low;
    return std::uniform_real_distribution<double>(low, high)(random);
}

std::string World::token(std::size_t characters) {
    constexpr char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string out;
    for (std::size_t i = 0; i < characters; ++i) out += letters[random() % 62];
    return out;
}

std::string World::uuid() {
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (int i = 0; i < 36; ++i) {
        if (i == 8 || i == 13 || i == 18 || i == 23)
            out += '-';
        else if (i == 14)
            out += '4';
        else if (i == 19)
            out += digits[8 + random() % 4];
        else
            out += digits[random() % 16];
    }
    return out;
}

}  // namespace audienced::sandbox
