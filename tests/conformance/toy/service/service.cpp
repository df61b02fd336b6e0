// The toy's service: boxes with members and groups, a key in a header of its own, 20 calls in 10 seconds. It
// shares nothing with the toy's provider.
#include "services/service.hpp"

#include <deque>
#include <map>
#include <set>

#include "base/text.hpp"
#include "control/plain.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::toy {
namespace {

using control::done;
using control::refused;

struct Member {
    std::string first_name, state = "on";
    std::set<std::string> groups;
    double changed = 0;
};

struct Box {
    std::string name;
    std::map<std::string, Member> members;      // by address
    std::map<std::string, std::string> groups;  // id -> title
};

struct Toys {
    std::map<std::string, Box> boxes;
    std::set<std::string> keys;
    std::map<std::string, std::deque<double>> last_calls;  // by key
};

std::string key_of(const Request& request) {
    return std::string(request.header("x-toy-key"));
}

Reply trouble(int status, const std::string& why) {
    return json_reply(status, {{"error", why}});
}

std::optional<Reply> gate(World& world, const Request& request, int) {
    Toys& toys = world.of<Toys>();
    const std::string key = key_of(request);
    std::optional<Reply> refusal;
    auto& calls = toys.last_calls[key];
    while (!calls.empty() && world.now() - calls.front() >= 10) calls.pop_front();
    if (!toys.keys.contains(key))
        refusal = trouble(401, "unknown key");
    else if (request.header("toy-revision") != "2026-11-01")
        refusal = trouble(400, "the header Toy-Revision is missing");
    else if (calls.size() >= 20)
        refusal = trouble(429, "20 calls in 10 seconds");
    else
        calls.push_back(world.now());
    if (refusal) refusal->kind = request.method + " /toy/(gate)";
    return refusal;
}

Reply upsert(World& world, Box& box, const json& body) {
    json results = json::array();
    for (const json& one : body.value("members", json::array())) {
        const std::string address = ascii_lower(text_of(one, "address"));
        json result{{"address", address}};
        const auto found = box.members.find(address);
        if (address.find('@') == std::string::npos || address.ends_with(".invalid")) {
            result["did"] = "refused";
            result["why"] = address + " is malformed";
        } else if (found != box.members.end() && found->second.state != "on") {
            result["did"] = "stopped";
        } else {
            result["did"] = found == box.members.end() ? "added" : "updated";
            Member& member = box.members[address];
            if (one.contains("values"))
                member.first_name = text_of(one["values"], "first_name", member.first_name);
            member.changed = world.now();
            ++world.counters.members_written;
        }
        results.push_back(std::move(result));
    }
    return json_reply(200, {{"results", results}});
}

Reply change_group(Box& box, const std::string& group, const json& body) {
    json results = json::array();
    const auto change = [&](const char* list, const char* did, auto act) {
        for (const auto& address : texts_of(body, list)) {
            const auto found = box.members.find(address);
            json result{{"address", address}, {"did", "refused"}, {"why", "not in the box"}};
            if (found != box.members.end()) {
                result["did"] = act(found->second.groups) ? did : "already";
                result.erase("why");
            }
            results.push_back(std::move(result));
        }
    };
    change("add", "joined", [&](auto& groups) { return groups.insert(group).second; });
    change("remove", "left", [&](auto& groups) { return groups.erase(group) > 0; });
    return json_reply(200, {{"results", results}});
}

Reply states(World& world, const Box& box, const Request& request, const std::string& group) {
    const auto since = parse_time(request.param("since").value_or(""));
    json members = json::array();
    for (const auto& [address, member] : box.members) {
        const bool wanted = !group.empty() ? member.groups.contains(group)
                            : since        ? member.changed >= *since
                                           : member.state != "on";
        if (wanted) members.push_back({{"address", address}, {"state", member.state}});
    }
    return json_reply(200, {{"members", members}, {"now", world.now_seconds()}});
}

Reply show_member(const Box& box, const std::string& address) {
    const auto found = box.members.find(address);
    if (found == box.members.end()) return trouble(404, "not in the box");
    const Member& member = found->second;
    return json_reply(200, {{"address", address},
                            {"state", member.state},
                            {"groups", member.groups},
                            {"values", {{"first_name", member.first_name}}}});
}

Reply groups_of(const Box& box) {
    json groups = json::array();
    for (const auto& [id, title] : box.groups) groups.push_back({{"id", id}, {"title", title}});
    return json_reply(200, {{"groups", groups}});
}

Reply make_group(Box& box, const json& body) {
    const std::string title = text_of(body, "title");
    for (const auto& [id, known] : box.groups)
        if (known == title) return json_reply(200, {{"id", id}, {"title", title}});
    const std::string id = "g" + std::to_string(box.groups.size() + 1);
    box.groups[id] = title;
    return json_reply(201, {{"id", id}, {"title", title}});
}

json print_box(const std::string& id, const Box& box) {
    return {{"id", id}, {"name", box.name}, {"members", box.members.size()}};
}

Reply list_of(const std::map<std::string, Box>& boxes) {
    json list = json::array();
    for (const auto& [id, box] : boxes) list.push_back(print_box(id, box));
    return json_reply(200, {{"boxes", std::move(list)}});
}

Reply route(World& world, const Request& request) {
    const auto& s = request.segments;  // toy/boxes/ID/...
    const bool post = request.method == "POST";
    if (s.size() == 2 && s[1] == "account") return json_reply(200, {{"id", "toy-account"}, {"name", "Acme"}});
    if (s.size() < 2 || s[1] != "boxes") return trouble(404, "no such call");
    auto& boxes = world.of<Toys>().boxes;
    if (s.size() == 2) return list_of(boxes);
    const auto found = boxes.find(s[2]);
    if (found == boxes.end()) return trouble(404, "no such box");
    Box& box = found->second;
    const auto body = post ? parse_json(request.body).value_or(json()) : json::object();
    if (!body.is_object()) return trouble(400, "not a JSON object");
    if (s.size() == 3) return json_reply(200, print_box(s[2], box));
    if (s.size() == 4 && s[3] == "members" && post) return upsert(world, box, body);
    if (s.size() == 5 && s[3] == "members" && !post) return show_member(box, s[4]);
    if (s.size() == 4 && s[3] == "states") return states(world, box, request, "");
    if (s.size() == 4 && s[3] == "groups") return post ? make_group(box, body) : groups_of(box);
    if (s.size() == 5 && s[3] == "groups" && box.groups.contains(s[4]))
        return post ? change_group(box, s[4], body) : states(world, box, request, s[4]);
    return trouble(404, "no such call");
}

Reply answer(World& world, const Request& request) {
    Reply reply = route(world, request);
    reply.kind = request.method + " /toy/" + (request.segments.size() > 3 ? request.segments[3] : "");
    reply.write = request.method != "GET";
    return reply;
}

std::string client_of(World& world, const Request& request) {
    return world.of<Toys>().keys.contains(key_of(request)) ? "toy:" + key_of(request) : "toy:?";
}

std::optional<Reply> answer_stage(World& world, const Request& request) {
    const auto& s = request.segments;  // sandbox/toy/boxes/ID/...
    if (s.size() < 3 || s[2] != "boxes") return std::nullopt;
    Toys& toys = world.of<Toys>();
    const auto body = request.body.empty() ? json::object() : parse_json(request.body).value_or(json());
    if (s.size() == 3 && request.method == "POST") {
        toys.boxes[text_of(body, "id")].name = text_of(body, "name");
        toys.keys.insert(text_of(body, "key"));
        return done();
    }
    const auto found = s.size() == 5 ? toys.boxes.find(s[3]) : toys.boxes.end();
    if (found == toys.boxes.end()) return refused("no such box");
    if (s[4] == "act") {
        Member& member = found->second.members[text_of(body, "email")];
        member.state = text_of(body, "act") == "stop" ? "stopped" : "bounced";
        member.changed = world.now();
        return done();
    }
    std::string lines;
    for (const auto& [address, member] : found->second.members)
        lines += address + "\t" + member.state + "\t" + member.first_name + "\n";
    return text_reply(200, "text/plain; charset=utf-8", lines);
}

}  // namespace

Service service() {
    Service s;
    s.name = "toy";
    s.tops = {"toy"};
    s.stage = "toy";
    s.answer = answer;
    s.client_of = client_of;
    s.answer_stage = answer_stage;
    s.over_limit = gate;
    return s;
}

}  // namespace audienced::sandbox::toy
