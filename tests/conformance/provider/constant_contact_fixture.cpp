#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "fixture.hpp"

namespace audienced::conformance {
namespace {

using Json = nlohmann::json;

/// What stands between the head of the part called `file` and the boundary behind it.
std::string file_of(const std::string& multipart) {
    const std::string boundary = "\r\n" + multipart.substr(0, multipart.find("\r\n"));
    const auto begin = multipart.find("\r\n\r\n", multipart.find("name=\"file\"")) + 4;
    return multipart.substr(begin, multipart.find(boundary, begin) - begin);
}

class ConstantContactFixture final : public Fixture {
public:
    model::Connection connection() const override {
        model::Connection c;
        c.name = "under-test";
        c.provider = "constant-contact";
        c.client_id = "app";
        c.api_base = "https://api.cc.email";
        return c;
    }
    model::Batch upsert(std::size_t n) const override {
        model::Batch b;
        b.destination = "04fe9a97-a579-43c5-bb1a-58ed29bf0a6a";
        b.fields = {"first_name"};
        for (std::size_t i = 0; i < n; ++i) {
            model::Member m;
            m.address = address(i);
            m.values.emplace_back("Name " + std::to_string(i));
            b.members.push_back(std::move(m));
        }
        return b;
    }
    http::Response serve(const http::Request& r) override {
        if (r.method == http::Method::post) return reply(201, import(file_of(r.body)).dump());
        const auto id = r.url.target.rfind('/');
        if (r.url.target.starts_with("/v3/activities/"))
            return reply(200, jobs_.at(r.url.target.substr(id + 1)));
        if (r.url.target.starts_with("/v3/activities?")) {
            Json all = Json::array();
            for (const auto& [name, job] : jobs_) all.push_back(Json::parse(job));
            return reply(200, Json{{"activities", std::move(all)}}.dump());
        }
        if (r.url.target.starts_with("/v3/contacts?")) return reply(200, R"({"contacts":[]})");
        if (r.url.target.starts_with("/v3/contacts/"))
            return reply(404,
                         R"([{"error_key":"contacts.api.not_found","error_message":"no such contact"}])");
        return reply(200, R"({"encoded_account_id":"p07e1l8cdif9dl","organization_name":"Acme"})");
    }
    std::string state() const override { return Json(members_).dump(); }
    std::vector<http::Response> throttled() const override {
        return {reply(429, R"({"error_key":"throttled","error_message":"Too Many Requests"})"), reply(429),
                reply(403, "<html>Attention Required! | Cloudflare</html>")};
    }
    std::vector<http::Response> trouble() const override {
        return {reply(500, R"([{"error_key":"contacts.api.internal_server_error","error_message":"x"}])"),
                reply(502, "<html>"), reply(503), reply(504, R"({"message":"Endpoint request timed out"})")};
    }
    http::Response unauthorised() const override {
        return reply(401, R"({"error_key":"unauthorized","error_message":"Unauthorized"})");
    }
    std::vector<http::Response> permanent() const override {
        return {
            reply(403, R"({"error_key":"access_denied","error_message":"insufficient user privileges."})"),
            reply(403, R"({"message":"Forbidden"})"),
            reply(404, R"([{"error_key":"contacts.api.not_found","error_message":"no such list"}])"),
            reply(400, R"([{"error_key":"contacts.api.validation.error","error_message":"list_ids"}])"),
            reply(302)};
    }

private:
    Json import(const std::string& csv) {
        Json errors = Json::array();
        std::istringstream lines(csv);
        std::string line;
        std::getline(lines, line);
        std::size_t number = 1;
        while (std::getline(lines, line)) {
            ++number;
            const std::string who = line.substr(0, line.find(','));
            if (refused.contains(who))
                errors.push_back("Line " + std::to_string(number) + ": Invalid email " + who);
            else
                members_[who] = line;
        }
        const std::string id = "job-" + std::to_string(jobs_.size());
        Json job{{"activity_id", id}, {"state", "completed"}, {"activity_errors", errors}};
        job["status"] = {{"items_total_count", number},
                         {"correctable_count", errors.size()},
                         {"person_count", number - 1 - errors.size()}};
        jobs_[id] = job.dump();
        return {{"activity_id", id}, {"state", "initialized"}, {"activity_errors", Json::array()}};
    }

    std::map<std::string, std::string> members_, jobs_;
};

}  // namespace

FixturePtr constant_contact_fixture() {
    return std::make_unique<ConstantContactFixture>();
}

}  // namespace audienced::conformance
