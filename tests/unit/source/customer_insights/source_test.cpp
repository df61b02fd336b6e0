#include <catch2/catch.hpp>

#include "unit/source/customer_insights/insights_scene.hpp"

namespace audienced::unit::source_customer_insights_source_test {

using namespace audienced;
using namespace audienced::test;
using Lines = std::vector<std::vector<std::string>>;

TEST_CASE("customer insights: signs in once, checks the segment, pages by 100", "[unit][source][insights]") {
    Insights ci;
    ci.many(250);
    ci.service.profile("2000000", "null");
    ci.service.profile("2000001", "7.5");
    KeptRows rows;
    auto snapshot = ci.read(rows);
    REQUIRE(snapshot.has_value());
    REQUIRE(rows.rows.size() == 252);
    CHECK(rows.rows[0] == std::vector<std::string>{"p1000000@x.org"});
    CHECK(rows.rows[250] == std::vector<std::string>{"NULL"});
    CHECK(rows.rows[251] == std::vector<std::string>{"7.5"});
    CHECK(snapshot->rows == 252);
    CHECK(snapshot->id == "2026-02-28T10:00:00Z/r1/252");
    CHECK(ci.service.sign_ins == 1);
    CHECK(ci.service.pages == 4);  // the fourth is empty: the end
    CHECK(ci.service.page_target ==
          "/ci/v1/instances/inst-1/data/Customer?$filter=IsMemberOfSegment%28%27News_DE%27%29"
          "&$select=CustomerId%2CEMail&$orderby=CustomerId&$top=100&$skip=0");
    auto description = ci.open()->describe(Insights::segment(), {});
    REQUIRE(description.has_value());
    CHECK(description->columns == std::vector<std::string>{"CustomerId", "EMail"});
    CHECK(description->rows == 252);
    CHECK(ci.open()->test({}).value() == "Customer Insights instance inst-1 with 2 segments");
}

TEST_CASE("customer insights: falls over to the second key, and signs in again when a token is refused",
          "[unit][source][insights]") {
    Insights ci;
    ci.many(1);
    KeptRows rows;
    SECTION("the second key") {
        ci.secrets.values["subscription_keys"] = "regenerated\r\n\nkey-one\n";
        CHECK(outcome(ci.read(rows)) == "fine");
        CHECK(ci.service.sign_ins == 1);
    }
    SECTION("a token that is refused before its time") {
        auto source = ci.open();
        CHECK(outcome(source->read(Insights::segment(), {"EMail"}, rows, {})) == "fine");
        bool refused = false;
        ci.service.instead = [&](const std::string&) -> std::string {
            return std::exchange(refused, true) ? "" : "HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n";
        };
        CHECK(outcome(source->read(Insights::segment(), {"EMail"}, rows, {})) == "fine");
        CHECK(ci.service.sign_ins == 2);
    }
    SECTION("no key that works") {
        ci.secrets.values["subscription_keys"] = "a\nb";
        CHECK(outcome(ci.read(rows)) == "auth");
        CHECK(ci.service.sign_ins == 2);
    }
    SECTION("no secret, no keys, the wrong secret") {
        ci.secrets.values["client_secret"] = "";
        CHECK(outcome(ci.read(rows)) == "auth");
        ci.secrets.values["client_secret"] = "wr0ng";
        auto r = ci.read(rows);
        CHECK(outcome(r) == "auth");
        CHECK(r.error().text().find("wr0ng") == std::string::npos);
        ci.secrets.values = {{"client_secret", "s3cret&="}};
        CHECK(outcome(ci.read(rows)) == "auth");
    }
}

TEST_CASE("customer insights: a segment that is not ready is not read", "[unit][source][insights]") {
    Insights ci;
    ci.many(3);
    const auto c =
        GENERATE(table<const char*, const char*, const char*>({{"inactive", "CompletedSuccess", "not_ready"},
                                                               {"invalid", "CompletedSuccess", "not_ready"},
                                                               {"", "", "not_ready"},
                                                               {"active", "Running", "not_ready"},
                                                               {"active", "Queued", "not_ready"},
                                                               {"active", "CompletedFailure", "not_ready"},
                                                               {"Active", "None", "fine"}}));
    ci.service.state = std::get<0>(c);
    ci.service.job = std::get<1>(c);
    KeptRows rows;
    CHECK(outcome(ci.read(rows)) == std::get<2>(c));
    CHECK(rows.rows.empty() == (std::string(std::get<2>(c)) != "fine"));
}

TEST_CASE("customer insights: says what is missing", "[unit][source][insights]") {
    Insights ci;
    ci.many(1);
    KeptRows rows;
    CHECK(outcome(ci.open()->read(Insights::segment("News"), {"EMail"}, rows, {})) == "not_found");
    CHECK(outcome(ci.read(rows, {"Phone"})) == "not_found");
    ci.settings.settings["customer-insights"] = "inst-2";
    CHECK(outcome(ci.read(rows)) == "not_found");
}

TEST_CASE("customer insights: malformed answers are not ready", "[unit][source][insights]") {
    Insights ci;
    ci.many(1);
    ci.service.raw_answer =
        GENERATE(values<std::string>({"<html>", "[", "7", "{}", R"({"value":7})", R"({"value":[7]})",
                                      R"({"value":[null]})", "{\"value\":[{\"EMail\":\"\xFF\"}]}"}));
    KeptRows rows;
    CHECK(outcome(ci.read(rows)) == "not_ready");
    CHECK(rows.rows.empty());
}

TEST_CASE("customer insights: a busy or failing service is retried", "[unit][source][insights]") {
    Insights ci;
    ci.many(1);
    int left = 1;
    const std::string trouble = GENERATE(values<std::string>({"429 X\r\nRetry-After: 1", "503 X"}));
    ci.service.instead = [&](const std::string& line) -> std::string {
        if (line.find("/data/Customer") == line.npos || left-- <= 0) return "";
        return "HTTP/1.1 " + trouble + "\r\nContent-Length: 0\r\n\r\n";
    };
    KeptRows rows;
    CHECK(outcome(ci.read(rows)) == "fine");
    CHECK(rows.rows.size() == 1);
}

TEST_CASE("customer insights: cancelled in the middle, nothing is left running", "[unit][source][insights]") {
    Insights ci;
    ci.many(250);
    std::stop_source stop;
    KeptRows rows;
    SECTION("between two calls") {
        rows.at_row = [&](std::uint64_t n) {
            if (n == 150) stop.request_stop();
            return true;
        };
    }
    SECTION("while the server thinks") {
        ci.service.before = [&](const std::string& line) {
            if (line.ends_with("$skip=100 HTTP/1.1")) stop.request_stop();
        };
    }
    SECTION("while it waits for a busy server") {
        ci.service.instead = [&](const std::string& line) -> std::string {
            if (!line.ends_with("$skip=100 HTTP/1.1")) return "";
            stop.request_stop();
            return "HTTP/1.1 429 X\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n";
        };
    }
    CHECK(outcome(ci.read(rows, {"EMail"}, stop.get_token())) == "cancelled");
    CHECK(rows.rows.size() < 250);
}

TEST_CASE("customer insights: a server that vanishes, or has no trusted certificate, is not ready",
          "[unit][source][insights]") {
    Insights ci;
    ci.many(1);
    KeptRows rows;
    ci.settings.settings["ca-file"] = "";
    CHECK(outcome(ci.read(rows)) == "not_ready");
}

TEST_CASE("customer insights: the fast path reads whole partitions", "[unit][source][insights]") {
    Insights ci;
    ci.many(4);  // only their number counts here
    ci.settings.settings["proxy"] = "true";
    ci.service.partitions = {"EMail,CustomerId\na@x.org,1\nb@x.org,2\n", "3,c@x.org\n4,\"d\"\"@x.org\"\n",
                             ""};
    KeptRows rows;
    CHECK(outcome(ci.read(rows)) == "fine");
    CHECK(rows.rows == Lines{{"a@x.org"}, {"b@x.org"}, {"c@x.org"}, {"d\"@x.org"}});
    CHECK(!ci.service.partition_saw_credentials);
    ci.service.partitions.pop_back();
    ci.service.partitions.pop_back();
    CHECK(outcome(ci.read(rows)) == "source_changed");
}

}  // namespace audienced::unit::source_customer_insights_source_test
