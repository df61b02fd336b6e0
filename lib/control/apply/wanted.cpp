#include "control/apply/wanted.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/apply/wanted_parts.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// each(name, object) -> result<void> for every object of a noun that has a name and the keys it must have.
template <class Each>
void each_object(const json& objects, const std::string& noun, Problems& problems, Each each) {
    const auto table = objects.find(noun);
    if (table == objects.end() || table->is_null()) return;
    if (!table->is_object()) {
        problems.push_back({{}, make_error(Errc::usage, noun + " must be an object of objects")});
        return;
    }
    for (const auto& [name, object] : table->items()) {
        const std::string where = noun + ":" + std::string(truncate_utf8(name, 64));
        if (!is_name(name)) {
            problems.push_back(
                {where,
                 make_error(Errc::usage, "\"" + std::string(truncate_utf8(name, 64)) + "\" is not a name",
                            "a name is made of a-z, 0-9, _ and -, begins with a letter or digit, and has at "
                            "most 64 bytes")});
            continue;
        }
        if (!object.is_object()) {
            problems.push_back({where, make_error(Errc::usage, noun + "." + name + " must be a table")});
            continue;
        }
        if (auto done = each(name, object); !done) problems.push_back({where, done.error()});
    }
}

void read_schedule(const json& objects, Wanted& out, Problems& problems) {
    const auto table = objects.find("schedule");
    if (table == objects.end() || table->is_null()) return;
    auto schedule = wanted_schedule(*table);
    if (schedule)
        out.schedule = std::move(*schedule);
    else
        problems.push_back({"schedule:refresh", schedule.error()});
}

void refuse_unknown(const json& objects, Problems& problems) {
    const auto& nouns = file_nouns();
    for (const auto& [key, value] : objects.items())
        if (std::find(nouns.begin(), nouns.end(), key) == nouns.end())
            problems.push_back({{},
                                make_error(Errc::usage, "there is no kind of object called " +
                                                            std::string(truncate_utf8(key, 64)))});
}

}  // namespace

Shapes Wanted::shapes() const {
    Shapes out;
    for (const auto& [name, one] : sources) out["source"][name] = shape_of(one.source);
    for (const auto& [name, one] : segments) out["segment"][name] = shape_of(one);
    for (const auto& [name, one] : connections)
        out["connection"][name] = shape_of(one.connection, base_follows(one.connection, one.credentials));
    for (const auto& [name, one] : exports) out["export"][name] = shape_of(one.definition);
    if (schedule) out["schedule"]["refresh"] = shape_of(*schedule);
    return out;
}

Wanted read_wanted(const json& objects, const Stored& stored, store::Database& db, const vault::Vault& vault,
                   const ReadBy& by, Problems& problems) {
    Wanted out;
    refuse_unknown(objects, problems);
    read_schedule(objects, out, problems);
    each_object(objects, "source", problems,
                [&](const std::string& name, const json& object) -> result<void> {
                    auto source = wanted_source(name, object, stored, db, vault, by);
                    if (!source) return source.error();
                    for (const auto& [key, secret] : source->secrets)
                        out.new_secrets[{"source", name}].insert(key);
                    out.sources.emplace(name, std::move(*source));
                    return {};
                });
    each_object(objects, "segment", problems,
                [&](const std::string& name, const json& object) -> result<void> {
                    auto segment = wanted_segment(name, object, stored, by);
                    if (!segment) return segment.error();
                    out.segments.emplace(name, std::move(*segment));
                    return {};
                });
    each_object(objects, "connection", problems,
                [&](const std::string& name, const json& object) -> result<void> {
                    auto draft = wanted_connection(name, object, stored, vault, by);
                    if (!draft) return draft.error();
                    auto& secrets = out.new_secrets[{"connection", name}];
                    if (draft->new_key) secrets.insert("api_key");
                    if (draft->new_client_secret) secrets.insert("client_secret");
                    out.connections.emplace(name, std::move(*draft));
                    return {};
                });
    const auto* refresh = out.schedule                   ? &*out.schedule
                          : stored.schedule && !by.prune ? &*stored.schedule
                                                         : nullptr;
    const std::string zone = refresh ? refresh->timezone : by.host_timezone;
    each_object(objects, "export", problems,
                [&](const std::string& name, const json& object) -> result<void> {
                    auto wanted = wanted_export(name, object, stored, by, zone);
                    if (!wanted) return wanted.error();
                    out.exports.emplace(name, std::move(*wanted));
                    return {};
                });
    return out;
}

}  // namespace audienced::control
