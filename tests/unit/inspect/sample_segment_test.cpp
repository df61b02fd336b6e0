#include "inspect/sample_segment.hpp"

#include <catch2/catch.hpp>

#include "run/environment.hpp"
#include "support/run_coro.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::inspect_sample_segment_test {

using namespace audienced;
using namespace audienced::test;

namespace {

/// Segment "buyers" of source "crm": three rows and a reject between them.
struct ThreeRows final : source::Source {
    result<std::string> test(std::stop_token) override { return std::string(); }
    result<source::Description> describe(const model::Segment&, std::stop_token) override {
        source::Description out;
        out.columns = {"email", "first"};
        return out;
    }
    result<source::Snapshot> read(const model::Segment&, const std::vector<std::string>& columns,
                                  source::RowSink& sink, std::stop_token) override {
        if (columns.size() != 2) return make_error(Errc::bug, "all columns are asked for");
        for (std::uint64_t number = 1; number <= 3; ++number) {
            const std::string address = "m" + std::to_string(number) + "@example.org";
            const std::vector<source::Value> values{{address, false}, {"", true}};
            if (!sink.row(number, values)) return make_error(Errc::cancelled, "stopped");
            if (!sink.reject(number, "too short", {})) return make_error(Errc::cancelled, "stopped");
        }
        if (broken) return make_error(Errc::not_ready, "the file is cut short");
        return source::Snapshot();
    }
    static inline bool broken = false;
};

struct SampleScene {
    State state;
    boost::asio::io_context io{1};
    FakeTime time;
    aio::Worker readers{1};
    std::optional<store::Store> store;
    run::Environment env;

    SampleScene() {
        define_sample(state);
        store.emplace(std::move(state.opened.db), std::move(state.vault));
        env.io = io.get_executor();
        env.time = &time;
        env.store = &*store;
        env.readers = &readers;
        env.make_source = [](const model::Source&,
                             const source::Environment&) -> result<std::unique_ptr<source::Source>> {
            return std::make_unique<ThreeRows>();
        };
        ThreeRows::broken = false;
    }
    result<inspect::SegmentSample> sample(std::size_t limit) {
        return run_coro(io, time, inspect::sample_segment(env, sample_segment(), limit));
    }
};

}  // namespace

TEST_CASE("a sample is the first rows with all columns, nulls kept, rejects left out", "[unit][inspect]") {
    SampleScene scene;
    const auto sample = scene.sample(2).value();
    CHECK(sample.columns == std::vector<std::string>{"email", "first"});
    REQUIRE(sample.rows.size() == 2);
    CHECK(sample.rows[0] == plan::SampleRow{"m1@example.org", std::nullopt});
    CHECK(sample.rows[1] == plan::SampleRow{"m2@example.org", std::nullopt});
    CHECK(scene.sample(10).value().rows.size() == 3);
    CHECK(scene.sample(0).value().rows.empty());
}

TEST_CASE("a segment that cannot be read to its sample's end has no sample", "[unit][inspect]") {
    SampleScene scene;
    ThreeRows::broken = true;
    CHECK(scene.sample(10).error().code == Errc::not_ready);
    CHECK(scene.sample(2).value().rows.size() == 2);  // stopped before that
}

}  // namespace audienced::unit::inspect_sample_segment_test
