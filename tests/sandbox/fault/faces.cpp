// How the providers' edges look when they refuse: JSON, HTML, or nothing.
#include "fault/rules.hpp"

namespace audienced::sandbox {
namespace {

constexpr auto html = "text/html";
constexpr auto problem = "application/problem+json; charset=utf-8";

std::string page(const std::string& title) {
    return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
           "</h1></center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n";
}

/// The call is at fault: 4xx.
std::optional<Reply> refusal(const std::string& name) {
    if (name == "429_json")
        return text_reply(
            429, problem,
            R"({"type":"https://mailchimp.com/developer/marketing/docs/errors/","title":"Too Many Requests",)"
            R"("status":429,"detail":"You have exceeded the limit of 10 simultaneous connections.",)"
            R"("instance":"0f9a3c1e-0000-4000-8000-000000000429"})");
    if (name == "429_bare") return text_reply(429, "", "");
    if (name == "429_throttled")
        return text_reply(429, "application/json",
                          R"({"error_key":"throttled","error_message":"Too Many Requests"})");
    if (name == "429_quota")
        return text_reply(429, "application/json",
                          R"({"error_key":"quota_exceeded","error_message":"Limit Exceeded"})");
    if (name == "401_json")
        return text_reply(
            401, problem,
            R"({"type":"https://mailchimp.com/developer/marketing/docs/errors/","title":"API Key Invalid",)"
            R"("status":401,"detail":"Your API key may be invalid, or you've attempted to access the wrong )"
            R"(datacenter.","instance":"0f9a3c1e-0000-4000-8000-000000000401"})");
    if (name == "401_cc")
        return text_reply(401, "application/json",
                          R"({"error_key":"unauthorized","error_message":"Unauthorized"})");
    if (name == "403_bare") return text_reply(403, "", "");
    if (name == "403_html")
        return text_reply(
            403, html,
            "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n"
            "You don't have permission to access this "
            "server.<P>\nReference&#32;&#35;18&#46;7c2d\n</BODY>\n</HTML>\n");
    if (name == "403_json")
        return text_reply(
            403, problem,
            R"({"type":"https://mailchimp.com/developer/marketing/docs/errors/","title":"User Disabled",)"
            R"("status":403,"detail":"This account has been disabled.",)"
            R"("instance":"0f9a3c1e-0000-4000-8000-000000000403"})");
    if (name == "404_json")
        return text_reply(
            404, problem,
            R"({"type":"https://mailchimp.com/developer/marketing/docs/errors/","title":"Resource Not Found",)"
            R"("status":404,"detail":"The requested resource could not be found.",)"
            R"("instance":"0f9a3c1e-0000-4000-8000-000000000404"})");
    return std::nullopt;
}

/// The service is at fault: 5xx.
std::optional<Reply> outage(const std::string& name) {
    if (name == "500_about_blank")
        return text_reply(
            500, problem,
            R"({"type":"about:blank","title":"Internal Server Error","status":500,)"
            R"("detail":"An unexpected internal error has occurred. Please contact Support for more )"
            R"(information.","instance":"0f9a3c1e-0000-4000-8000-000000000500"})");
    if (name == "500_html") return text_reply(500, html, page("500 Internal Server Error"));
    if (name == "502_html") return text_reply(502, html, page("502 Bad Gateway"));
    if (name == "503_html") return text_reply(503, html, page("503 Service Temporarily Unavailable"));
    if (name == "504_html") return text_reply(504, html, page("504 Gateway Time-out"));
    if (name == "akamai_503")
        return text_reply(
            503, "application/json",
            R"({"type":"akamai_error_message","title":"akamai_503","status":503,"ref_no":"18.7c2d1502.1"})");
    return std::nullopt;
}

/// A status of success, or a redirect, whose content no caller can use.
std::optional<Reply> broken_answer(const std::string& name) {
    if (name == "wrong_json")
        return text_reply(200, "application/json; charset=utf-8", R"({"unexpected":[1,{"a":null}]})");
    if (name == "wrong_types")
        return text_reply(
            200, "application/json; charset=utf-8",
            R"({"new_members":{"a":1},"updated_members":"none","errors":7,"total_created":"many",)"
            R"("members":5,"lists":{},"contacts":"x","activity_id":12,"state":[],"access_token":{}})");
    if (name == "malformed_json")
        return text_reply(200, "application/json; charset=utf-8", R"({"new_members":[{"email_address":"a)");
    if (name == "not_json") return text_reply(200, html, page("Welcome"));
    if (name == "empty_200") return text_reply(200, "application/json; charset=utf-8", "");
    if (name == "redirect") {
        Reply reply = text_reply(302, html, page("302 Found"));
        reply.headers.emplace_back("Location", "https://localhost:9/elsewhere");
        return reply;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Reply> fault_reply(const std::string& name) {
    if (auto reply = refusal(name)) return reply;
    if (auto reply = outage(name)) return reply;
    return broken_answer(name);
}

}  // namespace audienced::sandbox
