#include "store/acts.hpp"

#include <algorithm>

#include "store/batch_kind.hpp"

namespace audienced::store {
namespace {

constexpr std::size_t member_bytes = 17;

// Bits 0 and 1: what was asked; 2 and 3: the outcome; 4: changed; 5: hold; 6: no call.
char print(const ActMember& m) {
    return static_cast<char>(static_cast<unsigned>(m.asked) | static_cast<unsigned>(m.outcome) << 2 |
                             static_cast<unsigned>(m.changed) << 4 | static_cast<unsigned>(m.hold) << 5 |
                             static_cast<unsigned>(!m.called) << 6);
}

result<ActMember> parse_one(std::string_view bytes) {
    const auto flags = static_cast<unsigned char>(bytes[member_bytes - 1]);
    if ((flags & 3) > 2 || flags > 127) return unknown_word("acts.members");
    ActMember m;
    m.member = MemberHash::from(bytes.substr(0, member_bytes - 1));
    m.asked = static_cast<ActMember::Asked>(flags & 3);
    m.outcome = static_cast<model::Outcome::Kind>(flags >> 2 & 3);
    m.changed = (flags & 16) != 0;
    m.hold = (flags & 32) != 0;
    m.called = (flags & 64) == 0;
    return m;
}

result<std::vector<ActMember>> parse(std::string_view bytes) {
    std::vector<ActMember> all;
    if (bytes.size() % member_bytes != 0) return unknown_word("acts.members");
    for (std::size_t at = 0; at < bytes.size(); at += member_bytes) {
        auto one = parse_one(bytes.substr(at, member_bytes));
        if (!one) return one.error();
        all.push_back(*one);
    }
    return all;
}

constexpr const char* act_columns = "export_id, kind, group_no, at, members, destination, ticket, run, id";

result<Act> act_of(const Statement& s) {
    auto members = parse(s.blob_view(4));
    if (!members) return members.error();
    Act act;
    act.id = s.integer(8);
    act.run = s.integer(7);
    act.destination = model::DestinationId(s.integer(5));
    act.export_id = model::ExportId(s.integer(0));
    if (auto kind = read_kind(s, 1, "acts.kind", act.kind); !kind) return kind.error();
    act.group = model::GroupNo(s.integer(2));
    act.ticket = s.text(6);
    act.at = from_unix(s.integer(3));
    act.members = std::move(*members);
    return act;
}

std::string select_acts(const char* rest) {
    return std::string("SELECT ") + act_columns + " FROM acts " + rest;
}

result<std::size_t> scan(Statement& query, const std::function<void(const Act&)>& each) {
    std::size_t acts = 0;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        auto act = act_of(s);
        if (!act) return act.error();
        ++acts;
        each(*act);
        return {};
    });
    if (!read) return read.error();
    return acts;
}

/// Where the member stands in the bytes of an act; npos: nowhere.
std::size_t place_of(std::string_view bytes, const MemberHash& member) {
    for (std::size_t at = bytes.find(member.view()); at != bytes.npos; at = bytes.find(member.view(), at + 1))
        if (at % member_bytes == 0) return at;
    return bytes.npos;
}

}  // namespace

