#include "provider/options.hpp"

namespace audienced::provider::toy {

OptionTable option_table() {
    return {"toy", "Toy", {api_key_option}, {}};
}

}  // namespace audienced::provider::toy
