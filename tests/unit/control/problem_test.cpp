#include "control/problem.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>

namespace audienced::unit::control_problem_test {

using namespace audienced;
using namespace audienced::control;
using nlohmann::json;

TEST_CASE("an error survives the way over the wire, with the exit code of its kind", "[unit][control]") {
    const std::map<Errc, int> special{{Errc::usage, 2},
                                      {Errc::not_permitted, 4},
                                      {Errc::not_found, 5},
                                      {Errc::wrong_state, 6},
                                      {Errc::plan_expired, 6}};
    for (int i = 0; i <= static_cast<int>(Errc::bug); ++i) {
        const auto code = static_cast<Errc>(i);
        CAPTURE(to_string(code));
        const Error before = make_error(code, "what \"happened\" \xc3\xa9", "what to do");
        const Error after = parse_problem(print_problem(before), http_status(code));
        CHECK(after.code == code);
        CHECK(after.message == before.message);
        CHECK(after.hint == before.hint);
        CHECK(http_status(code) >= 400);
        const auto it = special.find(code);
        CHECK(exit_code(after.code) == (it == special.end() ? 1 : it->second));
    }
    const auto problem = json::parse(print_problem(make_error(Errc::not_found, "gone \xff")));
    CHECK(problem["type"] == "urn:audienced:error:not_found");
    CHECK(problem["status"] == 404);
}

TEST_CASE("what is no problem document is told by its HTTP status", "[unit][control]") {
    for (const char* body :
         {"", "<html>", "[]", "{}", R"({"type": 7})", R"({"type": "urn:audienced:error:unheard_of"})"}) {
        const Error error = parse_problem(body, 503);
        CHECK(error.code == Errc::bad_answer);
        CHECK(error.message.find("503") != std::string::npos);
    }
}

}  // namespace audienced::unit::control_problem_test
