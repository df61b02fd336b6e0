// One field of a cron line; pure.
#pragma once

#include <bitset>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace audienced::schedule {

struct FieldRule {
    const char* name;  // for messages: "minute"
    unsigned lowest, highest;
    std::span<const std::string_view> names;  // names[i] stands for lowest + i; may be empty
};

/// Lists, ranges, steps and names: "*", "*/15", "1,5-10,20-40/5", "mon-fri". Expects lower case.
result<std::bitset<64>> parse_cron_field(std::string_view text, const FieldRule& rule);

/// A number or a name of the rule.
result<unsigned> parse_cron_value(std::string_view text, const FieldRule& rule);

/// "a,b,c" -> its parts; empty parts are kept.
std::vector<std::string_view> split_list(std::string_view text, char by);

}  // namespace audienced::schedule
