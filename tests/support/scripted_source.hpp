// A source whose rows are in memory, with hooks for what goes wrong while they are read.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "source/source.hpp"

namespace audienced::test {

/// The rows of each segment, shared by every ScriptedSource made from it; outlives them.
struct ScriptedSegments {
    std::vector<std::string> columns{"email", "first"};
    /// Cells in the order of `columns`. A row {"!", why} or {"!", why, address} is one that cannot be read.
    std::map<std::string, std::vector<std::vector<std::string>>> rows;  // by segment name
    // All are called on the reader's thread.
    std::function<result<void>(const std::string& segment)> before_read;
    std::function<void(std::uint64_t row)> at_row;
    std::function<result<void>()> after_reading;
    int reads = 0;
};

class ScriptedSource final : public source::Source {
public:
    explicit ScriptedSource(ScriptedSegments& segments) : segments_(segments) {}

    result<std::string> test(std::stop_token) override { return std::string("rows in memory"); }
    result<source::Description> describe(const model::Segment& segment, std::stop_token) override {
        source::Description out;
        out.columns = segments_.columns;
        out.rows = segments_.rows[segment.name].size();
        return out;
    }
    result<source::Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                                  source::RowSink& sink, std::stop_token stop) override {
        const int nth = ++std::atomic_ref(segments_.reads);  // two plans may read at once
        if (segments_.before_read)
            if (auto ready = segments_.before_read(segment.name); !ready) return ready.error();
        source::Snapshot out;
        out.id = segment.name + "@" + std::to_string(nth);
        for (const auto& row : segments_.rows[segment.name]) {
            if (segments_.at_row) segments_.at_row(out.rows + 1);
            if (stop.stop_requested()) return make_error(Errc::cancelled, "asked to stop");
            if (!give(row, ++out.rows, columns, sink)) return make_error(Errc::cancelled, "the sink is full");
        }
        if (segments_.after_reading)
            if (auto good = segments_.after_reading(); !good) return good.error();
        return out;
    }

private:
    bool give(const std::vector<std::string>& row, std::uint64_t number,
              const std::vector<std::string>& columns, source::RowSink& sink) const {
        if (row[0] == "!") {
            std::optional<std::string_view> address;
            if (row.size() > 2) address = row[2];
            return sink.reject(number, row[1], address);
        }
        std::vector<source::Value> values;
        for (const std::string& wanted : columns) {
            const auto at = std::find(segments_.columns.begin(), segments_.columns.end(), wanted);
            values.push_back({row.at(static_cast<std::size_t>(at - segments_.columns.begin())), false});
        }
        return sink.row(number, values);
    }
    ScriptedSegments& segments_;
};

}  // namespace audienced::test
