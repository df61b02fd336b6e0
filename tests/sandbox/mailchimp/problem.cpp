#include "mailchimp/problem.hpp"

#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {

const char* const not_validated_detail =
    "The resource submitted could not be validated. For field-specific details, see the 'errors' array.";
const char* const in_compliance =
    "is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.";
const char* const deleted_for_good =
    "was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the "
    "list.";

Reply problem(int status, const std::string& title, const std::string& detail, const FieldErrors& errors) {
    const bool about_state = title == "Member Exists" || title == "Member In Compliance State" ||
                             title == "Forgotten Email Not Subscribed";
    json body;
    if (!about_state) body["type"] = "https://mailchimp.com/developer/marketing/docs/errors/";
    body["title"] = title;
    body["status"] = status;
    body["detail"] = detail;
    body["instance"] = "";  // the front writes the request's id here and into X-Request-Id
    if (!errors.empty()) {
        json& list = body["errors"] = json::array();
        for (const auto& [field, message] : errors) list.push_back({{"field", field}, {"message", message}});
    }
    Reply reply = json_reply(status, body);
    reply.content_type = "application/problem+json; charset=utf-8";
    return reply;
}

Reply not_found() {
    return problem(404, "Resource Not Found", "The requested resource could not be found.");
}

Reply deep_error() {
    Reply reply =
        json_reply(500, {{"type", "about:blank"},
                         {"title", "Internal Server Error"},
                         {"status", 500},
                         {"detail",
                          "A deep, internal error has occurred during the processing of your request. "
                          "Please contact support."},
                         {"instance", ""}});
    reply.content_type = "application/problem+json; charset=utf-8";
    return reply;
}

Reply invalid(const std::string& detail, const FieldErrors& errors) {
    return problem(400, "Invalid Resource", detail, errors);
}

Reply schema_refusal(const FieldErrors& errors) {
    return invalid(not_validated_detail, errors);
}

FieldErrors field_error(const std::string& field, const std::string& message) {
    FieldErrors errors;
    errors.emplace_back(field, message);
    return errors;
}

}  // namespace audienced::sandbox::mailchimp
