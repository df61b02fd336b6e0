// A Mailchimp provider whose server is a function of the request.
#pragma once

#include <nlohmann/json.hpp>

#include "../scripted_http.hpp"
#include "provider/api_key.hpp"
#include "provider/registry.hpp"
#include "support/run_coro.hpp"

namespace audienced::test {

struct Sink final : provider::ContactSink {
    std::vector<provider::ContactStatus> all;
    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override {
        all.insert(all.end(), page.begin(), page.end());
        co_return result<void>{};
    }
};

struct MailchimpBench {
    using Json = nlohmann::json;

    boost::asio::io_context io;
    FakeTime time;
    ScriptedHttp http;
    provider::Limiters limiters{time, io.get_executor(), nullptr};
    provider::ApiKeyAuthorizer authorizer{Secret("0123456789abcdef-us6")};
    model::Traffic traffic;
    model::Connection connection;
    provider::ProviderPtr provider;
    /// The server: everything but reading merge fields.
    std::function<result<http::Response>(const http::Request&)> serve;
    std::string merge_fields =
        R"({"merge_fields":[{"merge_id":1,"tag":"FNAME","name":"First","type":"text","required":false},
        {"merge_id":7,"tag":"LTV","name":"Value","type":"number","required":true,"options":{"choices":["a","b"]}}],"total_items":2})";

    /// `account`: that of the stored connection; empty: it is being added.
    explicit MailchimpBench(std::function<result<http::Response>(const http::Request&)> server = {},
                            std::string account = "acc")
        : http([this](const http::Request& r) -> result<http::Response> {
              if (r.method == http::Method::get && r.url.target.find("/merge-fields?") != std::string::npos)
                  return json_reply(200, merge_fields);
              return serve(r);
          }),
          serve(std::move(server)) {
        connection.name = "mc";
        connection.provider = "mailchimp";
        connection.account_id = std::move(account);
        connection.api_base = "https://us6.api.mailchimp.com";
        provider::ProviderArgs args;
        args.connection = &connection;
        args.http = &http;
        args.time = &time;
        args.random = &system_random();
        args.limiters = &limiters;
        args.authorizer = &authorizer;
        args.traffic = &traffic;
        provider = *provider::make(args);
    }

    template <class T>
    T run(awaitable<T> task) {
        return run_coro(io, time, std::move(task));
    }
    /// Requests whose target contains this, in order.
    std::vector<http::Request> asked(std::string_view part, std::optional<http::Method> method = {}) const {
        std::vector<http::Request> out;
        for (const auto& r : http.asked)
            if (r.url.target.find(part) != std::string::npos && (!method || r.method == *method))
                out.push_back(r);
        return out;
    }
    static std::vector<std::string> addresses(const http::Request& r) {
        std::vector<std::string> out;
        const Json body = Json::parse(r.body);
        for (const auto& m : body.at("members")) out.push_back(m["email_address"].get<std::string>());
        return out;
    }
};

inline std::string address(std::size_t i) {
    return "m" + std::to_string(i) + "@example.org";
}

inline model::Batch upsert_batch(std::size_t n) {
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

inline model::Batch tag_batch(std::size_t add, std::size_t remove) {
    model::Batch b = upsert_batch(add);
    b.kind = model::BatchKind::membership;
    b.group.id = model::GroupId("77");
    b.group.title = "VIP";
    for (std::size_t i = 0; i < remove; ++i) {
        model::Member m;
        m.address = "gone" + std::to_string(i) + "@example.org";
        b.leavers.push_back(std::move(m));
    }
    return b;
}

inline std::string problem(std::string title, std::string detail) {
    return nlohmann::json{{"title", title}, {"detail", detail}, {"status", 400}}.dump();
}

}  // namespace audienced::test
