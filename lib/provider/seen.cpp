// Apart from provider.cpp, which holds coroutines: pure readers of answers need no more than this.
#include <array>

#include "provider/provider.hpp"

namespace audienced::provider {

const char* to_string(Seen::State s) noexcept {
    constexpr std::array words{"mailable", "unsubscribed", "cleaned", "pending",
                               "archived", "deleted",      "on_hold"};
    return words[static_cast<std::size_t>(s)];
}

}  // namespace audienced::provider
