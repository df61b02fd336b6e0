// How the functions of events.hpp put an event together.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "log/events.hpp"

namespace audienced::log {

struct Builder {
    Event event;
    Builder(Kind kind, std::string message) {
        event.kind = kind;
        event.message = std::move(message);
    }
    Builder& field(const char* name, std::string value) {
        if (!value.empty()) event.fields.push_back(Field{name, std::move(value)});
        return *this;
    }
    Builder& field(const char* name, std::string_view value) { return field(name, std::string(value)); }
    Builder& number(const char* name, std::uint64_t value) { return field(name, std::to_string(value)); }
    Builder& run(const RunRef& ref) {
        number("RUN_ID", static_cast<std::uint64_t>(ref.id));
        field("EXPORT", ref.export_name).field("CONNECTION", ref.connection).field("PROVIDER", ref.provider);
        return *this;
    }
    Builder& error(const Error& e) { return field("ERROR_CODE", std::string(to_string(e.code))); }
    Builder& counts(const model::Counts& c) {
        return number("READ", c.read)
            .number("DUPLICATE", c.duplicate)
            .number("INVALID", c.invalid)
            .number("SUPPRESSED", c.suppressed)
            .number("UNCHANGED", c.unchanged)
            .number("ADDED", c.added)
            .number("UPDATED", c.updated)
            .number("REMOVED", c.removed)
            .number("REJECTED", c.rejected)
            .number("NOT_SENT", c.not_sent);
    }
    Builder& attention(std::string key, std::string state) {
        event.attention = Attention{std::move(key), std::move(state)};
        return *this;
    }
    Builder& paced(std::string key) {
        event.pace_key = std::move(key);
        return *this;
    }
    operator Event() { return std::move(event); }
};

inline std::string text(std::string_view s) {
    return std::string(s);
}
inline std::string because(std::string_view reason) {
    return reason.empty() ? std::string() : ": " + text(reason);
}

}  // namespace audienced::log
