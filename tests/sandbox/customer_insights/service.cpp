// What the sandbox knows of Customer Insights.
#include "services/service.hpp"

#include "customer_insights/routes.hpp"

namespace audienced::sandbox::customer_insights {
namespace {

std::string client_of(World&, const Request&) {
    return "customer_insights";
}

}  // namespace

Service service() {
    Service s;
    s.name = "customer_insights";
    s.tops = {"v1"};
    s.stage = "customer-insights";
    s.answer = answer;
    s.client_of = client_of;
    s.answer_stage = answer_stage;
    s.sign_in.token_of_tenant = "/oauth2/v2.0/token";
    return s;
}

}  // namespace audienced::sandbox::customer_insights
