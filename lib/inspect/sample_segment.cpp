#include "inspect/sample_segment.hpp"

#include "inspect/columns.hpp"
#include "inspect/find_unreadable.hpp"
#include "inspect/look.hpp"
#include "run/open_source.hpp"

namespace audienced::inspect {
namespace {

/// Keeps the first rows, then stops the reading.
struct SampleRows final : source::RowSink {
    explicit SampleRows(std::size_t most) : limit(most) {}
    bool row(std::uint64_t, std::span<const source::Value> values) override {
        plan::SampleRow& copy = rows.emplace_back();
        for (const source::Value& v : values)
            copy.push_back(v.null ? std::nullopt : std::optional<std::string>(std::string(v.text)));
        return rows.size() < limit;
    }
    bool reject(std::uint64_t, std::string_view why, std::optional<std::string_view>) override {
        unreadable.add(why);
        return true;
    }
    std::size_t limit;
    plan::RowFaults unreadable;
    std::vector<plan::SampleRow> rows;
};

/// On a reader thread. `told`: the source says by itself how many rows there are.
result<SegmentSample> read_sample(const run::OpenedSource& opened, std::size_t limit,
                                  const std::stop_token& stop, bool& told) {
    auto described = opened.source->describe(opened.segment, stop);
    if (!described) return described.error();
    told = described->rows.has_value();
    SegmentSample out;
    out.columns = readable_columns(described->columns);
    if (limit == 0) return out;
    SampleRows rows(limit);
    auto read = opened.source->read(opened.segment, out.columns, rows, stop);
    if (!read && read.error().code != Errc::cancelled) return read.error();
    out.rows = std::move(rows.rows);
    out.unreadable = std::move(rows.unreadable);
    out.unreadable.of = out.rows.size() + out.unreadable.rows;
    out.unreadable.complete = read.has_value();
    return out;
}

}  // namespace

awaitable<result<SegmentSample>> sample_segment(run::Environment& env, model::Segment segment,
                                                std::size_t limit) {
    auto opened = co_await run::open_segment(env, std::move(segment));
    if (!opened) co_return opened.error();
    bool told = false;
    const auto read = [&](std::stop_token stop) { return read_sample(*opened, limit, stop, told); };
    auto sample = co_await look(env, opened->segment.source, read);
    if (!sample || sample->unreadable.complete || told) co_return sample;
    sample->unreadable = co_await find_unreadable(env, *opened->source, opened->segment, sample->columns);
    co_return sample;
}

}  // namespace audienced::inspect
