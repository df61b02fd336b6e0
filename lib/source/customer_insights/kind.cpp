#include <algorithm>

#include "source/customer_insights/customer_insights.hpp"
#include "source/refusing.hpp"
#include "source/settings.hpp"

namespace audienced::source::customer_insights {
namespace {
/// An id goes into a path: a GUID, or a domain for the tenant.
bool is_id(const std::string& s) {
    return !s.empty() && s != "." && s != ".." && std::all_of(s.begin(), s.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.';
    });
}

result<void> validate(const model::Source& source, const model::Segment* segment) {
    if (auto options = parse_options(source); !options) return options.error();
    if (!segment) return {};
    return check_segment(*segment, "customer-insights", {model::Segment::Kind::entity});
}

std::unique_ptr<Source> make(const model::Source& source, const Environment& environment) {
    auto options = parse_options(source);
    if (!options) return refusing(options.error());
    if (!environment.http || !environment.clock || !environment.secrets)
        return refusing(
            make_error(Errc::bug, "a Customer Insights source was made without network, clock or secrets"));
    return open(std::move(*options), environment);
}
}  // namespace

result<Options> parse_options(const model::Source& source) {
    if (auto fine = check_settings(source, option_table()); !fine) return fine.error();
    Options options;
    options.instance = setting(source, "customer-insights");
    options.tenant = setting(source, "tenant");
    options.client_id = setting(source, "client-id");
    options.ca_file = setting(source, "ca-file");
    if (!is_id(options.instance))
        return make_error(Errc::usage, "this is not an instance id", "an instance id is a GUID");
    if (!is_id(options.tenant)) return make_error(Errc::usage, "--tenant is not a tenant's id or domain");
    if (options.client_id.empty()) return make_error(Errc::usage, "--client-id is missing");
    const auto base = [&](const std::string& name, const std::string& usual) {
        const std::string text = setting(source, name);
        return http::parse_url(text.empty() ? usual : text);
    };
    auto api = base("api-base", "https://api.ci.ai.dynamics.com");
    if (!api) return api.error();
    auto login = base("login-base", "https://login.microsoftonline.com");
    if (!login) return login.error();
    options.api = *api;
    options.login = *login;
    auto page = number_setting(source, "page-size", 100, 1, 10'000);
    if (!page) return page.error();
    auto calls = number_setting(source, "calls-per-minute", 100, 1, 1'000'000);
    if (!calls) return calls.error();
    auto tolerance = number_setting(source, "count-tolerance", 0, 0, 100);
    if (!tolerance) return tolerance.error();
    const std::string refresh = setting(source, "refresh-check");
    if (refresh == "over")
        options.refresh = RefreshCheck::over;
    else if (refresh == "successful")
        options.refresh = RefreshCheck::successful;
    else if (!refresh.empty() && refresh != "off")
        return make_error(Errc::usage, "--refresh-check must be off, over or successful");
    auto proxy = flag_setting(source, "proxy", false);
    if (!proxy) return proxy.error();
    options.page = *page;
    options.calls_per_minute = *calls;
    options.count_tolerance_percent = static_cast<unsigned>(*tolerance);
    options.proxy = *proxy;
    return options;
}

Kind kind() {
    return {option_table(), {model::Segment::Kind::entity}, validate, make};
}

}  // namespace audienced::source::customer_insights
