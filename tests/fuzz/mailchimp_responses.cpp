// Whatever bytes come from Mailchimp's side: a value or an error, and never an address in words meant for
// people.
#include <cstdint>
#include <cstdlib>

#include "provider/mailchimp/wire/classify_response.hpp"
#include "provider/mailchimp/wire/responses.hpp"
#include "provider/mailchimp/wire/row_errors.hpp"

using namespace audienced;
using namespace audienced::provider::mailchimp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    if (auto reply = read_upsert(body))
        for (const RowError& e : reply->errors)
            if (outcome_of(e).detail.find('@') != std::string::npos) std::abort();
    (void)read_tag_change(body);
    (void)read_members(body);
    (void)read_tags(body);
    (void)read_tag(body);
    (void)read_member(body);
    (void)read_account(body);
    (void)read_audience(body);
    (void)read_merge_fields(body);
    if (auto problem = read_problem(body))
        if (problem->words().find('@') != std::string::npos) std::abort();
    for (const unsigned status : {200u, 401u, 403u, 429u, 503u}) {
        http::Response response;
        response.status = status;
        response.body = body;
        (void)classify_response(response);
    }
    return 0;
}
