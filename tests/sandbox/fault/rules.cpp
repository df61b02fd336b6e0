#include "fault/rules.hpp"

#include "wire/json.hpp"

namespace audienced::sandbox {
namespace {

const std::pair<const char*, FaultKind> kinds[] = {
    {"reset_before", FaultKind::reset_before},
    {"lost_reply", FaultKind::lost_reply},
    {"reset_mid_body", FaultKind::reset_mid_body},
    {"close_mid_body", FaultKind::close_mid_body},
    {"stall", FaultKind::stall},
    {"delay", FaultKind::delay},
    {"slow", FaultKind::slow},
    {"truncated_gzip", FaultKind::truncated_gzip},
    {"gzip_bomb", FaultKind::gzip_bomb},
    {"huge_body", FaultKind::huge_body},
    {"hold", FaultKind::hold},
};

/// {"status":…, "content_type":…, "body":…, "headers":{…}}: an answer of the test's own making.
Reply custom_reply(const json& action) {
    Reply reply;
    reply.status = static_cast<int>(number_of(action, "status", 500));
    reply.content_type = text_of(action, "content_type", "application/json; charset=utf-8");
    reply.body = text_of(action, "body");
    if (action.contains("json")) reply.body = print_json(action["json"]);
    return reply;
}

std::string read_action(const json& action, Fault& fault) {
    const std::string kind = action.is_string() ? action.get<std::string>() : text_of(action, "kind");
    fault.seconds = number_of(action, "seconds", kind == "stall" ? 600 : 1);
    fault.bytes = number_of(action, "bytes", kind == "slow" ? 1000 : 100e6);
    fault.bytes = number_of(action, "bytes_per_second", fault.bytes);
    fault.apply = flag_of(action, "apply");
    for (const auto& [name, value] : kinds) {
        if (kind != name) continue;
        fault.kind = value;
        return {};
    }
    fault.kind = FaultKind::reply;
    if (kind == "status") {
        fault.reply = custom_reply(action);
    } else if (auto named = fault_reply(kind)) {
        fault.reply = std::move(*named);
    } else {
        return "unknown action '" + kind + "'";
    }
    if (action.is_object() && action.contains("headers") && action["headers"].is_object())
        for (const auto& [name, value] : action["headers"].items())
            if (value.is_string()) fault.reply.headers.emplace_back(name, value.get<std::string>());
    return {};
}

}  // namespace

std::string FaultRules::set(const json& wanted) {
    const json list = wanted.is_array() ? wanted : wanted.value("rules", json::array());
    if (!list.is_array()) return "rules is not an array";
    std::deque<Rule> next;
    for (const auto& item : list) {
        if (!item.is_object() || !item.contains("action")) return "a rule is an object with an action";
        Rule rule;
        rule.name = text_of(item, "name", "rule " + std::to_string(next.size() + 1));
        rule.method = text_of(item, "method");
        rule.client = text_of(item, "client");
        rule.body_contains = text_of(item, "body_contains");
        try {
            rule.path = std::regex(text_of(item, "path", "^/"), std::regex::optimize);
        } catch (const std::regex_error&) {
            return "path of '" + rule.name + "' is not a regular expression";
        }
        rule.skip = static_cast<std::uint64_t>(number_of(item, "skip"));
        rule.every = static_cast<std::uint64_t>(number_of(item, "every"));
        if (item.contains("next")) rule.next = static_cast<std::uint64_t>(number_of(item, "next", 1));
        rule.probability = number_of(item, "probability", 1);
        if (auto wrong = read_action(item["action"], rule.fault); !wrong.empty()) return wrong;
        rule.fault.rule = rule.name;
        next.push_back(std::move(rule));
    }
    if (wanted.is_object() && wanted.contains("seed"))
        random_.seed(static_cast<std::uint64_t>(number_of(wanted, "seed", 1)));
    if (!flag_of(wanted, "append")) rules_.clear();
    for (auto& rule : next) rules_.push_back(std::move(rule));
    return {};
}

std::optional<Fault> FaultRules::strike(const Request& request, const std::string& client) {
    for (auto& rule : rules_) {
        if (!rule.method.empty() && rule.method != request.method) continue;
        if (!rule.client.empty() && client.find(rule.client) == std::string::npos) continue;
        if (!std::regex_search(request.target, rule.path)) continue;
        if (!rule.body_contains.empty() && request.body.find(rule.body_contains) == std::string::npos)
            continue;
        const auto nth = ++rule.matched;
        if (nth <= rule.skip) continue;
        if (rule.next && rule.struck >= *rule.next) continue;
        if (rule.every > 1 && (nth - rule.skip) % rule.every != 0) continue;
        if (rule.probability < 1 && std::uniform_real_distribution<double>(0, 1)(random_) >= rule.probability)
            continue;
        ++rule.struck;
        return rule.fault;
    }
    return std::nullopt;
}

json FaultRules::print() const {
    json out = json::array();
    for (const auto& rule : rules_)
        out.push_back({{"name", rule.name}, {"matched", rule.matched}, {"struck", rule.struck}});
    return out;
}

}  // namespace audienced::sandbox
