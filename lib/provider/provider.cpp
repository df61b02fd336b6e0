#include "provider/provider.hpp"

#include <array>

namespace audienced::provider {

const char* to_string(Seen::State s) noexcept {
    constexpr std::array words{"mailable", "unsubscribed", "cleaned", "pending", "archived", "deleted", "on_hold"};
    return words[static_cast<std::size_t>(s)];
}

std::size_t Provider::encoded_bytes(const model::Member&, const std::vector<std::string>&) const { return 0; }

awaitable<result<std::vector<JobState>>> Provider::poll(std::vector<std::string>) {
    co_return make_error(Errc::bug, "this provider gives no tickets");
}

awaitable<result<std::vector<model::Outcome>>> Provider::collect(std::string, const model::Batch&) {
    co_return make_error(Errc::bug, "this provider gives no tickets");
}

}  // namespace audienced::provider
