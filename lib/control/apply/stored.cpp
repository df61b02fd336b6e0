#include "control/apply/stored.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "control/handlers/connection_draft.hpp"

namespace audienced::control {
namespace {

template <class Named>
result<void> keep_by_name(result<std::vector<Named>> read, std::map<std::string, Named, std::less<>>& out) {
    if (!read) return read.error();
    for (Named& one : *read) {
        std::string name = one.name;
        out.emplace(std::move(name), std::move(one));
    }
    return {};
}

}  // namespace

Shapes Stored::shapes() const {
    Shapes out;
    for (const auto& [name, one] : sources) out["source"][name] = shape_of(one);
    for (const auto& [name, one] : segments) out["segment"][name] = shape_of(one);
    for (const auto& [name, one] : connections)
        out["connection"][name] = shape_of(one, base_follows(one, credentials.at(name)));
    for (const auto& [name, one] : exports) out["export"][name] = shape_of(one);
    if (schedule) out["schedule"]["refresh"] = shape_of(*schedule);
    return out;
}

std::string Stored::state() const {
    std::string all;
    for (const auto& [noun, named] : shapes())
        for (const auto& [name, shape] : named) {
            all += noun + " " + name + "\n";
            for (const auto& [key, value] : shape) all += key + "=" + value + "\n";
        }
    // An edit that was taken back is an edit.
    for (const auto& [name, one] : connections) all += name + " " + std::to_string(one.revision) + "\n";
    for (const auto& [name, one] : exports) all += name + " " + std::to_string(one.revision) + "\n";
    return to_hex(sha256(all).substr(0, 16));
}

result<Stored> read_stored(store::Database& db, const vault::Vault& vault) {
    auto reading = store::Transaction::begin_reading(db);
    if (!reading) return reading.error();
    Stored out;
    if (auto kept = keep_by_name(store::list_sources(db), out.sources); !kept) return kept.error();
    if (auto kept = keep_by_name(store::list_segments(db), out.segments); !kept) return kept.error();
    if (auto kept = keep_by_name(store::list_connections(db), out.connections); !kept) return kept.error();
    if (auto kept = keep_by_name(store::list_exports(db), out.exports); !kept) return kept.error();
    for (const auto& [name, one] : out.connections) {
        auto credentials = store::get_credentials(db, vault, name);
        if (!credentials) return credentials.error();
        out.credentials.emplace(name, std::move(*credentials));
    }
    auto schedule = store::get_refresh_schedule(db);
    if (!schedule) return schedule.error();
    out.schedule = std::move(*schedule);
    return out;
}

}  // namespace audienced::control
