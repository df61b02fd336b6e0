#include "inspect/describe_segment.hpp"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>

#include "run/open_source.hpp"
#include "support/print_result.hpp"
#include "support/run_coro.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::inspect_describe_segment_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct SegmentScene {
    boost::asio::io_context io{1};
    FakeTime time;
    aio::Worker readers{1};
    run::Environment env;
    run::OpenedSource opened;

    SegmentScene() {
        env.io = io.get_executor();
        env.time = &time;
        env.readers = &readers;
        opened.segment = {"all", "crm", model::Segment::Kind::file, "people.csv", "", {}};
    }
    result<inspect::SegmentSummary> summary() { return run_coro(io, inspect::describe_segment(env, opened)); }
};

/// Gives some rows and then no more, until it is told to stop.
struct EndlessSource final : source::Source {
    result<std::string> test(std::stop_token) override { return std::string(); }
    result<source::Description> describe(const model::Segment&, std::stop_token) override {
        return source::Description{{"id", "mail"}, {}};
    }
    result<source::Snapshot> read(const model::Segment&, const std::vector<std::string>& columns,
                                  source::RowSink& sink, std::stop_token stop) override {
        const std::vector<source::Value> values(columns.size(), source::Value{"ann@example.org", false});
        for (std::uint64_t n = 1; !columns.empty(); ++n)
            if (!sink.row(n, values)) return make_error(Errc::cancelled, "enough");
        if (columns.empty()) counting = true;
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        stopped.wait(lock, stop, [] { return false; });
        return make_error(Errc::cancelled, "stopped");
    }
    explicit EndlessSource(std::atomic<bool>& c) : counting(c) {}
    std::atomic<bool>& counting;
};

}  // namespace

TEST_CASE("a description of a segment has columns, rows and a mapping", "[unit][run]") {
    TempDir dir;
    dir.write("people.csv",
              "id,E-Mail,Vorname\n1,ann@example.org,Ann\n2,bo@example.org,Bo\n3,too,short,row\n");
    SegmentScene scene;
    const model::Source crm{"crm", "csv", {{"csv", dir.path().string()}}, {}};
    scene.opened.source = *source::make(crm, {});
    auto summary = scene.summary();
    REQUIRE(summary);
    CHECK(summary->columns == std::vector<std::string>{"id", "E-Mail", "Vorname"});
    CHECK(summary->rows == 3u);
    CHECK(summary->guess.options() == "--email E-Mail --map Vorname=first_name");

    scene.opened.segment.what = "nothing.csv";
    summary = scene.summary();
    REQUIRE_FALSE(summary);
    CHECK(summary.error().code == Errc::not_ready);
}

TEST_CASE("columns that share a name cost the other columns no suggestion", "[unit][run]") {
    TempDir dir;
    dir.write("people.csv", "E-Mail;Vorname;;;Ort;Ort\nann@example.org;Ann;;;Ulm;\n");
    SegmentScene scene;
    const model::Source crm{"crm", "csv", {{"csv", dir.path().string()}}, {}};
    scene.opened.source = *source::make(crm, {});
    auto summary = scene.summary();
    REQUIRE(summary);
    CHECK(summary->columns == std::vector<std::string>{"E-Mail", "Vorname", "", "", "Ort", "Ort"});
    CHECK(summary->rows == 1u);
    CHECK(summary->guess.options() == "--email E-Mail --map Vorname=first_name");
    // By the values, where no name tells.
    dir.write("people.csv", "a,b,,\nann@example.org,Ann,,\n");
    CHECK(scene.summary()->guess.email == "a");
}

TEST_CASE("data that is not ready costs the count, not the columns", "[unit][run]") {
    TempDir dir;
    dir.write("people.csv", "email\nann@example.org\n");
    SegmentScene scene;
    source::Environment environment;
    environment.clock = &aio::system_time();
    const model::Source crm{"crm", "csv", {{"csv", dir.path().string()}, {"min-age", "86400"}}, {}};
    scene.opened.source = *source::make(crm, environment);
    auto summary = scene.summary();
    REQUIRE(summary);
    CHECK_FALSE(summary->rows);
    CHECK(summary->why_unknown.find("--min-age") != std::string::npos);
    CHECK(summary->guess.email == "email");
}

TEST_CASE("counting is given up when it takes too long", "[unit][run]") {
    SegmentScene scene;
    std::atomic<bool> counting{false};
    scene.opened.source = std::make_unique<EndlessSource>(counting);
    std::optional<result<inspect::SegmentSummary>> summary;
    const auto keep = [&](std::exception_ptr, result<inspect::SegmentSummary> got) {
        summary = std::move(got);
    };
    boost::asio::co_spawn(scene.io, inspect::describe_segment(scene.env, scene.opened), keep);
    while (!counting || scene.time.sleepers() != 1) scene.io.poll();
    scene.time.advance(std::chrono::seconds{3});
    run_until(scene.io, [&] { return summary.has_value(); });
    REQUIRE(*summary);
    CHECK_FALSE((*summary)->rows);
    CHECK((*summary)->why_unknown.find("given up") != std::string::npos);
    CHECK((*summary)->guess.email == "mail");
}

}  // namespace audienced::unit::inspect_describe_segment_test
