#include "provider/options.hpp"

namespace audienced::provider::constant_contact {

OptionTable option_table() {
    return {"constant-contact",
            "Constant Contact",
            {client_id_option, client_secret_option},
            {tag_segments_option, existing_option}};
}

}  // namespace audienced::provider::constant_contact
