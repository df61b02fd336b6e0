#include "provider/types.hpp"

#include <array>

namespace audienced::provider {

const char* to_string(ContactStatus::State s) noexcept {
    constexpr std::array words{"mailable", "unsubscribed", "cleaned", "pending",
                               "archived", "deleted",      "on_hold"};
    return words[static_cast<std::size_t>(s)];
}

}  // namespace audienced::provider
