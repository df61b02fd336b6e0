#include "mailchimp/auth.hpp"

#include "base/text.hpp"
#include "mailchimp/routes.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

std::string secret_of(const Request& request) {
    const auto header = request.header("authorization");
    const auto blank = header.find(' ');
    if (blank == std::string_view::npos) return {};
    const auto scheme = header.substr(0, blank);
    const auto rest = trim(header.substr(blank + 1));
    if (iequals(scheme, "Bearer") || iequals(scheme, "OAuth")) return std::string(rest);
    if (!iequals(scheme, "Basic")) return {};
    const auto pair = base64_decode(rest);
    if (!pair) return {};
    const auto colon = pair->find(':');
    return colon == std::string::npos ? std::string{} : pair->substr(colon + 1);
}

Access refuse(Reply reply) {
    Access access;
    access.refusal = std::move(reply);
    return access;
}

}  // namespace

Access check_access(World& world, const Request& request) {
    Access access;
    access.secret = secret_of(request);
    if (access.secret.empty())
        return refuse(problem(401, "API Key Missing", "Your request did not include an API key."));
    const auto found = world.of<mailchimp::Accounts>().credentials.find(access.secret);
    if (found == world.of<mailchimp::Accounts>().credentials.end() || found->second.revoked)
        return refuse(
            problem(401, "API Key Invalid",
                    "Your API key may be invalid, or you've attempted to access the wrong datacenter."));
    access.account = world.of<mailchimp::Accounts>().by_name.at(found->second.account).get();
    access.user = &access.account->users.at(found->second.user);
    const auto dash = access.secret.rfind('-');
    const std::string suffix =
        dash == std::string::npos ? access.account->dc : access.secret.substr(dash + 1);
    if (suffix != access.account->dc)
        return refuse(
            problem(403, "Forbidden", "The API key provided is linked to datacenter '" + suffix + "'"));
    if (access.user->disabled)
        return refuse(problem(403, "User Disabled", "This account has been deactivated."));
    return access;
}

std::string client_of(World& world, const Request& request) {
    const auto found = world.of<mailchimp::Accounts>().credentials.find(secret_of(request));
    if (found == world.of<mailchimp::Accounts>().credentials.end()) return "mailchimp:?";
    return "mailchimp:" + found->second.account + "/" + found->second.user;
}

}  // namespace audienced::sandbox::mailchimp
