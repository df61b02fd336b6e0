#include "notify/ways/web.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "notify/ways/signature.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::notify_ways_web_test {

using namespace audienced;
using namespace audienced::notify;
using nlohmann::json;

namespace {

struct ScriptedClient final : http::Client {
    awaitable<result<http::Response>> send(http::Request request, Deadline) override {
        sent.push_back(std::move(request));
        co_return answer;
    }
    void answers(unsigned status) {
        http::Response response;
        response.status = status;
        answer = response;
    }
    std::vector<http::Request> sent;
    result<http::Response> answer;
};

const SysTime now = from_unix(1'772'330'400);

struct Bench {
    ScriptedClient client;
    Message message = message_to_send(
        7, R"({"subject":"export:vip","state":"failed","message":"1 < 2 & <!here>","host":"crm1"})", now);
    WebTarget target{&client, http::parse_url("https://alerts.example/secret/path?token=x").value(), "/ca"};

    result<std::string> tell(Way& way) { return test::run_coro(way.tell(message, Deadline{})); }
};

}  // namespace

TEST_CASE("a webhook gets the message as JSON, with its signature", "[unit][notify]") {
    Bench bench;
    bench.client.answers(204);
    WebhookWay way(bench.target, Secret("a secret of sixteen"));
    CHECK(bench.tell(way).value() == "HTTP status 204");
    REQUIRE(bench.client.sent.size() == 1);
    const http::Request& sent = bench.client.sent[0];
    CHECK(sent.method == http::Method::post);
    CHECK(sent.url.target == "/secret/path?token=x");
    CHECK(sent.ca_file == "/ca");
    CHECK(sent.body == bench.message.body);
    const http::Headers wanted{
        {"Content-Type", "application/json"},
        {signature_header, signature(Secret("a secret of sixteen"), now, bench.message.body)}};
    CHECK(sent.headers == wanted);
    CHECK(sent.head_only);
}

TEST_CASE("a chat gets title and sentences, with nothing in them that mentions or links", "[unit][notify]") {
    Bench bench;
    bench.client.answers(200);
    SlackWay way(bench.target);
    REQUIRE(bench.tell(way));
    const http::Request& sent = bench.client.sent.at(0);
    CHECK(json::parse(sent.body) ==
          json{{"text", "*export vip: failed* (audienced on crm1)\n1 &lt; 2 &amp; &lt;!here&gt;"}});
    CHECK(sent.method == http::Method::post);
    CHECK(sent.head_only);
}

TEST_CASE("a heartbeat is a GET without a message", "[unit][notify]") {
    Bench bench;
    bench.client.answers(200);
    HeartbeatWay way("heartbeat:vip", bench.target);
    REQUIRE(bench.tell(way));
    const http::Request& sent = bench.client.sent.at(0);
    CHECK(way.name() == "heartbeat:vip");
    CHECK(sent.method == http::Method::get);
    CHECK(sent.body.empty());
    CHECK(sent.head_only);
}

TEST_CASE("taken is what is answered with 2xx, and no error names the address", "[unit][notify]") {
    Bench bench;
    WebhookWay webhook(bench.target, Secret("a secret of sixteen"));
    SlackWay slack(bench.target);
    HeartbeatWay heartbeat("heartbeat", bench.target);
    for (Way* way : std::initializer_list<Way*>{&webhook, &slack, &heartbeat}) {
        CAPTURE(way->name());
        CHECK(way->target() == "https://alerts.example");
        CHECK(way->leads_to() == "https://alerts.example/secret/path?token=x");
        for (const unsigned status : {200u, 201u, 299u}) {
            bench.client.answers(status);
            CHECK(bench.tell(*way));
        }
        for (const unsigned status : {300u, 302u, 404u, 410u, 429u, 500u}) {
            bench.client.answers(status);
            const auto told = bench.tell(*way);
            REQUIRE_FALSE(told);
            CHECK(told.error().text() == "it answered with HTTP status " + std::to_string(status));
        }
        bench.client.answer = make_error(Errc::network, "no answer");
        CHECK(bench.tell(*way).error().code == Errc::network);
    }
}

}  // namespace audienced::unit::notify_ways_web_test
