#include "control/authorise.hpp"

#include <algorithm>
#include <array>

namespace audienced::control {
namespace {

struct Rule {
    Action action;
    Role least;
    const char* words;
};
constexpr Rule rules[] = {
    {Action::see_status, Role::viewer, "see the status"},
    {Action::see_sources, Role::administrator, "see sources"},
    {Action::change_sources, Role::administrator, "add, change, test or remove sources"},
    {Action::see_segments, Role::contributor, "see segments"},
    {Action::preview_segments, Role::contributor, "read segments"},
    {Action::change_segments, Role::administrator, "add, change or remove segments"},
    {Action::see_connections, Role::contributor, "see connections"},
    {Action::change_connections, Role::administrator, "change or test connections"},
    {Action::see_consent, Role::administrator, "see consents"},
    {Action::see_exports, Role::viewer, "see exports"},
    {Action::change_exports, Role::contributor, "change exports"},
    {Action::preview_exports, Role::contributor, "test or preview exports"},
    {Action::ask_about_members, Role::contributor, "ask about members of exports"},
    {Action::run_exports, Role::contributor, "run exports"},
    {Action::see_runs, Role::viewer, "see runs"},
    {Action::see_rejects, Role::viewer, "see rejects"},
    {Action::refresh, Role::administrator, "start a refresh"},
    {Action::see_schedule, Role::viewer, "see the schedule"},
    {Action::change_schedule, Role::administrator, "change the schedule"},
    {Action::see_definitions, Role::administrator, "see all definitions"},
    {Action::apply_definitions, Role::administrator, "compare or apply a file of definitions"},
    {Action::see_audit, Role::administrator, "read the audit"},
    {Action::use_doctor, Role::viewer, "ask the doctor"},
    {Action::backup, Role::administrator, "make a backup"},
    {Action::forget, Role::administrator, "forget an address"},
    {Action::change_keys, Role::administrator, "change the master key"},
    {Action::test_hooks, Role::administrator, "test the notifications"},
};

const Rule* rule_of(Action action) noexcept {
    const auto it =
        std::find_if(std::begin(rules), std::end(rules), [&](const Rule& r) { return r.action == action; });
    return it == std::end(rules) ? nullptr : it;
}

bool one_of(const std::vector<std::string>& names, const std::vector<std::string>& among) noexcept {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return std::find(among.begin(), among.end(), name) != among.end();
    });
}

const std::vector<std::string>* groups_with(Role role, const RoleGroups* roles) noexcept {
    if (!roles) return nullptr;
    switch (role) {
        case Role::viewer:
            return &roles->viewers;
        case Role::contributor:
            return &roles->contributors;
        default:
            return &roles->administrators;
    }
}

std::string groups_of(const Peer& peer) {
    if (peer.groups.empty()) return "no group that has a name";
    std::string out = peer.groups.size() == 1 ? "the group" : "the groups";
    for (std::size_t i = 0; i < peer.groups.size() && i < 20; ++i)
        out += (i == 0 ? " " : ", ") + peer.groups[i];
    return peer.groups.size() > 20 ? out + " ..." : out;
}

std::string how_to_get(Role role, const Caller& caller) {
    const auto* groups = groups_with(role, caller.roles);
    if (!groups || groups->empty())
        return std::string("no Unix group has that role: roles.") + to_string(role) +
               "s of the configuration can name one";
    return "root gives it with usermod -aG " + groups->front() + " " + caller.peer.user +
           "; it counts from the next login on";
}

}  // namespace

const char* to_string(Role role) noexcept {
    constexpr std::array words{"none", "viewer", "contributor", "administrator"};
    return words[static_cast<std::size_t>(role)];
}

Role role_of(const Peer& peer, const RoleGroups& groups, uid_t own_uid) noexcept {
    if (peer.uid == 0 || peer.uid == own_uid || one_of(peer.groups, groups.administrators))
        return Role::administrator;
    if (one_of(peer.groups, groups.contributors)) return Role::contributor;
    if (one_of(peer.groups, groups.viewers)) return Role::viewer;
    return Role::none;
}

bool may(Role role, Action action) noexcept {
    const Rule* rule = rule_of(action);
    return rule && role >= rule->least;
}

bool may_use(const Caller& caller, const model::Connection& connection) noexcept {
    if (caller.role == Role::administrator) return true;
    if (caller.role != Role::contributor) return false;
    const auto& users = connection.allow_users;
    return std::find(users.begin(), users.end(), caller.peer.user) != users.end() ||
           one_of(caller.peer.groups, connection.allow_groups);
}

Error not_permitted(const Caller& caller, Action action) {
    const Rule* rule = rule_of(action);
    const std::string words = rule ? rule->words : "do this";
    const Role least = rule ? rule->least : Role::administrator;
    return make_error(Errc::not_permitted,
                      "user " + caller.peer.user + " may not " + words + ": this takes the role " +
                          to_string(least) + ", and the daemon sees the user in " + groups_of(caller.peer),
                      how_to_get(least, caller));
}

Error not_yours(const Caller& caller, std::string_view kind, std::string_view name) {
    const std::string user = caller.peer.user, of_kind(kind);
    const std::string things = of_kind == "run" ? "runs" : of_kind;
    return make_error(Errc::not_permitted,
                      "user " + user + " may not use the " + of_kind + " " + std::string(name) +
                          ", or there is none: no connection that allows the user has it",
                      "audiencectl " + things +
                          " list names what the user may use; an administrator allows a " +
                          "connection: audiencectl connection edit NAME --allow-user " + user);
}

Error not_allowed_on(const Caller& caller, std::string_view connection) {
    const std::string name(connection), user = caller.peer.user;
    return make_error(
        Errc::not_permitted, "user " + user + " may not use the connection " + name,
        "an administrator can allow it: audiencectl connection edit " + name + " --allow-user " + user);
}

}  // namespace audienced::control
