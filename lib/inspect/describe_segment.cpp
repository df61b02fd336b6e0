#include "inspect/describe_segment.hpp"

#include "inspect/columns.hpp"
#include "inspect/find_unreadable.hpp"
#include "inspect/look.hpp"
#include "run/open_source.hpp"

namespace audienced::inspect {
namespace {

constexpr std::size_t rows_looked_at = 50;
constexpr auto patience = std::chrono::seconds{3};

struct FirstRows final : source::RowSink {
    bool row(std::uint64_t, std::span<const source::Value> values) override {
        plan::SampleRow& row = rows.emplace_back();
        for (const source::Value& v : values)
            row.push_back(v.null ? std::nullopt : std::optional<std::string>(std::string(v.text)));
        return ++seen < rows_looked_at;
    }
    bool reject(std::uint64_t, std::string_view why, std::optional<std::string_view>) override {
        unreadable.add(why);
        return ++seen < rows_looked_at;
    }
    plan::RowFaults unreadable;
    std::vector<plan::SampleRow> rows;
    std::size_t seen = 0;
};

struct NoRows final : source::RowSink {
    bool row(std::uint64_t, std::span<const source::Value>) override { return true; }
    bool reject(std::uint64_t, std::string_view, std::optional<std::string_view>) override { return true; }
};

void count(const run::OpenedSource& opened, SegmentSummary& look, std::stop_token stop) {
    NoRows rows;
    auto read = opened.source->read(opened.segment, {}, rows, stop);
    if (read) look.rows = read->rows;
    if (!read && read.error().code != Errc::cancelled) look.why_unknown = read.error().text();
    if (!read && read.error().code == Errc::cancelled)
        look.why_unknown = "counting was given up after " + std::to_string(patience.count()) + " s";
}

}  // namespace

plan::MappingGuess guess_from(source::Source& source, const model::Segment& segment,
                              const std::vector<std::string>& columns, std::stop_token stop,
                              plan::RowFaults* unreadable) {
    FirstRows first;
    const std::vector<std::string> readable = readable_columns(columns);
    // Broken off on purpose, or for a reason that its own command tells.
    const bool whole = source.read(segment, readable, first, std::move(stop)).has_value();
    first.unreadable.of = first.seen;
    first.unreadable.complete = whole;
    if (unreadable) *unreadable = std::move(first.unreadable);
    return plan::guess_mapping(readable, first.rows);
}

awaitable<result<SegmentSummary>> describe_segment(run::Environment& env, const run::OpenedSource& opened) {
    const auto describe = [&](std::stop_token token) {
        return opened.source->describe(opened.segment, std::move(token));
    };
    auto described = co_await look(env, opened.segment.source, describe);
    if (!described) co_return described.error();
    SegmentSummary summary;
    summary.columns = std::move(described->columns);
    summary.rows = described->rows;

    std::stop_source stop;
    const auto look_at = [&]() -> result<void> {
        const std::stop_token token = stop.get_token();
        summary.guess =
            guess_from(*opened.source, opened.segment, summary.columns, token, &summary.unreadable);
        if (!summary.rows) count(opened, summary, token);
        return {};
    };
    auto looking = env.readers->run(look_at);
    const Deadline deadline = env.time->steady() + patience;
    auto looked = co_await aio::with_deadline(*env.time, deadline, stop, std::move(looking));
    if (!looked && looked.error().code == Errc::cancelled) co_return looked.error();
    // Where the rows are told without reading them, to read them all is what no one asked for.
    if (described->rows || !summary.rows) co_return std::move(summary);
    const std::vector<std::string> readable = readable_columns(summary.columns);
    summary.unreadable = co_await find_unreadable(env, *opened.source, opened.segment, readable);
    co_return std::move(summary);
}

}  // namespace audienced::inspect
