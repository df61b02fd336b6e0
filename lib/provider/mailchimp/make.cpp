// What the registry knows of Mailchimp.
#include <algorithm>

#include "provider/mailchimp/provider.hpp"
#include "provider/mailchimp/wire/limits.hpp"
#include "provider/mailchimp/wire/metadata.hpp"

namespace audienced::provider::mailchimp {
namespace {

/// The letters and digits behind a key's last '-' name the data center whose address answers to it. An OAuth
/// connection has no key: its address comes with the sign-in (metadata), so there is none to tell yet.
result<std::string> default_api_base(std::string_view api_key) {
    if (api_key.empty()) return std::string();
    const auto dash = api_key.rfind('-');
    const std::string_view center =
        dash == std::string_view::npos ? std::string_view() : api_key.substr(dash + 1);
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (center.empty() || center.size() > 10 || !std::all_of(center.begin(), center.end(), plain))
        return make_error(Errc::usage,
                          "this is not a Mailchimp API key: it does not end in a data center such as -us6",
                          "copy the whole key, including the part after the '-'");
    return "https://" + std::string(center) + ".api.mailchimp.com";
}

result<ProviderPtr> make(const ProviderArgs& args) {
    if (args.connection->api_base.empty())
        return make_error(Errc::wrong_state,
                          "connection " + args.connection->name + " has no API address yet",
                          "sign in first: audiencectl connection authenticate " + args.connection->name);
    auto base = http::parse_url(args.connection->api_base);
    if (!base) return base.error();
    return ProviderPtr(std::make_unique<MailchimpProvider>(args, std::move(*base)));
}

}  // namespace

Kind kind() {
    Kind k{option_table()};
    k.oauth.login_base = "https://login.mailchimp.com";
    k.oauth.authorize_path = "/oauth2/authorize";
    k.oauth.token_path = "/oauth2/token";
    k.learn_api_base = {metadata_request, read_api_base};
    k.oauth.pkce = false;
    k.oauth.refreshes = false;  // tokens never expire
    k.oauth.secret_in_body = true;
    k.oauth.redirect_host = "127.0.0.1";  // localhost cannot be registered
    k.title_bytes = max_tag_bytes;
    k.default_api_base = default_api_base;
    k.make = make;
    return k;
}

}  // namespace audienced::provider::mailchimp
