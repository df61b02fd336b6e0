// Checks and previews on the wire. Addresses are masked here, for every role.
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/json.hpp"
#include "control/problem.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {
bool ends_address(char c) {
    return c == ' ' || c == ',' || c == ';' || c == '<' || c == '>' || c == '"' || c == '\n';
}

/// The status in which the guards would leave the run; null: it would deliver.
json guard_of(const plan::GuardVerdict& verdict) {
    using Kind = plan::GuardVerdict::Kind;
    if (verdict.kind == Kind::skip) return to_string(model::RunStatus::skipped);
    if (verdict.kind == Kind::hold) return to_string(model::RunStatus::held);
    return nullptr;
}
/// The contact as it is now, with its values under these names; `contact` false: there is none.
json contact_of(const std::optional<provider::ContactNow>& now, const std::vector<std::string>& fields) {
    json out;
    out["contact"] = now.has_value();
    out["state"] = now ? json(now->state_word) : json(nullptr);
    out["values"] = json::object();
    for (std::size_t i = 0; now && i < fields.size() && i < now->values.size(); ++i)
        out["values"][fields[i]] = now->values[i] ? json(mask_addresses(*now->values[i])) : json(nullptr);
    return out;
}

/// Null: not known.
json before_of(const inspect::PreviewRow& row) {
    if (!row.old) return nullptr;
    std::vector<std::string> fields;
    for (const auto& [field, value] : row.values) fields.push_back(field);
    return contact_of(row.old->contact, fields);
}
}  // namespace

std::string mask_addresses(std::string_view text) {
    std::string out;
    std::size_t begin = 0;  // of the word that we are in
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && !ends_address(text[i])) continue;
        const auto word = text.substr(begin, i - begin);
        const auto at = word.rfind('@');
        // "must contain a single @." speaks of the sign.
        if (at == word.npos || !has_letter_or_digit(word)) {
            out += word;
        } else {
            // One byte of a longer character would be no text: keep whole code points only.
            std::size_t kept = at > 0 ? 1 : 0;
            while (kept < at && (static_cast<unsigned char>(word[kept]) & 0xC0) == 0x80) ++kept;
            out += word.substr(0, kept);
            out += "***";
            out += word.substr(at);
        }
        if (i < text.size()) out += text[i];
        begin = i + 1;
    }
    return out;
}

json json_of(const plan::RowFaults& unreadable) {
    if (unreadable.rows == 0) return nullptr;
    json out;
    out["rows"] = unreadable.rows;
    out["of"] = unreadable.of;
    out["complete"] = unreadable.complete;
    out["why"] = mask_addresses(unreadable.why);
    out["words"] = mask_addresses(plan::words_of(unreadable));
    return out;
}

json json_of(const inspect::Check& check) {
    json fields = json::array();
    for (const auto& field : check.fields) {
        json one;
        one["attribute"] = field.mapped.attribute;
        one["field"] = field.mapped.field;
        one["wire"] = field.wire;
        one["label"] = field.label;
        one["type"] = field.type;
        fields.push_back(std::move(one));
    }
    json problems = json::array();
    for (const auto& problem : check.problems) {
        json one;
        one["type"] = to_string(problem.code);
        one["detail"] = problem.message;
        one["hint"] = problem.hint;
        problems.push_back(std::move(one));
    }
    json out;
    out["ok"] = check.problems.empty();
    out["destination_name"] = check.destination_name;
    out["destination_members"] = check.destination_members;
    out["fields"] = std::move(fields);
    out["created_fields"] = check.created_fields;
    out["groups"] = check.groups;
    out["warnings"] = check.warnings;
    out["guard"] = check.held.empty() ? json(nullptr) : json(to_string(model::RunStatus::held));
    out["reason"] = check.held;
    out["problems"] = std::move(problems);
    return out;
}

json json_of(const provider::Destination& destination) {
    json fields = json::array();
    for (const provider::Field& field : destination.fields) {
        json one;
        one["name"] = field.name;
        one["label"] = field.label;
        one["type"] = field.type;
        one["required"] = field.required;
        if (!field.choices.empty()) one["choices"] = field.choices;
        fields.push_back(std::move(one));
    }
    json out;
    out["id"] = destination.id;
    out["name"] = destination.name;
    out["members"] = destination.members;
    out["fields"] = std::move(fields);
    return out;
}

json json_of(const std::vector<inspect::LeftOut>& values) {
    json out = json::array();
    for (const inspect::LeftOut& value : values) {
        json one;
        one["field"] = value.field;
        one["code"] = value.code;
        one["why"] = value.why;
        out.push_back(std::move(one));
    }
    return out;
}

json json_of(const inspect::Preview& preview) {
    json rows = json::array();
    for (const auto& row : preview.rows) {
        json values = json::object();
        for (const auto& [field, value] : row.values) values[field] = mask_addresses(value);
        json one;
        one["change"] = row.change;
        one["address"] = mask_addresses(row.address);
        one["values"] = std::move(values);
        one["left_out"] = json_of(row.left_out);
        one["groups"] = row.groups;
        one["before"] = before_of(row);
        rows.push_back(std::move(one));
    }
    json out;
    out["counts"] = json_of(preview.counts);
    out["values_dropped"] = preview.counts.values_dropped;
    out["ledger"] = preview.ledger;
    out["guard"] = guard_of(preview.verdict);
    out["reason"] = preview.verdict.reason;
    out["rows"] = std::move(rows);
    out["leavers"] = json::array();
    for (std::size_t i = 0; i < preview.leavers.size(); ++i)
        out["leavers"].push_back(json_of(preview.leavers[i], preview.leaver_addresses[i], preview.parts));
    return out;
}

json json_of(const inspect::OneContact& one) {
    json out = contact_of(one.contact, one.fields);
    out["provider"] = one.provider;
    return out;
}

json json_of(const inspect::SegmentSample& sample) {
    json rows = json::array();
    for (const auto& row : sample.rows) {
        json one = json::array();
        for (const auto& value : row) one.push_back(value ? json(mask_addresses(*value)) : json(nullptr));
        rows.push_back(std::move(one));
    }
    json out;
    out["columns"] = sample.columns;
    out["unreadable"] = json_of(sample.unreadable);
    out["rows"] = std::move(rows);
    return out;
}

}  // namespace audienced::control
