#include "../provider/fixture.hpp"

#include <map>
#include <nlohmann/json.hpp>

namespace audienced::conformance {
namespace {

using Json = nlohmann::json;

class ToyFixture final : public Fixture {
public:
    model::Connection connection() const override {
        model::Connection c;
        c.name = "under-test";
        c.provider = "toy";
        c.api_base = "https://api.toy.example";
        return c;
    }
    model::Batch upsert(std::size_t n) const override {
        model::Batch b;
        b.destination = "box-1";
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
        if (r.url.target.find("/members/") != std::string::npos)
            return reply(404, R"({"error":"not in the box"})");
        if (r.method == http::Method::get) return reply(200, R"({"id":"acc","name":"Acme"})");
        Json results = Json::array();
        const Json body = Json::parse(r.body);
        for (const Json& m : body.at("members")) {
            const auto address = m.at("address").get<std::string>();
            if (refused.contains(address)) {
                results.push_back(
                    {{"address", address}, {"did", "refused"}, {"why", address + " is malformed"}});
                continue;
            }
            const bool is_new = members_.insert_or_assign(address, m.at("values").dump()).second;
            results.push_back({{"address", address}, {"did", is_new ? "added" : "updated"}});
        }
        return reply(200, Json{{"results", results}}.dump());
    }
    std::string state() const override { return Json(members_).dump(); }
    std::vector<http::Response> throttled() const override {
        return {reply(429), reply(429, R"({"error":"20 calls in 10 seconds"})")};
    }
    std::vector<http::Response> trouble() const override { return {reply(500), reply(503, "<html>")}; }
    http::Response unauthorised() const override { return reply(401, R"({"error":"unknown key"})"); }
    std::vector<http::Response> permanent() const override {
        return {reply(403), reply(404, R"({"error":"no such box"})"), reply(302)};
    }

private:
    std::map<std::string, std::string> members_;
};

}  // namespace

FixturePtr toy_fixture() {
    return std::make_unique<ToyFixture>();
}

}  // namespace audienced::conformance
