#include <map>
#include <nlohmann/json.hpp>

#include "fixture.hpp"

namespace audienced::conformance {
namespace {

using Json = nlohmann::json;

class MailchimpFixture final : public Fixture {
public:
    model::Connection connection() const override {
        model::Connection c;
        c.name = "under-test";
        c.provider = "mailchimp";
        c.api_base = "https://us6.api.mailchimp.com";
        return c;
    }
    model::Batch upsert(std::size_t n) const override {
        model::Batch b;
        b.destination = "a1b2c3d4e5";
        b.fields = {"FNAME"};
        for (std::size_t i = 0; i < n; ++i) {
            model::Member m;
            m.address = address(i);
            m.values.emplace_back("Name " + std::to_string(i));
            b.members.push_back(std::move(m));
        }
        return b;
    }
    http::Response serve(const http::Request& r) override {
        if (r.url.target.find("/merge-fields?") != std::string::npos)
            return reply(200, R"({"merge_fields":[{"tag":"FNAME","type":"text"}],"total_items":1})");
        if (r.url.target.find("/members/") != std::string::npos)
            return reply(404, R"({"title":"Resource Not Found"})");
        if (r.method == http::Method::get)
            return reply(200, R"({"account_id":"acc","members":[],"segments":[],"total_items":0})");
        Json out{
            {"new_members", Json::array()}, {"updated_members", Json::array()}, {"errors", Json::array()}};
        const Json body = Json::parse(r.body);
        for (const Json& m : body.at("members")) {
            const auto who = m.at("email_address").get<std::string>();
            if (refused.contains(who)) {
                out["errors"].push_back({{"email_address", who}, {"error", who + " looks fake or invalid"}});
                continue;
            }
            const bool is_new = members_.insert_or_assign(who, m.at("merge_fields").dump()).second;
            out[is_new ? "new_members" : "updated_members"].push_back(
                {{"email_address", who}, {"status", "subscribed"}});
        }
        return reply(200, out.dump());
    }
    std::string state() const override { return Json(members_).dump(); }
    std::vector<http::Response> throttled() const override {
        return {reply(429, R"({"title":"Too Many Requests","status":429})"), reply(429), reply(403),
                reply(403, "<html>Access Denied</html>")};
    }
    std::vector<http::Response> trouble() const override {
        return {reply(500, R"({"type":"about:blank","status":500})"), reply(502, "<html>"), reply(503),
                reply(504),
                reply(503, R"({"type":"akamai_error_message","title":"akamai_503","status":503})")};
    }
    http::Response unauthorised() const override {
        return reply(401, R"({"title":"API Key Invalid","status":401})");
    }
    std::vector<http::Response> permanent() const override {
        return {reply(403, R"({"title":"User Disabled","status":403})"),
                reply(404, R"({"title":"Resource Not Found"})"), reply(302)};
    }

private:
    std::map<std::string, std::string> members_;
};

}  // namespace

FixturePtr mailchimp_fixture() {
    return std::make_unique<MailchimpFixture>();
}

}  // namespace audienced::conformance
