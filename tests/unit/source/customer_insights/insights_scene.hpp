// A source of Customer Insights with a service to read from.
#pragma once

#include "source/registry.hpp"
#include "support/insights_service.hpp"
#include "support/kept_rows.hpp"
#include "support/net_thread.hpp"

namespace audienced::test {

struct Insights {
    struct GivenSecrets final : source::Secrets {
        std::map<std::string, std::string, std::less<>> values{{"client_secret", "s3cret&="},
                                                               {"subscription_keys", "key-one\n"}};
        std::string get(std::string_view name) const override {
            const auto it = values.find(name);
            return it == values.end() ? "" : it->second;
        }
    };
    InsightsService service;
    NetThread net;
    GivenSecrets secrets;
    model::Source settings{"crm", "customer-insights", {}, {}};

    Insights() {
        settings.settings = {{"customer-insights", "inst-1"}, {"tenant", "contoso.example"},
                             {"client-id", "the app"},        {"api-base", service.base()},
                             {"login-base", service.base()},  {"ca-file", service.ca_file()},
                             {"calls-per-minute", "1000000"}};
    }
    std::unique_ptr<source::Source> open() {
        source::Environment environment;
        environment.clock = &aio::system_time();
        environment.http = &net.client();
        environment.io = net.executor();
        environment.secrets = &secrets;
        return source::make(settings, environment).value();
    }
    static model::Segment segment(const std::string& name = "News_DE") {
        return {"seg", "crm", model::Segment::Kind::entity, name, "", {}};
    }
    result<source::Snapshot> read(KeptRows& rows, const std::vector<std::string>& columns = {"EMail"},
                                  std::stop_token stop = {}) {
        return open()->read(segment(), columns, rows, stop);
    }
    void many(int n) {
        for (int i = 0; i < n; ++i) {
            const std::string id = std::to_string(1'000'000 + i);
            service.profile(id, "\"p" + id + "@x.org\"");
        }
    }
};

inline std::string outcome(const result<source::Snapshot>& r) {
    return r ? "fine" : to_string(r.error().code);
}

}  // namespace audienced::test
