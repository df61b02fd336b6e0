// Sign-ins against a login service that answers from a list.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "run/sign_in/flows.hpp"
#include "run/sign_in/sign_ins.hpp"
#include "unit/provider/scripted_http.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::test {
namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

inline constexpr const char* granted = R"({"access_token":"a2","refresh_token":"r2","expires_in":3600})";
inline constexpr const char* offer =
    R"({"device_code":"d1","user_code":"KQZM","verification_uri":"https://x.example/activate",
        "verification_uri_complete":"https://x.example/activate?c=KQZM","expires_in":600,"interval":7})";
inline constexpr const char* pending = R"({"error":"authorization_pending"})";

inline std::string parameter(const std::string& text, const std::string& name) {
    const auto at = text.find(name + "=");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 1;
    return text.substr(begin, text.find('&', begin) - begin);
}

/// Connections "letters" (Constant Contact: a public client, browser or device) and "tags" (Mailchimp: with a
/// secret, and metadata), a login service that answers from a list, a provider that knows the account.
struct SignInScene : RunBench {
    std::deque<http::Response> answers;
    std::function<void()> at_request;  // of the login service
    ScriptedHttp http{[this](const http::Request&) -> result<http::Response> {
        if (at_request) at_request();
        if (answers.empty()) return make_error(Errc::network, "no answer");
        http::Response next = answers.front();
        answers.pop_front();
        return next;
    }};
    provider::Limiters limiters{time, io.get_executor(), nullptr};
    run::SignIns sign_ins{io.get_executor(), time, system_random(), *store, http, limiters, log};
    run::SignInFlows flows{env};

    SignInScene() {
        time.advance(1s);  // the first second of a process counts as spent
        env.http = &http;
        env.sign_ins = &sign_ins;
        add("letters", "constant-contact", {});
        add("tags", "mailchimp", "s3cret");
    }
    ~SignInScene() {
        run_coro(io, flows.close());
        run_coro(io, sign_ins.close());
    }
    void add(const char* name, const char* provider, std::string secret) {
        model::Connection c = sample_connection(name);
        c.provider = provider;
        c.auth = model::AuthKind::oauth;
        c.state = model::ConnectionState::needs_sign_in;
        c.state_reason = "never signed in";
        c.client_id = "client-1";
        c.account_id.clear();
        c.api_base.clear();
        model::Credentials credentials;
        credentials.client_secret = Secret(std::move(secret));
        in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
            return store::add_connection(db, vault, c, credentials).has_value();
        });
    }
    result<run::SignInStarted> start(std::string connection, bool device = false,
                                     std::string listen = "127.0.0.1:0") {
        run::SignInRequest request;
        request.connection = std::move(connection);
        request.device = device;
        request.listen = std::move(listen);
        request.by.user = "ann";
        return run_coro(io, flows.start(std::move(request)));
    }
    /// Time passes as it must.
    result<std::optional<provider::Account>> outcome(const std::string& connection, const std::string& id) {
        return run_coro(io, time, flows.wait(connection, id, time.steady() + 1h));
    }
    awaitable<std::string> browse(std::uint16_t port, std::string target) {
        auto token = asio::as_tuple(asio::use_awaitable);
        tcp::socket socket(io);
        const tcp::endpoint there(asio::ip::make_address("127.0.0.1"), port);
        auto [refused] = co_await socket.async_connect(there, token);
        if (refused) co_return "refused";
        const std::string request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        (void)co_await asio::async_write(socket, asio::buffer(request), token);
        std::string answer;
        auto buffer = asio::dynamic_buffer(answer);
        (void)co_await asio::async_read(socket, buffer, token);
        co_return answer;
    }
    static std::uint16_t port_of(const run::SignInStarted& started) {
        const auto colon = started.redirect_uri.rfind(':');
        return static_cast<std::uint16_t>(std::stoi(started.redirect_uri.substr(colon + 1)));
    }
    /// The browser comes back with this code and our state; gives the page that is shown.
    std::string come_back(const run::SignInStarted& started, const std::string& code) {
        const std::string target = "/callback?code=" + code + "&state=" + parameter(started.url, "state");
        std::string page = run_coro(io, browse(port_of(started), target));
        settle_down();
        return page;
    }
    model::Connection connection(const std::string& name) {
        return in_store(
            [&](store::Database& db, const vault::Vault&) { return store::get_connection(db, name); });
    }
    model::Credentials credentials(const std::string& name) {
        return in_store([&](store::Database& db, const vault::Vault& vault) {
            return store::get_credentials(db, vault, name);
        });
    }
    void check_signed_in(const std::string& name) {
        CHECK(connection(name).state == model::ConnectionState::ready);
        CHECK(connection(name).account_id == "acc1");
        CHECK(credentials(name).access_token.reveal() == "a2");
        CHECK(log.count(log::Kind::connection_ready) == 1);
    }
    void check_not_signed_in(const std::string& name) {
        CHECK(connection(name).state == model::ConnectionState::needs_sign_in);
        CHECK(credentials(name).access_token.empty());
        CHECK_FALSE(log.has(log::Kind::connection_ready));
    }
};

}  // namespace audienced::test
