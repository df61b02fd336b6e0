#include "notify/ways/web.hpp"

#include <nlohmann/json.hpp>

#include "notify/ways/signature.hpp"

namespace audienced::notify {
namespace {

http::Request post_json(const WebTarget& target, std::string body) {
    http::Request request;
    request.method = http::Method::post;
    request.url = target.url;
    request.ca_file = target.ca_file;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    request.head_only = true;  // whatever it says beside: some answer with a page
    return request;
}

/// The body of the answer stays out of it: some servers put the address into it.
result<std::string> answer_of(const result<http::Response>& response) {
    if (!response) return response.error();
    const std::string status = std::to_string(response->status);
    if (response->ok()) return "HTTP status " + status;
    return make_error(Errc::refused, "it answered with HTTP status " + status);
}

/// As Slack wants these three: they begin links and mentions otherwise.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

}  // namespace

std::string slack_body(const Message& message) {
    nlohmann::json out;
    std::string text = "*" + escaped(message.title) + "*";
    if (!message.host.empty()) text += " (audienced on " + escaped(message.host) + ")";
    out["text"] = text + "\n" + escaped(message.text);
    return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

awaitable<result<std::string>> WebhookWay::tell(const Message& message, Deadline deadline) {
    http::Request request = post_json(target_, message.body);
    request.headers.emplace_back(signature_header, signature(secret_, message.at, message.body));
    auto response = co_await target_.http->send(std::move(request), deadline);
    co_return answer_of(response);
}

awaitable<result<std::string>> SlackWay::tell(const Message& message, Deadline deadline) {
    http::Request request = post_json(target_, slack_body(message));
    auto response = co_await target_.http->send(std::move(request), deadline);
    co_return answer_of(response);
}

awaitable<result<std::string>> HeartbeatWay::tell(const Message&, Deadline deadline) {
    http::Request request;
    request.url = target_.url;
    request.ca_file = target_.ca_file;
    request.head_only = true;  // whatever it says beside: some answer with a page
    auto response = co_await target_.http->send(std::move(request), deadline);
    co_return answer_of(response);
}

}  // namespace audienced::notify
