#include "source/customer_insights/answers.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace audienced::source::customer_insights {
namespace {
using json = nlohmann::json;

Error odd(const std::string& what) {
    return retryable(Errc::not_ready, "Customer Insights did not answer with a " + what);
}

/// A list, bare or under "value".
const json* list_in(const json& root) {
    if (root.is_array()) return &root;
    if (!root.is_object()) return nullptr;
    const auto it = root.find("value");
    return it != root.end() && it->is_array() ? &*it : nullptr;
}

std::optional<std::uint64_t> number_at(const json& object, const char* key) {
    const auto it = object.find(key);
    if (it == object.end()) return std::nullopt;
    if (it->is_number_unsigned()) return it->get<std::uint64_t>();
    if (it->is_string() && !it->get_ref<const std::string&>().empty()) {
        const std::string& s = it->get_ref<const std::string&>();
        if (s.size() < 16 && s.find_first_not_of("0123456789") == s.npos) return std::stoull(s);
    }
    return std::nullopt;
}

/// Numbers, booleans, lists and objects as JSON writes them.
std::optional<std::string> as_text(const json& value) {
    if (value.is_null()) return std::nullopt;
    if (value.is_string()) return value.get<std::string>();
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string text_at(const nlohmann::json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

result<Token> parse_token(std::string_view body) {
    const json root = json::parse(body, nullptr, false);
    Token token;
    if (root.is_object()) {
        token.text = text_at(root, "access_token");
        token.lives = std::chrono::seconds(
            std::min<std::uint64_t>(number_at(root, "expires_in").value_or(300), 86'400));
    }
    // It goes into a header.
    if (token.text.empty() || token.text.find_first_of("\r\n \t") != std::string::npos)
        return odd("access token");
    return token;
}

bool passes_by_itself(unsigned status, std::string_view body) {
    if (status == 408 || status == 429 || status >= 500) return true;
    const json root = json::parse(body, nullptr, false);
    const std::string code = root.is_object() ? text_at(root, "error") : "";
    return code == "temporarily_unavailable" || code == "server_error";
}

std::string Segment::version() const {
    return evaluated + "/" + last_run + "/" + (members ? std::to_string(*members) : "?");
}

result<std::vector<Segment>> parse_segments(std::string_view body) {
    const json root = json::parse(body, nullptr, false);
    const json* list = list_in(root);
    if (!list) return odd("list of segments");
    std::vector<Segment> segments;
    for (const json& s : *list) {
        if (!s.is_object()) return odd("list of segments");
        Segment segment;
        segment.name = text_at(s, "name");
        segment.state = text_at(s, "state");
        if (const auto it = s.find("evaluationStatus"); it != s.end() && it->is_object()) {
            segment.job_status = text_at(*it, "jobStatus");
            segment.evaluated = text_at(*it, "evaluationDate");
            segment.last_run = text_at(*it, "lastSuccessfulRunId");
            segment.members = number_at(*it, "entityCount");
        }
        segments.push_back(std::move(segment));
    }
    return segments;
}

result<void> check_ready(const Segment& s) {
    if (!iequals(s.state, "active"))
        return retryable(Errc::not_ready,
                         "the segment " + s.name + (s.state.empty() ? " has no state" : " is " + s.state),
                         "activate it in Customer Insights");
    for (const char* busy : {"Queued", "Running"})
        if (iequals(s.job_status, busy))
            return retryable(Errc::not_ready, "the segment " + s.name + " is being evaluated right now");
    for (const char* failed : {"CompletedFailure", "Cancelled", "Interrupted"})
        if (iequals(s.job_status, failed))
            return retryable(Errc::not_ready,
                             "the last evaluation of the segment " + s.name + " ended as " + s.job_status,
                             "refresh it in Customer Insights");
    return {};
}

result<std::vector<std::string>> parse_attributes(std::string_view body) {
    const json root = json::parse(body, nullptr, false);
    if (!root.is_object() || !root.contains("attributes") || !root["attributes"].is_array())
        return odd("description of a table");
    std::vector<std::string> names;
    for (const json& a : root["attributes"])
        if (a.is_object()) names.push_back(text_at(a, "name"));
    return names;
}

result<std::vector<Row>> parse_page(std::string_view body, const std::vector<std::string>& columns) {
    const json root = json::parse(body, nullptr, false);
    if (!root.is_object() || !list_in(root)) return odd("page of profiles");
    std::vector<Row> rows;
    for (const json& r : *list_in(root)) {
        if (!r.is_object()) return odd("page of profiles");
        Row row;
        row.id = text_at(r, "CustomerId");
        for (const auto& column : columns) {
            const auto it = r.find(column);
            row.values.push_back(it == r.end() ? std::nullopt : as_text(*it));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

result<std::vector<http::Request>> parse_partitions(std::string_view body) {
    const json root = json::parse(body, nullptr, false);
    if (!root.is_object() || !root.contains("httpRequests") || !root["httpRequests"].is_array())
        return odd("list of partitions");
    std::vector<http::Request> requests;
    for (const json& r : root["httpRequests"]) {
        if (!r.is_object()) return odd("list of partitions");
        // The address carries a signature: it stands in no message.
        auto url = http::parse_url(text_at(r, "uri"));
        if (!url) return odd("list of partitions at https addresses");
        http::Request request;
        request.url = *url;
        if (const auto it = r.find("headers"); it != r.end() && it->is_object())
            for (const auto& [name, value] : it->items()) {
                if (!value.is_string()) continue;
                const std::string text = value.get<std::string>();
                if ((name + text).find_first_of("\r\n") != std::string::npos)
                    return odd("list of partitions");
                request.headers.emplace_back(name, text);
            }
        requests.push_back(std::move(request));
    }
    return requests;
}

}  // namespace audienced::source::customer_insights
