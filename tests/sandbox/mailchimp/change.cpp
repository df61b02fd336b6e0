#include "mailchimp/change.hpp"

#include <algorithm>

namespace audienced::sandbox::mailchimp {
namespace {

void foreign_change(World& world, const Member& member, Cause cause) {
    if (member.foreign && cause == Cause::api) ++world.counters.zero.foreign_members_changed;
}

void place_status(List& list, Member& member, Status next) {
    --list.by_status[static_cast<std::size_t>(member.status)];
    ++list.by_status[static_cast<std::size_t>(next)];
    if (next == Status::subscribed)
        list.active.add(member.place);
    else
        list.active.remove(member.place);
    member.status = next;
}

}  // namespace

void touch(World& world, List& list, Member& member, Cause) {
    member.last_changed = world.now_seconds();
    ++list.version;
}

Member& create_member(World& world, List& list, const std::string& address, Status status, Cause cause) {
    const auto place = static_cast<std::uint32_t>(list.members.size());
    Member& member = list.members.emplace_back();
    member.email = address;
    member.id = member_id(address);
    member.place = place;
    member.serial = world.of<mailchimp::Accounts>().next_member++;
    member.status = status;
    member.created = member.opted = world.now_seconds();
    member.sign_ups = 1;
    if (status == Status::unsubscribed) member.origin = cause == Cause::api ? Origin::api : Origin::none;
    if (const auto old = list.given_up.find(member.id); old != list.given_up.end()) {
        if (cause == Cause::api && status != Status::unsubscribed)
            world.forbid(&MustStayZero::old_addresses_made_anew, "old address made anew", address,
                         old->second);
        list.given_up.erase(old);
    }
    list.index[member.id] = place;
    ++list.by_status[static_cast<std::size_t>(status)];
    if (status == Status::subscribed) list.active.add(place);
    if (status == Status::pending && cause == Cause::api) ++world.counters.zero.confirmation_mails;
    touch(world, list, member, cause);
    return member;
}

void set_status(World& world, List& list, Member& member, Status next, Origin origin, Cause cause) {
    const Status before = member.status;
    if (before == next) return;
    if (cause == Cause::api) {
        auto& zero = world.counters.zero;
        const bool was_out = before != Status::subscribed && before != Status::transactional;
        if (next == Status::subscribed && was_out)
            world.forbid(&MustStayZero::subscribed_again, "subscribed again", member.email, member.out_since);
        if (next == Status::pending) ++zero.confirmation_mails;
        if (next == Status::archived || next == Status::forgotten) ++zero.contacts_deleted;
        foreign_change(world, member, cause);
    }
    if (cause == Cause::person) member.out_since = next == Status::subscribed ? 0 : world.now();
    if (next == Status::archived) {
        member.before_archive = before;
        member.origin_before_archive = member.origin;
    }
    if (before == Status::archived) ++member.sign_ups;
    member.origin = next == Status::unsubscribed ? origin : Origin::none;
    if (next == Status::subscribed) member.opted = world.now_seconds();
    place_status(list, member, next);
    touch(world, list, member, cause);
}

void set_value(World& world, List& list, Member& member, std::size_t slot, std::string json_text,
               Cause cause) {
    if (member.values.size() <= slot) {
        if (json_text.empty()) return;
        member.values.resize(slot + 1);
    }
    if (member.values[slot] == json_text) return;
    foreign_change(world, member, cause);
    member.values[slot] = std::move(json_text);
    touch(world, list, member, cause);
}

bool add_to_segment(World& world, List& list, Member& member, Segment& segment, Cause cause) {
    if (!segment.members.add(member.place)) return false;
    if (cause != Cause::api) segment.seeded.add(member.place);
    foreign_change(world, member, cause);
    if (segment.type == "static")
        member.segments.insert(std::lower_bound(member.segments.begin(), member.segments.end(), segment.id),
                               segment.id);
    segment.updated = world.now_seconds();
    touch(world, list, member, cause);
    return true;
}

bool remove_from_segment(World& world, List& list, Member& member, Segment& segment, Cause cause) {
    if (!segment.members.remove(member.place)) return false;
    if (segment.seeded.remove(member.place) && cause == Cause::api)
        world.forbid(&MustStayZero::foreign_memberships_removed, "foreign tag removed", member.email);
    foreign_change(world, member, cause);
    std::erase(member.segments, segment.id);
    segment.updated = world.now_seconds();
    touch(world, list, member, cause);
    return true;
}

void rename_member(World& world, List& list, Member& member, const std::string& address, Cause cause) {
    foreign_change(world, member, cause);
    list.index.erase(member.id);
    if (cause == Cause::person) list.given_up[member.id] = world.now();
    member.email = address;
    member.id = member_id(address);
    list.given_up.erase(member.id);
    list.index[member.id] = member.place;
    touch(world, list, member, cause);
}

void forget_member(World& world, List& list, Member& member, Cause cause) {
    set_status(world, list, member, Status::forgotten, Origin::none, cause);
    for (const int id : std::vector<int>(member.segments)) {
        Segment& segment = list.segments.at(id);
        segment.members.remove(member.place);
        segment.seeded.remove(member.place);
    }
    member.segments.clear();
    member.values.clear();
    member.interests.clear();
}

void delete_segment(World& world, List& list, Segment& segment, Cause cause) {
    std::vector<std::uint32_t> places;
    segment.members.each([&](std::uint32_t place) { places.push_back(place); });
    for (const auto place : places) remove_from_segment(world, list, list.members[place], segment, cause);
    list.segments.erase(segment.id);
}

void delete_field(List& list, MergeField& field) {
    field.removed = true;
    const auto slot = static_cast<std::size_t>(&field - list.fields.data());
    for (auto& member : list.members)
        if (slot < member.values.size()) member.values[slot].clear();
    ++list.version;
}

Segment& make_segment(World& world, List& list, const std::string& name, const std::string& type) {
    const int id = world.of<mailchimp::Accounts>().next_segment++;
    Segment& segment = list.segments[id];
    segment.id = id;
    segment.name = name;
    segment.type = type;
    segment.created = segment.updated = world.now_seconds();
    return segment;
}

Segment& need_tag(World& world, List& list, const std::string& name) {
    if (Segment* known = list.tag(name)) return *known;
    return make_segment(world, list, name, "static");
}

}  // namespace audienced::sandbox::mailchimp
