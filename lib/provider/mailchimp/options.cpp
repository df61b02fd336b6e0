#include "provider/options.hpp"

namespace audienced::provider::mailchimp {

OptionTable option_table() {
    return {"mailchimp", "Mailchimp", {api_key_option, client_id_option, client_secret_option}, {}};
}

}  // namespace audienced::provider::mailchimp
