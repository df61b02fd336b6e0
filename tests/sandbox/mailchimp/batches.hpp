#pragma once

#include "mailchimp/routes.hpp"

namespace audienced::sandbox::mailchimp {

Reply post_batch(Call&);
Reply get_batches(Call&);
Reply get_batch(Call&);
Reply delete_batch(Call&);
/// GET /batch-results/{batch}: no credentials, a signature that expires.
Reply batch_results(World&, const Request&);

}  // namespace audienced::sandbox::mailchimp
