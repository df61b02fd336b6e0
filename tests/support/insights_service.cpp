#include "support/insights_service.hpp"

#include <algorithm>

namespace audienced::test {
namespace {

std::string reply(int status, const std::string& body, const std::string& more = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + more + "\r\n" + body;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

std::size_t number_behind(const std::string& target, const std::string& key, std::size_t absent) {
    const auto at = target.find(key);
    return at == target.npos ? absent : std::stoul(target.substr(at + key.size()));
}

}  // namespace

InsightsService::InsightsService() {
    dir.write("ca.pem", ca_.pem());
    server_ = std::make_unique<TlsServer>(ca_.issue("127.0.0.1"), [this](Peer& peer) {
        while (auto request = peer.read_request()) peer.send(answer(*request));
    });
}

InsightsService::~InsightsService() {
    server_.reset();
}

std::string InsightsService::base() const {
    return "https://127.0.0.1:" + std::to_string(server_->port()) + "/ci";
}

void InsightsService::profile(const std::string& id, const std::string& email_json) {
    profiles.push_back({{"CustomerId", "\"" + id + "\""}, {"EMail", email_json}});
}

std::string InsightsService::answer(const std::string& request) {
    const std::string line = request.substr(0, request.find("\r\n"));
    if (before) before(line);
    const std::lock_guard lock(mutex_);
    if (instead)
        if (auto other = instead(line); !other.empty()) return other;
    const std::string target = line.substr(line.find(' ') + 1, line.rfind(' ') - line.find(' ') - 1);
    if (target.starts_with("/part/")) {
        partition_saw_credentials |= holds(request, "Bearer") || holds(request, good_key);
        if (!holds(request, "x-part: yes")) return reply(403, "");
        return reply(200, partitions.at(std::stoul(target.substr(6))));
    }
    if (target == "/ci/contoso.example/oauth2/v2.0/token") {
        ++sign_ins;
        const bool good = holds(request, "grant_type=client_credentials") &&
                          holds(request, "client_id=the%20app") &&
                          holds(request, "client_secret=s3cret%26%3D") && good_secret == "s3cret&=" &&
                          holds(request, "scope=https%3A%2F%2Fapi.ci.ai.microsoft.com%2F.default");
        if (!good) return reply(401, R"({"error":"invalid_client"})");
        return reply(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"tok)" +
                              std::to_string(++tokens_) + "\"}");
    }
    if (!holds(request, "Bearer tok" + std::to_string(tokens_) + "\r\n") ||
        !holds(request, "Ocp-Apim-Subscription-Key: " + good_key + "\r\n"))
        return reply(401, "");
    const std::string root = "/ci/v1/instances/inst-1";
    if (target.starts_with(root + "/manage/segments"))
        return reply(
            200, R"([{"name":"Other","state":"inactive"},{"name":"News_DE","friendlyName":"News","state":")" +
                     state + R"(","evaluationStatus":{"jobStatus":")" + job + R"(","evaluationDate":")" +
                     evaluated + R"(","entityCount":)" + std::to_string(count.value_or(profiles.size())) +
                     R"(,"lastSuccessfulRunId":"r1"}}])");
    if (target.starts_with(root + "/manage/entities/")) {
        std::string list;
        for (const auto& c : columns)
            list += (list.empty() ? "" : ",") + ("{\"name\":\"" + c + "\",\"dataType\":\"Edm.String\"}");
        return reply(200, "{\"attributes\":[" + list + "]}");
    }
    if (target == root + "/data/News_DE?$select=*&proxy=true") {
        std::string list;
        for (std::size_t i = 0; i < partitions.size(); ++i)
            list += (i ? "," : "") + ("{\"uri\":\"" + base().substr(0, base().size() - 3) + "/part/" +
                                      std::to_string(i) + "?sig=x\",\"headers\":{\"x-part\":\"yes\"}}");
        return reply(200, "{\"httpRequests\":[" + list + "]}");
    }
    if (target.starts_with(root + "/data/Customer?")) return page(target);
    return reply(404, R"({"errorCode":1,"message":"nothing here"})");
}

std::string InsightsService::page(const std::string& target) {
    if (pages++ == 0) page_target = target;
    if (!raw_answer.empty()) return reply(200, raw_answer);
    const std::size_t skip = ignores_skip ? 0 : number_behind(target, "$skip=", 0);
    const std::size_t top = std::min(most_rows, number_behind(target, "$top=", 100));
    std::sort(profiles.begin(), profiles.end(),
              [](const Profile& a, const Profile& b) { return a.at("CustomerId") < b.at("CustomerId"); });
    std::string rows;
    for (std::size_t i = skip; i < std::min(profiles.size(), skip + top); ++i) {
        std::string row;
        for (const auto& [name, value] : profiles[i])
            row += (row.empty() ? "" : ",") + ("\"" + name + "\":" + value);
        rows += (rows.empty() ? "{" : ",{") + row + "}";
    }
    return reply(200, R"({"@odata.context":"$metadata#Customer","value":[)" + rows + "]}");
}

}  // namespace audienced::test
