// A Constant Contact provider whose server is a function of the request.
#pragma once

#include <nlohmann/json.hpp>

#include "../scripted_http.hpp"
#include "provider/api_key.hpp"
#include "provider/registry.hpp"
#include "support/run_coro.hpp"

namespace audienced::test {

inline const std::string list_id = "04fe9a97-a579-43c5-bb1a-58ed29bf0a6a";

struct SeenContacts final : provider::ContactSink {
    std::vector<provider::ContactStatus> all;
    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override {
        all.insert(all.end(), page.begin(), page.end());
        co_return result<void>{};
    }
};

struct ConstantContactBench {
    using Json = nlohmann::json;
    using Serve = std::function<result<http::Response>(const http::Request&)>;

    boost::asio::io_context io;
    FakeTime time;
    ScriptedHttp http;
    provider::Limiters limiters{time, io.get_executor(), nullptr};
    provider::ApiKeyAuthorizer authorizer{Secret("token")};
    model::Traffic traffic;
    model::Connection connection;
    provider::ProviderPtr provider;

    explicit ConstantContactBench(Serve server) : http(std::move(server)) {
        connection.name = "cc";
        connection.provider = "constant-contact";
        connection.client_id = "app";
        provider::ProviderArgs args;
        args.connection = &connection;
        args.http = &http;
        args.time = &time;
        args.random = &system_random();
        args.limiters = &limiters;
        args.authorizer = &authorizer;
        args.traffic = &traffic;
        auto made = provider::make(args);
        if (!made) throw std::runtime_error(made.error().text());
        provider = std::move(*made);
    }

    template <class T>
    T run(awaitable<T> task) {
        return run_coro(io, time, std::move(task));
    }
    /// "GET /v3/..." in order.
    std::vector<std::string> calls() const {
        std::vector<std::string> out;
        for (const auto& r : http.asked) out.push_back(std::string(to_string(r.method)) + " " + r.url.target);
        return out;
    }
};

inline std::string contact_address(std::size_t i) {
    return "m" + std::to_string(i) + "@example.org";
}

inline model::Batch import_batch(std::size_t n) {
    model::Batch b;
    b.destination = list_id;
    b.fields = {"first_name"};
    for (std::size_t i = 0; i < n; ++i) {
        model::Member m;
        m.address = contact_address(i);
        m.values.emplace_back("Name " + std::to_string(i));
        b.members.push_back(std::move(m));
    }
    return b;
}

inline model::Batch leave_batch(std::size_t n, bool with_ids) {
    model::Batch b;
    b.kind = model::BatchKind::membership;
    b.destination = list_id;
    b.group.id = model::GroupId(list_id);
    b.group.title = "Newsletter";
    for (std::size_t i = 0; i < n; ++i) {
        model::Member m;
        m.address = contact_address(i);
        if (with_ids) m.contact_id = model::ContactId("id-" + std::to_string(i));
        b.leavers.push_back(std::move(m));
    }
    return b;
}

inline std::string job(std::string id, std::string state, nlohmann::json status = {},
                       std::vector<std::string> errors = {}) {
    nlohmann::json j{{"activity_id", id}, {"state", state}, {"activity_errors", errors}};
    if (!status.is_null()) j["status"] = std::move(status);
    return j.dump();
}

inline nlohmann::json contact(std::string address, std::string permission,
                              std::vector<std::string> lists = {}) {
    return {{"contact_id", "id-of-" + address},
            {"email_address", {{"address", address}, {"permission_to_send", permission}}},
            {"list_memberships", lists}};
}

inline std::string contacts(nlohmann::json list, std::string next = {}) {
    // {contact(...)} is a list of one for GCC and that contact itself for Clang.
    if (!list.is_array()) list = nlohmann::json::array({list});
    nlohmann::json page{{"contacts", std::move(list)}};
    if (!next.empty()) page["_links"] = {{"next", {{"href", next}}}};
    return page.dump();
}

}  // namespace audienced::test
