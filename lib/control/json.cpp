#include "control/json.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace audienced::control {
using nlohmann::json;

std::string print(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json json_of(const std::optional<SysTime>& at) {
    return at ? json(to_iso8601(*at)) : json(nullptr);
}

json json_of(const model::Source& s) {
    json out;
    out["name"] = s.name;
    out["kind"] = s.kind;
    out["settings"] = s.settings;
    out["created_at"] = to_iso8601(s.created_at);
    return out;
}

json json_of(const model::Segment& s) {
    json out;
    out["name"] = s.name;
    out["source"] = s.source;
    out[to_string(s.kind)] = s.what;
    out["title"] = s.title;
    out["created_at"] = to_iso8601(s.created_at);
    return out;
}

json json_of(const model::Connection& c) {
    json out;
    out["name"] = c.name;
    out["title"] = c.title;
    out["provider"] = c.provider;
    out["auth"] = to_string(c.auth);
    out["state"] = to_string(c.state);
    out["state_reason"] = c.state_reason;
    out["consent"] = nullptr;
    if (c.consent) {
        json consent;
        consent["by"] = c.consent->by;
        consent["at"] = to_iso8601(c.consent->at);
        consent["text_version"] = c.consent->text_version;
        consent["current"] = c.consent->is_current();
        out["consent"] = std::move(consent);
    }
    out["allow_users"] = c.allow_users;
    out["allow_groups"] = c.allow_groups;
    out["api_base"] = c.api_base;
    out["login_base"] = c.login_base;
    out["ca_file"] = c.ca_file;
    out["client_id"] = c.client_id;
    out["account_id"] = c.account_id;
    out["created_at"] = to_iso8601(c.created_at);
    return out;
}

json json_of(const model::Export& e) {
    json map = json::array();
    for (const auto& field : e.fields) {
        json one;
        one["attribute"] = field.attribute;
        one["field"] = field.field;
        map.push_back(std::move(one));
    }
    json out;
    out["name"] = e.name;
    out["title"] = e.title;
    out["connection"] = e.connection.empty() ? json(nullptr) : json(e.connection);
    out["destination"] = e.destination;
    out["segments"] = e.segments;
    out["email"] = e.email;
    out["key"] = e.key;
    out["map"] = std::move(map);
    out["mode"] = to_string(e.mode);
    out["schedule"] = e.schedule;
    out["timezone"] = e.timezone;
    out["hold"] = e.hold;
    out["clear_empty"] = e.clear_empty;
    out["create_fields"] = e.create_fields;
    out["tag_segments"] = e.tag_segments;
    out["existing"] = model::to_string(e.existing);
    out["enabled"] = e.enabled;
    out["max_profiles"] = e.guards.max_profiles;
    out["min_profiles"] = e.guards.min_profiles;
    out["max_removal_percent"] = e.guards.max_removal_percent;
    out["created_at"] = to_iso8601(e.created_at);
    out["updated_at"] = to_iso8601(e.updated_at);
    return out;
}

json json_of(const store::AuditRow& row) {
    json out;
    out["seq"] = row.seq;
    out["at"] = to_iso8601(row.at);
    out["uid"] = row.uid;
    out["user"] = row.user;
    out["action"] = row.action;
    out["object"] = row.object;
    const auto parsed = [](const std::string& text) {
        auto value = json::parse(text, nullptr, false);
        return value.is_discarded() ? json(nullptr) : value;
    };
    out["before"] = parsed(row.before);
    out["after"] = parsed(row.after);
    out["hash"] = to_hex(row.hash);
    return out;
}

json json_of(const provider::Limiter::View& limit) {
    json out;
    out["share_key"] = limit.share_key;
    out["in_flight"] = limit.in_flight;
    out["waiting"] = limit.waiting;
    out["spent_today"] = limit.spent_today;
    out["per_day"] = limit.per_day;
    out["blocked_until"] = json_of(limit.blocked_until);
    return out;
}

}  // namespace audienced::control
