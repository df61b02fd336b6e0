#include <atomic>

#include "conformance/source/fixture.hpp"
#include "support/insights_service.hpp"
#include "support/net_thread.hpp"

namespace audienced::test::customer_insights {
namespace {

std::string as_json(const std::optional<std::string>& cell) {
    if (!cell) return "null";
    std::string out = "\"";
    for (const char c : *cell) {
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else
            out += c;
    }
    return out + "\"";
}

struct Given final : source::Secrets {
    std::string get(std::string_view name) const override {
        return name == "client_secret" ? "s3cret&=" : name == "subscription_keys" ? "key-one" : "";
    }
};

class InsightsFixture final : public Fixture {
public:
    InsightsFixture() { service_.most_rows = 1000; }
    void put(const Rows& rows) override {
        gone_ = false;
        service_.instead = [this](const std::string&) -> std::string {
            return gone_ ? "HTTP/1.1 410 X\r\nContent-Length: 0\r\n\r\n" : "";
        };
        service_.evaluated = "2026-02-28T10:00:" + std::to_string(10 + ++puts_) + "Z";
        service_.columns = rows.columns;
        service_.profiles.clear();
        int id = 1'000'000;
        for (const auto& row : rows.rows) {
            InsightsService::Profile profile{{"CustomerId", "\"" + std::to_string(++id) + "\""}};
            for (std::size_t i = 0; i < row.size(); ++i) profile[rows.columns[i]] = as_json(row[i]);
            service_.profiles.push_back(std::move(profile));
        }
    }
    model::Source source() const override {
        return {"crm",
                "customer-insights",
                {{"customer-insights", "inst-1"},
                 {"tenant", "contoso.example"},
                 {"client-id", "the app"},
                 {"api-base", service_.base()},
                 {"login-base", service_.base()},
                 {"ca-file", service_.ca_file()},
                 {"page-size", "1000"},
                 {"calls-per-minute", "1000000"}},
                {}};
    }
    model::Segment segment() const override {
        return {"members", "crm", model::Segment::Kind::entity, "News_DE", "", {}};
    }
    source::Environment environment() override {
        source::Environment e;
        e.clock = &aio::system_time();
        e.http = &net_.client();
        e.io = net_.executor();
        e.secrets = &secrets_;
        return e;
    }
    void vanish() override { gone_ = true; }
    bool bad_text_costs_a_row() const override { return false; }

private:
    std::atomic<bool> gone_ = false;
    int puts_ = 0;
    InsightsService service_;
    NetThread net_;
    Given secrets_;
};

}  // namespace

std::unique_ptr<Fixture> make_fixture() {
    return std::make_unique<InsightsFixture>();
}

}  // namespace audienced::test::customer_insights
