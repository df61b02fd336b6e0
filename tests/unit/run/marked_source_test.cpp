#include "run/marked_source.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::run_marked_source_test {

using namespace audienced;

namespace {

const std::string advice = "audiencectl source edit NAME --encoding windows-1252";

struct Advising final : source::Source {
    result<std::string> test(std::stop_token) override { return make_error(Errc::auth, "no", advice); }
    result<source::Description> describe(const model::Segment&, std::stop_token) override {
        source::Description out;
        out.doubt = advice;
        return out;
    }
    result<source::Snapshot> read(const model::Segment&, const std::vector<std::string>&,
                                  source::RowSink& sink, std::stop_token) override {
        sink.reject(2, "line 2: " + advice, std::nullopt);
        return make_error(Errc::not_ready, "no file", "audiencectl segment show NAME");
    }
};

struct LastReason final : source::RowSink {
    bool row(std::uint64_t, std::span<const source::Value>) override { return true; }
    bool reject(std::uint64_t, std::string_view why, std::optional<std::string_view>) override {
        reason = why;
        return true;
    }
    std::string reason;
};

}  // namespace

// The advice of a source named "NAME" where the name of the source belongs.
TEST_CASE("what a source advises names the source and the segment", "[unit][run]") {
    const auto source = run::mark_source(std::make_unique<Advising>(), "crm");
    const std::string named = "audiencectl source edit crm --encoding windows-1252";
    const auto tested = source->test({});
    REQUIRE_FALSE(tested);
    CHECK(tested.error().hint == named);
    CHECK(tested.error().quotes == Quotes::source);
    model::Segment segment;
    segment.name = "vip";
    CHECK(source->describe(segment, {})->doubt == named);
    LastReason sink;
    const auto read = source->read(segment, {}, sink, {});
    CHECK(sink.reason == "line 2: " + named);
    REQUIRE_FALSE(read);
    CHECK(read.error().hint == "audiencectl segment show vip");
}

}  // namespace audienced::unit::run_marked_source_test
