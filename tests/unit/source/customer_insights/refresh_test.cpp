#include <catch2/catch.hpp>

#include "source/customer_insights/refresh.hpp"

namespace audienced::unit::source_customer_insights_refresh_test {

using namespace audienced;
using namespace audienced::source::customer_insights;

namespace {

std::string job(const std::string& operation, const std::string& status, const std::string& submitted,
                const std::string& tasks = "") {
    return R"({"jobId":")" + submitted + R"(","operationType":")" + operation + R"(","jobStatus":")" +
           status + R"(","submittedTimestamp":")" + submitted + R"(","tasks":[)" + tasks + "]}";
}

std::string task(const std::string& operation, const std::string& status) {
    return R"({"operationType":")" + operation + R"(","taskStatus":")" + status + R"("})";
}

}  // namespace

TEST_CASE("customer insights: the last refresh is the newest job on which segments rest",
          "[unit][source][insights]") {
    const std::string list = "[" + job("all", "successful", "2026-02-27T02:00:00Z") + "," +
                             job("segmentation", "successful", "2026-02-28T02:00:00Z") + "," +
                             job("export", "running", "2026-02-28T03:00:00Z") + ", 7," +
                             job("ingestion", "failed", "2026-02-26T02:00:00Z") + "]";
    for (const auto& body : {list, R"({"value":)" + list + "}"}) {
        const auto last = parse_last_job(body);
        REQUIRE(last.has_value());
        REQUIRE(last->has_value());
        CHECK((**last).id == "2026-02-28T02:00:00Z");
    }
    CHECK_FALSE(parse_last_job("[]")->has_value());
    CHECK_FALSE(parse_last_job("[" + job("search", "running", "x") + "]")->has_value());
    for (const char* none : {"", "7", "{}", R"({"value":7})", "<html>"})
        CHECK(parse_last_job(none).error().code == Errc::not_ready);
}

TEST_CASE("customer insights: the states of a refresh in which a segment is not read",
          "[unit][source][insights]") {
    struct Row {
        std::string status, tasks;
        bool over, successful;
    };
    const auto row = GENERATE(values<Row>({
        {"successful", "", true, true},
        {"Successful", "", true, true},
        {"queued", "", false, false},
        {"running", "", false, false},
        {"needsUpdate", "", false, false},
        {"failed", "", true, false},
        {"timedOut", "", true, false},
        {"aborted", "", true, false},
        {"skipped", "", true, true},
        {"", "", true, true},
        // The tasks say more than the job.
        {"running", task("segmentation", "successful") + "," + task("export", "running"), true, true},
        {"running", task("segmentation", "running"), false, false},
        {"running", task("merge", "successful") + "," + task("segmentation", "queued"), false, false},
        {"failed", task("segmentation", "successful") + "," + task("export", "failed"), true, true},
        {"failed", task("segmentation", "successful") + "," + task("merge", "failed"), true, false},
        {"failed", task("ingestion", "failed") + "," + task("segmentation", "running"), false, false},
        {"failed", task("measures", "failed"), true, false},
    }));
    INFO(row.status << " " << row.tasks);
    const auto last = parse_last_job("[" + job("all", row.status, "2026-02-28T02:00:00Z", row.tasks) + "]");
    REQUIRE(last.has_value());
    const RefreshJob& found = **last;
    CHECK(check_refresh(found, RefreshCheck::off).has_value());
    CHECK(check_refresh(found, RefreshCheck::over).has_value() == row.over);
    CHECK(check_refresh(found, RefreshCheck::successful).has_value() == row.successful);
    if (!row.over) CHECK(check_refresh(found, RefreshCheck::over).error().code == Errc::not_ready);
}

}  // namespace audienced::unit::source_customer_insights_refresh_test
