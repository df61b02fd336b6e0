// Answers for people: tables, single things, sentences.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/grouped.hpp"

namespace audienced::ctl {

using Row = std::vector<std::string>;
/// Columns, cut to a terminal's width; nothing but `when_empty` where there are no rows.
void print_table(const Row& head, const std::vector<Row>& rows, const std::string& when_empty);
/// The value as a person reads it: lists joined, null as "-", without what must not reach a terminal.
std::string cell(const nlohmann::json& object, const char* key);
/// The text as it came; empty where there is none.
std::string text_of(const nlohmann::json& object, const char* key);
/// 0 where there is none.
std::uint64_t number_of(const nlohmann::json& object, const char* key);
/// 3725 -> "1 h 2 min".
std::string duration(double seconds);
/// "12 added, 3 updated ..."; zeros are left out, but for the first.
std::string counts_sentence(const nlohmann::json& counts);
/// The same; empty where every count is zero.
std::string nonzero_counts(const nlohmann::json& counts);

}  // namespace audienced::ctl
