#include "log/event.hpp"

#include <algorithm>

namespace audienced::log {
namespace {

constexpr KindInfo kinds[] = {
#define AUDIENCED_EVENT(name, level, message_id) {Kind::name, #name, Level::level, message_id},
#include "log/events.def"
#undef AUDIENCED_EVENT
};

}  // namespace

const char* to_string(Level value) noexcept {
    switch (value) {
        case Level::error:
            return "error";
        case Level::warning:
            return "warning";
        case Level::notice:
            return "notice";
        case Level::info:
            return "info";
        case Level::debug:
            return "debug";
    }
    return "debug";
}

std::optional<Level> level(std::string_view name) noexcept {
    for (const Level l : {Level::error, Level::warning, Level::notice, Level::info, Level::debug})
        if (name == to_string(l)) return l;
    return std::nullopt;
}

const KindInfo& info(Kind kind) noexcept {
    return kinds[static_cast<std::size_t>(kind)];
}
std::span<const KindInfo> all_kinds() noexcept {
    return kinds;
}

bool is_field_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > 64 || name[0] < 'A' || name[0] > 'Z') return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace audienced::log
