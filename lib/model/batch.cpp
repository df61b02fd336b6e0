#include "model/batch.hpp"

#include <array>

namespace audienced::model {

const char* to_string(Outcome::Class c) noexcept {
    constexpr std::array words{"none", "fix_data", "retry_later", "never"};
    return words[static_cast<std::size_t>(c)];
}

}  // namespace audienced::model
