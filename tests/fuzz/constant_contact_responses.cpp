// Whatever bytes come from Constant Contact's side: a value or an error, and never an address in words meant
// for people, nor a next page outside the API.
#include <cstdint>
#include <cstdlib>

#include "provider/constant_contact/wire/classify_response.hpp"
#include "provider/constant_contact/wire/outcomes_from_import.hpp"
#include "provider/constant_contact/wire/ticket.hpp"

using namespace audienced;
using namespace audienced::provider::constant_contact;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    if (auto page = read_contacts(body))
        if (!page->next.empty() && !page->next.starts_with("/v3/contacts?")) std::abort();
    if (auto job = read_activity(body)) {
        const std::vector<std::size_t> rows{0, 2};
        std::vector<model::Outcome> outcomes(3);
        (void)outcomes_from_import(*job, rows, outcomes);
        for (const auto& o : outcomes)
            if (o.detail.find('@') != std::string::npos) std::abort();
    }
    (void)read_activities(body);
    (void)read_tags(body);
    (void)read_tag(body);
    (void)read_custom_fields(body);
    (void)read_custom_field(body);
    (void)read_account(body);
    (void)read_list(body);
    (void)read_contact(body);
    (void)parse_ticket(body);
    (void)parse_line_error(body);
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
