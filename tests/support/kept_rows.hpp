// A RowSink that keeps what it is given, and can stop, or do something, at a row.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "source/source.hpp"

namespace audienced::test {

struct KeptRows final : source::RowSink {
    std::vector<std::vector<std::string>> rows;  // a null is "NULL"
    std::vector<std::uint64_t> numbers;
    std::vector<std::string> rejects;    // "3: line 4: ..."
    std::vector<std::string> addresses;  // of the rejects; "-" where none is known
    std::function<bool(std::uint64_t)> at_row;

    bool row(std::uint64_t number, std::span<const source::Value> values) override {
        rows.emplace_back();
        for (const auto& v : values) rows.back().push_back(v.null ? "NULL" : std::string(v.text));
        numbers.push_back(number);
        return !at_row || at_row(number);
    }
    bool reject(std::uint64_t number, std::string_view why,
                std::optional<std::string_view> address) override {
        addresses.emplace_back(address.value_or("-"));
        rejects.push_back(std::to_string(number) + ": " + std::string(why));
        return true;
    }
};

}  // namespace audienced::test
