// Every setting of audienced.toml, once: the parser, the man page and the test of docs/CONFIG.md read this
// table.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.hpp"

namespace audienced::config {

/// What is read before it is known to fit together; a proxy is written as one URL.
struct Draft {
    Config config;
    std::string proxy_url, proxy_credentials_file;
};

// What a value may be, and where it is kept.
struct Text {
    std::string& (*of)(Draft&);
    bool (*fits)(const std::string&);
    std::string wanted;  // "an absolute path"
};
struct Choice {
    std::string& (*of)(Draft&);
    std::vector<std::string> words;
};
struct Texts {
    std::vector<std::string>& (*of)(Draft&);
    bool (*fits)(const std::string&);  // each of them
    std::string wanted;
};
struct Number {
    std::uint32_t& (*of)(Draft&);
    std::uint32_t lowest, highest;
};
struct Duration {
    std::chrono::seconds& (*of)(Draft&);
    std::chrono::seconds lowest, highest;
};
using Value = std::variant<Text, Choice, Texts, Number, Duration>;

enum class Applied { by_reload, by_restart };

struct Setting {
    std::string name;  // "log.level"; what stands before the last dot is its table
    Value value;
    Applied applied;
    std::string help;  // of pages, with `code` in backticks
};

/// In the order of the pages.
const std::vector<Setting>& settings();
/// "log" of "log.level"; empty at the top level.
std::string_view table_of(const Setting&);
/// "level" of "log.level".
std::string_view key_of(const Setting&);

/// Names of the settings that differ and count from the next start on only.
std::vector<std::string> need_restart(const Config& running, const Config& fresh);

/// What an error says that the value must be: "a number from 1 to 64".
std::string wanted(const Value&);
/// The same for pages: "a number, 1 to 64".
std::string allowed(const Value&);
/// As it stands in the file: `"30s"`, `["audienced-viewer"]`; empty where there is none.
std::string default_of(const Setting&);

}  // namespace audienced::config
