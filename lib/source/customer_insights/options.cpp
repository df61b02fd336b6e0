#include "source/options.hpp"

namespace audienced::source::customer_insights {

OptionTable option_table() {
    using As = model::Option::As;
    return {
        "customer-insights",
        "Customer Insights",
        {"customer-insights", "INSTANCE_ID", "a Customer Insights instance"},
        {{"tenant", "ID", "the directory", As::text, {}, true},
         {"client-id", "ID", "the application", As::text, {}, true},
         {"client-secret-file", "F", "its secret", As::secret, "client_secret", false, SecretShape::phrase},
         {"subscription-key-file", "F", "one key per line; the second is used when the first one fails",
          As::secret, "subscription_keys", false, SecretShape::words},
         {"api-base", "URL", "https://... in place of the usual one", As::url},
         {"login-base", "URL", "https://... in place of the usual login address", As::url},
         {"ca-file", "F", "an additional certificate authority", As::path},
         {"page-size", "N", "profiles a call (100)"},
         {"calls-per-minute", "N", "the limit (100)"},
         {"count-tolerance", "PERCENT", "how far the count may be off (0)"},
         {"refresh-check", "off|over|successful", "ask for the instance's last refresh first (off)"},
         {"proxy", "true|false", "read whole partitions"},
         ready_wait_option}};
}

}  // namespace audienced::source::customer_insights
