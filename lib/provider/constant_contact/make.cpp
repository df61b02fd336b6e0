// What the registry knows of Constant Contact.
#include "provider/constant_contact/provider.hpp"
#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {
namespace {

constexpr const char* own_api = "https://api.cc.email";

result<std::string> default_api_base(std::string_view api_key) {
    if (api_key.empty()) return std::string(own_api);
    return make_error(
        Errc::usage, "Constant Contact does not sign in with an API key",
        "name the application's key with --client-id, then sign in: audiencectl connection authenticate");
}

result<ProviderPtr> make(const ProviderArgs& args) {
    const std::string& given = args.connection->api_base;
    auto base = http::parse_url(given.empty() ? std::string(own_api) : given);
    if (!base) return base.error();
    return ProviderPtr(std::make_unique<ConstantContactProvider>(args, std::move(*base)));
}

}  // namespace

Kind kind() {
    Kind k{option_table()};
    k.oauth.login_base = "https://authz.constantcontact.com";
    k.oauth.authorize_path = "/oauth2/default/v1/authorize";
    k.oauth.token_path = "/oauth2/default/v1/token";
    k.oauth.device_path = "/oauth2/default/v1/device/authorize";
    k.oauth.scope = "account_read contact_data offline_access";
    k.oauth.pkce = true;
    k.oauth.refreshes = true;
    k.oauth.token_calls_per_second = 1;
    k.oauth.idle_days = 180;
    k.title_bytes = max_tag_bytes;
    k.default_api_base = default_api_base;
    k.make = make;
    return k;
}

}  // namespace audienced::provider::constant_contact
