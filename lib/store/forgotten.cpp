#include "store/forgotten.hpp"

#include <algorithm>
#include <array>

#include "model/opt_out_reason.hpp"
#include "store/opt_outs.hpp"
#include "store/query.hpp"
#include "store/unfinished_forgets.hpp"

namespace audienced::store {
namespace {

constexpr std::size_t act_member_bytes = 17;  // acts.hpp

std::string key_blob(std::uint64_t key) {
    std::string out;
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(key >> shift & 0xFF);
    return out;
}

std::uint64_t key_number(std::string_view blob) {
    std::uint64_t key = 0;
    for (const char c : blob) key = key << 8 | static_cast<unsigned char>(c);
    return key;
}

bool holds(const std::vector<MemberHash>& members, const MemberHash& one) {
    return std::find(members.begin(), members.end(), one) != members.end();
}

/// A contact that has another address now is remembered under the first one. The new one is not forgotten,
/// and what keeps it from being sent must not go.
result<void> hand_opt_outs_on(Database& db, const MemberHash& member, const Forgotten& person) {
    struct Moved {
        std::int64_t destination;
        MemberHash now;
    };
    std::vector<Moved> all;
    auto& query = db.prepare(
        "SELECT destination, moved_to FROM contacts WHERE destination IN (SELECT id FROM destinations) AND "
        "member = ?1 AND moved_to IS NOT NULL");
    query.bind_blob(1, member.view());
    auto read = each_row(query, [&](const Statement& s) {
        all.push_back({s.integer(0), MemberHash::from(s.blob_view(1))});
    });
    if (!read) return read;
    for (const Moved& moved : all) {
        if (holds(person.members, moved.now)) continue;
        auto done = db.prepare(
                          "INSERT OR IGNORE INTO opt_outs(destination, member, reason, evidence, run, since, "
                          "seen_in) "
                          "SELECT destination, ?3, reason, evidence, run, since, seen_in FROM opt_outs WHERE "
                          "destination = ?1 AND member = ?2 AND reason NOT IN ('address_changed', "
                          "'opted_out_before')")
                        .bind(1, moved.destination)
                        .bind_blob(2, member.view())
                        .bind_blob(3, moved.now.view())
                        .run();
        if (!done) return done;
    }
    return {};
}

result<void> erase_member(Database& db, const MemberHash& member, Erased& count) {
    struct Table {
        const char* sql;
        std::uint64_t* count;
    };
    std::uint64_t ignored = 0;
    const std::array tables{
        Table{"DELETE FROM delivered WHERE export_id IN (SELECT id FROM exports) AND member = ?1",
              &count.delivered},
        Table{"DELETE FROM deferred_rejects WHERE export_id IN (SELECT id FROM exports) AND member = ?1",
              &count.rejects},
        Table{"DELETE FROM planned_leavers WHERE member = ?1", &ignored},
        // It stays the run of one member, whose name is gone.
        Table{"UPDATE runs SET only_member = zeroblob(16) WHERE only_member = ?1", &ignored},
        Table{"DELETE FROM memberships WHERE group_no IN (SELECT no FROM groups) AND member = ?1",
              &count.memberships},
        Table{"DELETE FROM opt_outs WHERE destination IN (SELECT id FROM destinations) AND member = ?1",
              &count.opt_outs},
        // What an earlier forget left is made anew, and says nothing about the person.
        Table{"DELETE FROM opt_outs WHERE destination = 0 AND member = ?1", &ignored},
        Table{"DELETE FROM contacts WHERE destination IN (SELECT id FROM destinations) AND member = ?1",
              &count.contacts}};
    for (const Table& table : tables) {
        auto done = db.prepare(std::string_view(table.sql)).bind_blob(1, member.view()).run();
        if (!done) return done;
        *table.count += static_cast<std::uint64_t>(db.changes());
    }
    return {};
}

/// The suppression follows the person: under another address of the same key the member is held back.
result<void> suppress_key(Database& db, std::uint64_t key, const MemberHash& member) {
    const std::string blob = key_blob(key);
    auto kept = db.prepare("INSERT OR REPLACE INTO suppressed_keys(key_hash, member) VALUES(?1, ?2)")
                    .bind_blob(1, blob)
                    .bind_blob(2, member.view())
                    .run();
    if (!kept) return kept;
    return db
        .prepare(
            "INSERT OR REPLACE INTO people(destination, key_hash, member, came) SELECT id, ?1, ?2, NULL FROM "
            "destinations")
        .bind_blob(1, blob)
        .bind_blob(2, member.view())
        .run();
}

/// The act's members without these, which are sorted.
std::string without(std::string_view members, const std::vector<MemberHash>& forgotten) {
    std::string kept;
    for (std::size_t at = 0; at + act_member_bytes <= members.size(); at += act_member_bytes) {
        const auto one = MemberHash::from(members.substr(at, act_member_bytes - 1));
        if (!std::binary_search(forgotten.begin(), forgotten.end(), one))
            kept += members.substr(at, act_member_bytes);
    }
    return kept;
}

/// How many of them are memberships, or holds on them, that came or went.
std::int64_t changes_of_members(std::string_view members) {
    constexpr unsigned changed = 16 | 32;  // acts.cpp
    std::int64_t n = 0;
    for (std::size_t at = act_member_bytes; at <= members.size(); at += act_member_bytes)
        n += (static_cast<unsigned char>(members[at - 1]) & changed) != 0;
    return n;
}

result<bool> erase_acts(Database& db, const std::vector<MemberHash>& forgotten, std::int64_t& place,
                        std::size_t most, Erased& count) {
    struct Change {
        std::int64_t id;
        std::string members;
    };
    std::vector<Change> changes;
    std::size_t rows = 0;
    auto& query = db.prepare("SELECT id, members FROM acts WHERE id > ?1 ORDER BY id LIMIT ?2");
    query.bind(1, place).bind(2, static_cast<std::int64_t>(most));
    auto read = each_row(query, [&](const Statement& s) {
        ++rows;
        place = s.integer(0);
        const std::string_view members = s.blob_view(1);
        std::string kept = without(members, forgotten);
        if (kept.size() != members.size()) changes.push_back({place, std::move(kept)});
    });
    if (!read) return read.error();
    for (const Change& change : changes) {
        auto done = db.prepare("UPDATE acts SET members = ?2, changed = ?3 WHERE id = ?1")
                        .bind(1, change.id)
                        .bind_blob(2, change.members)
                        .bind(3, changes_of_members(change.members))
                        .run();
        if (!done) return done.error();
        ++count.acts;
    }
    return rows < most;
}

/// They are counted on: what is listed and the figures of the run still add up.
result<bool> erase_rejects(Database& db, const std::vector<MemberHash>& forgotten, std::int64_t& place,
                           std::size_t most, Erased& count) {
    struct Row {
        std::int64_t id, kind;
    };
    std::vector<Row> found;
    std::size_t rows = 0;
    auto& query = db.prepare("SELECT id, kind, member FROM rejects WHERE id > ?1 ORDER BY id LIMIT ?2");
    query.bind(1, place).bind(2, static_cast<std::int64_t>(most));
    auto read = each_row(query, [&](const Statement& s) {
        ++rows;
        place = s.integer(0);
        if (!s.is_null(2) &&
            std::binary_search(forgotten.begin(), forgotten.end(), MemberHash::from(s.blob_view(2))))
            found.push_back({place, s.integer(1)});
    });
    if (!read) return read.error();
    for (const Row& row : found) {
        auto done = db.prepare("DELETE FROM rejects WHERE id = ?1").bind(1, row.id).run();
        if (!done) return done.error();
        done = db.prepare("UPDATE reject_kinds SET kept = kept - 1 WHERE id = ?1").bind(1, row.kind).run();
        if (!done) return done.error();
        ++count.rejects;
    }
    return rows < most;
}

/// Of one destination: does anything known of the person say that a contact is there?
result<bool> may_have_contact(Database& db, std::int64_t destination, const Forgotten& person) {
    for (const MemberHash& member : person.members) {
        auto& query = db.prepare(
            "SELECT 1 FROM contacts WHERE destination = ?1 AND member = ?2 UNION ALL "
            "SELECT 1 FROM opt_outs WHERE destination = ?1 AND member = ?2 UNION ALL "
            "SELECT 1 FROM memberships WHERE group_no IN (SELECT no FROM groups WHERE destination = ?1) AND "
            "member = ?2 LIMIT 1");
        query.bind(1, destination).bind_blob(2, member.view());
        auto row = first_row(query, [](const Statement&) {});
        if (!row) return row.error();
        if (*row) return true;
    }
    return false;
}

result<ContactPlace> place_of(Database& db, std::int64_t destination, const std::string& key) {
    ContactPlace place;
    place.destination = key.substr(key.rfind('/') == std::string::npos ? 0 : key.rfind('/') + 1);
    auto& query = db.prepare(
        "SELECT e.name, c.name, c.provider FROM exports e LEFT JOIN connections c ON c.name = e.connection "
        "WHERE e.bound_to = ?1 ORDER BY e.name");
    query.bind(1, destination);
    auto read = each_row(query, [&](const Statement& s) {
        place.exports.push_back(s.text(0));
        if (s.is_null(1)) return;
        place.connection = s.text(1);
        place.provider = s.text(2);
    });
    if (!read) return read.error();
    return place;
}

}  // namespace

result<std::vector<MemberHash>> forgotten_members(Database& db) {
    return members_with(db, model::DestinationId(), model::OptOutReason::forgotten);
}

result<Forgotten> person_of(Database& db, const MemberHash& member, SysTime now) {
    Forgotten person;
    person.at = now;
    person.members.push_back(member);
    auto& former = db.prepare(
        "SELECT member FROM contacts WHERE destination IN (SELECT id FROM destinations) AND moved_to = ?1");
    former.bind_blob(1, member.view());
    auto read = each_row(former, [&](const Statement& s) {
        const auto one = MemberHash::from(s.blob_view(0));
        if (!holds(person.members, one)) person.members.push_back(one);
    });
    if (!read) return read.error();
    for (std::size_t i = 0; i < person.members.size(); ++i) {
        auto& keys = db.prepare(
            "SELECT key_hash FROM people WHERE member = ?1 OR came = ?1 UNION SELECT key_hash FROM "
            "suppressed_keys WHERE member = ?1");
        keys.bind_blob(1, person.members[i].view());
        read = each_row(keys, [&](const Statement& s) { person.keys.push_back(key_number(s.blob_view(0))); });
        if (!read) return read.error();
    }
    std::sort(person.keys.begin(), person.keys.end());
    person.keys.erase(std::unique(person.keys.begin(), person.keys.end()), person.keys.end());
    return person;
}

result<void> forget(Database& db, const Forgotten& person, Erased& count) {
    for (const MemberHash& member : person.members) {
        if (auto done = hand_opt_outs_on(db, member, person); !done) return done;
        if (auto done = erase_member(db, member, count); !done) return done;
        OptOut suppressed;
        suppressed.member = member;
        suppressed.reason = model::OptOutReason::forgotten;
        suppressed.evidence = Evidence::command;
        suppressed.since = person.at;
        if (auto done = put_opt_out(db, suppressed); !done) return done;
        if (auto done = note_unfinished(db, member); !done) return done;
    }
    for (const std::uint64_t key : person.keys)
        if (auto done = suppress_key(db, key, person.members.front()); !done) return done;
    return {};
}

result<bool> is_forgotten(Database& db, const MemberHash& member) {
    auto& query =
        db.prepare("SELECT 1 FROM opt_outs WHERE destination = 0 AND member = ?1 AND reason = 'forgotten'");
    query.bind_blob(1, member.view());
    return first_row(query, [](const Statement&) {});
}

result<void> suppress_keys_at(Database& db, std::int64_t destination) {
    return db
        .prepare(
            "INSERT OR REPLACE INTO people(destination, key_hash, member, came) SELECT ?1, key_hash, member, "
            "NULL FROM suppressed_keys")
        .bind(1, destination)
        .run();
}

result<bool> erase_from_history(Database& db, const std::vector<MemberHash>& forgotten, HistoryPlace& place,
                                std::size_t most, Erased& count) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto acts = erase_acts(db, forgotten, place.act, most, count);
    if (!acts) return acts;
    auto rejects = erase_rejects(db, forgotten, place.reject, most * 20, count);
    if (!rejects) return rejects;
    if (auto done = transaction->commit(); !done) return done.error();
    return *acts && *rejects;
}

result<std::vector<ContactPlace>> contact_places(Database& db, const Forgotten& person) {
    struct Row {
        std::int64_t id;
        std::string key, name;
    };
    std::vector<Row> rows;
    auto& query = db.prepare("SELECT id, destination_key, name FROM destinations ORDER BY id");
    auto read = each_row(query, [&](const Statement& s) {
        rows.push_back({s.integer(0), s.text(1), s.text(2)});
    });
    if (!read) return read.error();
    std::vector<ContactPlace> places;
    for (const Row& row : rows) {
        auto there = may_have_contact(db, row.id, person);
        if (!there) return there.error();
        if (!*there) continue;
        auto place = place_of(db, row.id, row.key);
        if (!place) return place.error();
        place->name = row.name;
        places.push_back(std::move(*place));
    }
    return places;
}

}  // namespace audienced::store
