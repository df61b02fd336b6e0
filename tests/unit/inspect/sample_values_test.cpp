#include "inspect/sample_values.hpp"

#include <catch2/catch.hpp>

#include "run/environment.hpp"
#include "support/run_coro.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::inspect_sample_values_test {

using namespace audienced;
using namespace audienced::test;

namespace {

/// Sixty rows: address, a word, nothing.
struct SixtyRows final : source::Source {
    result<std::string> test(std::stop_token) override { return std::string(); }
    result<source::Description> describe(const model::Segment&, std::stop_token) override {
        return source::Description();
    }
    result<source::Snapshot> read(const model::Segment&, const std::vector<std::string>& columns,
                                  source::RowSink& sink, std::stop_token) override {
        if (columns.size() != 3) return make_error(Errc::bug, "three columns are asked for");
        for (std::uint64_t number = 1; number <= 60; ++number) {
            const std::string word = number % 10 == 0 ? "secret" : "good";
            const std::vector<source::Value> values{{"a@example.org", false}, {word, false}, {"", true}};
            if (!sink.row(number, values)) return make_error(Errc::cancelled, "stopped");
            ++taken;
        }
        return source::Snapshot();
    }
    static inline int taken = 0;
};

struct NoSecrets final : provider::ValueRules {
    provider::Fit fit(std::size_t, std::string_view value, std::string&) const override {
        if (value == "good") return {};
        return provider::Fit::drop("no_secret", "the field takes no secrets");
    }
};

}  // namespace

TEST_CASE("the first rows tell which values would be left out, and show none", "[unit][inspect]") {
    State state;
    define_sample(state);
    boost::asio::io_context io{1};
    FakeTime time;
    aio::Worker readers{1};
    store::Store store(std::move(state.opened.db), std::move(state.vault));
    run::Environment env;
    env.io = io.get_executor();
    env.time = &time;
    env.store = &store;
    env.readers = &readers;
    env.make_source = [](const model::Source&,
                         const source::Environment&) -> result<std::unique_ptr<source::Source>> {
        return std::make_unique<SixtyRows>();
    };
    model::Export definition;
    definition.email = "email";
    definition.segments = {sample_segment().name};
    definition.fields = {{"word", "WORD"}, {"void", "VOID"}};
    SixtyRows::taken = 0;
    const NoSecrets rules;
    const std::vector<std::string> names{"WORD", "VOID"};
    const auto said = run_coro(io, time, inspect::sample_values(env, definition, rules, names));
    REQUIRE(said.size() == 1);
    CHECK(said[0] == "WORD: 5 of 50 values in the first rows would be left out: the field takes no secrets");
    CHECK(SixtyRows::taken == 49);  // the fiftieth is enough
}

}  // namespace audienced::unit::inspect_sample_values_test
