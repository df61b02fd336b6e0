#include <catch2/catch.hpp>

#include "source/customer_insights/answers.hpp"
#include "unit/source/customer_insights/insights_scene.hpp"

namespace audienced::unit::source_customer_insights_source_refusal_test {

using namespace audienced;
using source::customer_insights::passes_by_itself;

TEST_CASE("customer insights: a busy login service is distinguished from one that refuses the credentials",
          "[unit][source][insights]") {
    struct Row {
        unsigned status;
        std::string body;
        bool passes;
    };
    const auto row = GENERATE(values<Row>({
        {401, R"({"error":"invalid_client","error_description":"the secret has expired"})", false},
        {400, R"({"error":"unauthorized_client"})", false},
        {400, R"({"error":"invalid_request"})", false},
        {404, "", false},
        {403, "<html>", false},
        {400, R"({"error":"temporarily_unavailable"})", true},
        {400, R"({"error":"server_error"})", true},
        {400, R"({"error":7})", false},
        {429, "", true},
        {408, "", true},
        {500, "", true},
        {503, "<html>", true},
    }));
    INFO(row.status << " " << row.body);
    CHECK(passes_by_itself(row.status, row.body) == row.passes);
}

TEST_CASE("customer insights: denied access fails the read, and too many calls wait",
          "[unit][source][insights]") {
    const auto c = GENERATE(table<std::string, Errc, std::string>({
        {"403 X\r\nContent-Length: 0\r\n\r\n", Errc::auth, "Viewer"},
        {"401 X\r\nContent-Length: 0\r\n\r\n", Errc::auth, "source edit"},
        {"403 X\r\nContent-Length: 60\r\n\r\n"
         "Out of call volume quota. Quota will be replenished in 01:00",
         Errc::not_ready, "used up"},
        {"418 X\r\nContent-Length: 0\r\n\r\n", Errc::not_ready, "418"},
    }));
    test::Insights ci;
    ci.service.instead = [&](const std::string& line) {
        return line.find("/instances/") == line.npos ? std::string() : "HTTP/1.1 " + std::get<0>(c);
    };
    test::KeptRows rows;
    const auto read = ci.read(rows);
    REQUIRE(!read);
    CHECK(read.error().code == std::get<1>(c));
    CHECK(read.error().text().find(std::get<2>(c)) != std::string::npos);
    CHECK(rows.rows.empty());
}

}  // namespace audienced::unit::source_customer_insights_source_refusal_test
