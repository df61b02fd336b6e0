// Reading a segment over real TLS from audience-sandbox, whose Customer Insights was written from the
// documentation by itself.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <nlohmann/json.hpp>
#include <set>

#include "conformance/provider/sandbox_process.hpp"
#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/net_thread.hpp"
#include "support/print_result.hpp"

using namespace audienced;
using namespace audienced::test;
using Json = nlohmann::json;
using Settings = std::map<std::string, std::string>;

namespace {

constexpr const char* instance = "7c1b0000-0000-4000-8000-000000000001";

struct Given final : source::Secrets {
    std::string secret = "s3cret&=", keys = "two\none";
    std::string get(std::string_view name) const override {
        return name == "client_secret" ? secret : name == "subscription_keys" ? keys : "";
    }
};

/// 250 customers, 240 of them in Gold.
struct Live {
    conformance::SandboxProcess sandbox;
    NetThread net;
    Given secrets;

    Live() {
        ask("/sandbox/apps",
            R"({"client_id":"the app","client_secret":"s3cret&=","provider":"customer_insights"})");
        ask("/sandbox/customer-insights/instances",
            std::string(R"({"id":")") + instance +
                R"(","subscription_keys":["one"],"columns":["EMail","FirstName","BirthDate"]})");
        seed(R"({"CustomerId":"a{n}","first":100,"count":10,"values":{"EMail":"other{n}@example.org"}})");
        seed(R"({"CustomerId":"b{n}","first":1000,"count":240,"segments":["Gold"],)"
             R"("values":{"EMail":"gold{n}@example.org","FirstName":"Nú\"ñez {n}"}})");
    }
    std::string ask(std::string path, std::string body = {}) {
        return boost::asio::co_spawn(net.executor(),
                                     sandbox.ask(net.client(), std::move(path), std::move(body)),
                                     boost::asio::use_future)
            .get();
    }
    void seed(const std::string& line) {
        ask(std::string("/sandbox/customer-insights/instances/") + instance + "/seed", line);
    }
    void change_segment(const std::string& body) {
        ask(std::string("/sandbox/customer-insights/instances/") + instance + "/segments", body);
    }
    std::unique_ptr<source::Source> open(const Settings& more = {}) {
        model::Source s{"ci",
                        "customer-insights",
                        {{"customer-insights", instance},
                         {"tenant", "contoso.example"},
                         {"client-id", "the app"},
                         {"api-base", sandbox.address()},
                         {"login-base", sandbox.address()},
                         {"ca-file", sandbox.ca_file()},
                         {"calls-per-minute", "100000"}},
                        {}};
        for (const auto& [name, value] : more) s.settings[name] = value;
        source::Environment e;
        e.clock = &aio::system_time();
        e.http = &net.client();
        e.io = net.executor();
        e.secrets = &secrets;
        auto made = source::make(s, e);
        if (!made) FAIL(made.error().text());
        return std::move(*made);
    }
    int calls() {
        int calls = 0;
        for (const auto& entry : Json::parse(ask("/sandbox/log?last=1000")))
            if (entry.at("target").get<std::string>().find("/data/Customer") != std::string::npos) ++calls;
        return calls;
    }
};

model::Segment gold(std::string name = "Gold") {
    return {"gold", "ci", model::Segment::Kind::entity, std::move(name), "", {}};
}
const std::vector<std::string> wanted{"EMail", "FirstName", "BirthDate"};

}  // namespace

TEST_CASE("Customer Insights: a segment is read page by page, with the key that works",
          "[conformance][source][live]") {
    Live live;
    auto ci = live.open();
    auto told = ci->test({});
    REQUIRE(told);
    CHECK(told->find("1 segments") != std::string::npos);
    auto described = ci->describe(gold(), {});
    REQUIRE(described);
    CHECK(described->rows == 240u);
    CHECK(described->columns == std::vector<std::string>{"CustomerId", "EMail", "FirstName", "BirthDate"});

    KeptRows kept;
    auto snapshot = ci->read(gold(), wanted, kept, {});
    if (!snapshot) FAIL(snapshot.error().text());
    CHECK(snapshot->rows == 240);
    REQUIRE(kept.rows.size() == 240);
    CHECK(kept.rejects.empty());
    CHECK(live.calls() == 4);  // the last one is empty
    std::set<std::string> different;
    for (const auto& row : kept.rows) different.insert(row[0]);
    CHECK(different.size() == 240);
    CHECK(kept.rows[0][0] == "gold1000@example.org");
    CHECK(kept.rows[0][1] == "Nú\"ñez 1000");
    CHECK(kept.rows[0][2] == "NULL");

    KeptRows again;
    auto same = ci->read(gold(), wanted, again, {});
    REQUIRE(same);
    CHECK(same->id == snapshot->id);
}