result<void> add_act(Database& db, const Act& act) {
    std::string members;
    members.reserve(act.members.size() * member_bytes);
    for (const ActMember& m : act.members) members.append(m.member.view()) += print(m);
    auto& insert = db.prepare(
        "INSERT INTO acts(run, export_id, kind, group_no, at, members, destination, ticket, changed) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    insert.bind(1, act.run)
        .bind(2, act.export_id.value())
        .bind(3, word_of(act.kind))
        .bind(4, act.group.value())
        .bind(5, to_unix(act.at))
        .bind_blob(6, members)
        .bind(7, act.destination.value())
        .bind(8, act.ticket)
        .bind(9, static_cast<std::int64_t>(std::count_if(act.members.begin(), act.members.end(),
                                                         [](const ActMember& m) { return m.has_effect(); })));
    return insert.run();
}

result<std::vector<std::string>> recent_tickets(Database& db, model::DestinationId destination,
                                                std::size_t most) {
    auto& query = db.prepare("SELECT ticket FROM acts WHERE destination = ?1 ORDER BY id DESC LIMIT ?2");
    query.bind(1, destination.value()).bind(2, static_cast<std::int64_t>(most));
    std::vector<std::string> tickets;
    auto read = each_row(query, [&](const Statement& s) {
        if (!s.blob_view(0).empty()) tickets.push_back(s.text(0));
    });
    if (!read) return read.error();
    return tickets;
}

result<std::int64_t> find_acts_on(Database& db, model::DestinationId destination, const MemberHash& member,
                                  std::int64_t before, std::size_t limit,
                                  const std::function<void(const ActOnMember&)>& each) {
    auto& query = db.prepare(
        "SELECT id, run, export_id, group_no, at, members FROM acts WHERE destination = ?1 AND id < ?2 "
        "ORDER BY id DESC LIMIT ?3");
    query.bind(1, destination.value())
        .bind(2, before == 0 ? INT64_MAX : before)
        .bind(3, static_cast<std::int64_t>(limit));
    std::int64_t last = 0;
    std::size_t rows = 0;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        last = s.integer(0);
        ++rows;
        const std::string_view bytes = s.blob_view(5);
        const std::size_t at = place_of(bytes, member);
        if (at == bytes.npos || bytes.size() - at < member_bytes) return {};
        auto what = parse_one(bytes.substr(at, member_bytes));
        if (!what) return what.error();
        each({s.integer(1), model::ExportId(s.integer(2)), model::GroupNo(s.integer(3)),
              from_unix(s.integer(4)), *what});
        return {};
    });
    if (!read) return read.error();
    return rows < limit ? 0 : last;
}

result<std::int64_t> last_act(Database& db, model::DestinationId destination) {
    auto& query = db.prepare("SELECT coalesce(max(id), 0) FROM acts WHERE destination = ?1");
    query.bind(1, destination.value());
    std::int64_t last = 0;
    auto read = first_row(query, [&](const Statement& s) { last = s.integer(0); });
    if (!read) return read.error();
    return last;
}

result<std::vector<std::int64_t>> runs_acting(Database& db, model::DestinationId destination,
                                              std::int64_t after) {
    auto& query = db.prepare("SELECT DISTINCT run FROM acts WHERE destination = ?1 AND id > ?2 ORDER BY run");
    query.bind(1, destination.value()).bind(2, after);
    std::vector<std::int64_t> runs;
    auto read = each_row(query, [&](const Statement& s) { runs.push_back(s.integer(0)); });
    if (!read) return read.error();
    return runs;
}

result<std::vector<Act>> list_acts(Database& db, std::int64_t run) {
    static const std::string sql = select_acts("WHERE run = ?1 ORDER BY id");
    auto& query = db.prepare(sql);
    query.bind(1, run);
    std::vector<Act> all;
    auto read = scan(query, [&](const Act& act) { all.push_back(act); });
    if (!read) return read.error();
    return all;
}

result<std::size_t> scan_changes(Database& db, std::int64_t run, std::int64_t after, std::size_t limit,
                                 const std::function<void(const Act&)>& each) {
    static const std::string sql =
        select_acts("WHERE run = ?1 AND id > ?2 AND changed > 0 ORDER BY id LIMIT ?3");
    auto& query = db.prepare(sql);
    query.bind(1, run).bind(2, after).bind(3, static_cast<std::int64_t>(limit));
    return scan(query, each);
}

result<std::size_t> scan_changes(Database& db, model::DestinationId destination, std::int64_t after,
                                 std::size_t limit, const std::function<void(const Act&)>& each) {
    static const std::string sql =
        select_acts("WHERE destination = ?1 AND id > ?2 AND changed > 0 ORDER BY id LIMIT ?3");
    auto& query = db.prepare(sql);
    query.bind(1, destination.value()).bind(2, after).bind(3, static_cast<std::int64_t>(limit));
    return scan(query, each);
}

}  // namespace audienced::store