TEST_CASE("Customer Insights: a page that is shorter than requested loses no profile",
          "[conformance][source][live]") {
    Live live;
    live.ask("/sandbox/knobs", R"({"ci_page_limit":70})");
    KeptRows kept;
    auto snapshot = live.open({{"page-size", "1000"}})->read(gold(), wanted, kept, {});
    if (!snapshot) FAIL(snapshot.error().text());
    CHECK(kept.rows.size() == 240);
    CHECK(live.calls() == 5);
}

TEST_CASE("Customer Insights: what is not ready is reported, and no profile is read",
          "[conformance][source][live]") {
    Live live;
    const auto [change, word] =
        GENERATE(table<std::string, std::string>({{R"({"name":"Gold","state":"inactive"})", "inactive"},
                                                  {R"({"name":"Gold","jobStatus":"Running"})", "evaluat"}}));
    live.change_segment(change);
    KeptRows kept;
    auto read = live.open()->read(gold(), wanted, kept, {});
    REQUIRE_FALSE(read);
    CAPTURE(read.error().text());
    CHECK(read.error().code == Errc::not_ready);
    CHECK(read.error().text().find(word) != std::string::npos);
    CHECK(kept.rows.empty());
}

TEST_CASE("Customer Insights: wrong names and wrong credentials are told apart",
          "[conformance][source][live]") {
    Live live;
    KeptRows kept;
    CHECK(live.open()->read(gold("Silver"), wanted, kept, {}).error().code == Errc::not_found);
    CHECK(live.open()->read(gold(), {"Mail"}, kept, {}).error().code == Errc::not_found);
    live.secrets.keys = "neither\nnor";
    auto keys = live.open()->test({});
    REQUIRE_FALSE(keys);
    CHECK(keys.error().text().find("subscription key") != std::string::npos);
    live.secrets.secret = "wrong";
    auto secret = live.open()->test({});
    REQUIRE_FALSE(secret);
    CHECK(secret.error().text().find("client secret") != std::string::npos);
    CHECK(kept.rows.empty());
}

TEST_CASE("Customer Insights: temporary failures are retried", "[conformance][source][live]") {
    Live live;
    const std::string action =
        GENERATE(as<std::string>{}, "429_json", "503_html", "reset_before", "reset_mid_body");
    CAPTURE(action);
    live.ask("/sandbox/faults",
             R"({"rules":[{"name":"r","path":"/data/Customer.*skip=100","next":1,"action":")" + action +
                 R"("}]})");
    KeptRows kept;
    auto snapshot = live.open()->read(gold(), wanted, kept, {});
    if (!snapshot) FAIL(snapshot.error().text());
    CHECK(kept.rows.size() == 240);
    CHECK(Json::parse(live.ask("/sandbox/faults")).dump().find("\"r\"") != std::string::npos);
}

TEST_CASE("Customer Insights: what happens in the middle of a read", "[conformance][source][live]") {
    Live live;
    live.ask(
        "/sandbox/faults",
        R"({"rules":[{"name":"r","path":"/data/Customer.*skip=200","next":1,"action":{"kind":"hold","apply":false}}]})");
    auto ci = live.open();
    KeptRows kept;
    std::stop_source stop;
    auto reading =
        std::async(std::launch::async, [&] { return ci->read(gold(), wanted, kept, stop.get_token()); });
    live.ask("/sandbox/wait?held=r&timeout=60");
    SECTION("evaluated anew: it changed") {
        live.ask("/sandbox/clock", R"({"advance_seconds":60})");
        live.change_segment(R"({"name":"Gold"})");
        live.ask("/sandbox/release", R"({"rule":"r"})");
        auto read = reading.get();
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::source_changed);
    }
    SECTION("a token that ends: a new one is got") {
        live.ask("/sandbox/clock", R"({"advance_seconds":100000})");
        live.ask("/sandbox/release", R"({"rule":"r"})");
        auto read = reading.get();
        if (!read) FAIL(read.error().text());
        CHECK(kept.rows.size() == 240);
    }
    SECTION("a profile that comes in between: the new count tells") {
        live.seed(
            R"({"CustomerId":"c{n}","first":1,"count":1,"segments":["Gold"],"values":{"EMail":"late@example.org"}})");
        live.ask("/sandbox/release", R"({"rule":"r"})");
        auto read = reading.get();
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::source_changed);
    }
    SECTION("cancelled: it ends while the answer is still out") {
        stop.request_stop();
        auto read = reading.get();
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::cancelled);
    }
}

TEST_CASE("Customer Insights: an instance without the fast path ends the read, not short",
          "[conformance][source][live]") {
    Live live;
    KeptRows kept;
    auto read = live.open({{"proxy", "true"}})->read(gold(), {"EMail"}, kept, {});
    REQUIRE_FALSE(read);
    CAPTURE(read.error().text());
    CHECK((read.error().code == Errc::not_ready || read.error().code == Errc::not_found));
    CHECK(kept.rows.empty());
}
