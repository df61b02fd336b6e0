#include "store/people.hpp"

#include <array>

#include "store/opt_outs.hpp"
#include "store/query.hpp"
#include "store/reason_list.hpp"

namespace audienced::store {
namespace {

using KeyBytes = std::array<char, 8>;

/// The first byte counts most, so that the table lies in the order of the numbers.
KeyBytes bytes_of(std::uint64_t key) {
    KeyBytes out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(key >> (56 - 8 * i));
    return out;
}

std::string_view view(const KeyBytes& bytes) {
    return {bytes.data(), bytes.size()};
}

std::optional<std::uint64_t> key_of(std::string_view bytes) {
    if (bytes.size() != sizeof(std::uint64_t)) return std::nullopt;
    std::uint64_t key = 0;
    for (const char c : bytes) key = key << 8 | static_cast<unsigned char>(c);
    return key;
}

const std::string& following_reasons() {
    static const std::string all = reason_list(model::follows_person);
    return all;
}

struct Came {
    MemberHash member;
    bool held = false;  // an earlier address of this person has opted out
};

result<std::vector<Came>> list_came(Database& db, model::DestinationId destination) {
    static const std::string sql =
        "SELECT came, max(EXISTS(SELECT 1 FROM opt_outs o WHERE o.destination IN (0, ?1) AND o.reason IN (" +
        following_reasons() +
        ") AND o.member IN (p.member, (SELECT c.moved_to FROM contacts c WHERE c.destination = ?1 AND "
        "c.member = p.member)))) FROM people p WHERE p.destination = ?1 AND p.came IS NOT NULL GROUP BY came";
    auto& query = db.prepare(sql);
    query.bind(1, destination.value());
    std::vector<Came> all;
    auto read = each_row(query, [&](const Statement& s) {
        all.push_back({MemberHash::from(s.blob_view(0)), s.integer(1) != 0});
    });
    if (!read) return read.error();
    return all;
}

}  // namespace

result<std::size_t> scan_people(Database& db, model::DestinationId destination,
                                std::optional<std::uint64_t> after, std::size_t limit,
                                const std::function<void(const Person&)>& each) {
    auto& query = db.prepare(
        "SELECT key_hash, member FROM people WHERE destination = ?1 AND key_hash > ?2 ORDER BY key_hash "
        "LIMIT ?3");
    const KeyBytes from = bytes_of(after.value_or(0));
    query.bind(1, destination.value()).bind(3, static_cast<std::int64_t>(limit));
    query.bind_blob(2, after ? view(from) : std::string_view());  // an empty blob sorts before every other
    std::size_t rows = 0;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        const auto key = key_of(s.blob_view(0));
        if (!key) return unknown_word("people.key_hash");
        each({*key, MemberHash::from(s.blob_view(1))});
        ++rows;
        return {};
    });
    if (!read) return read.error();
    return rows;
}

result<void> put_person_seen(Database& db, model::DestinationId destination, const Person& person) {
    const KeyBytes key = bytes_of(person.key);
    return db
        .prepare(
            "INSERT INTO people(destination, key_hash, member) VALUES(?1, ?2, ?3) "
            "ON CONFLICT(destination, key_hash) DO UPDATE SET came = excluded.member "
            "WHERE member <> excluded.member AND came IS NOT excluded.member")
        .bind(1, destination.value())
        .bind_blob(2, view(key))
        .bind_blob(3, person.member.view())
        .run();
}

result<void> put_person_moved(Database& db, model::DestinationId destination, const Person& person) {
    const KeyBytes key = bytes_of(person.key);
    return db.prepare("UPDATE people SET member = ?3, came = NULL WHERE destination = ?1 AND key_hash = ?2")
        .bind(1, destination.value())
        .bind_blob(2, view(key))
        .bind_blob(3, person.member.view())
        .run();
}

result<std::optional<MemberHash>> find_person(Database& db, model::DestinationId destination,
                                              std::uint64_t key) {
    auto& query = db.prepare("SELECT member FROM people WHERE destination = ?1 AND key_hash = ?2");
    const KeyBytes bytes = bytes_of(key);
    query.bind(1, destination.value()).bind_blob(2, view(bytes));
    std::optional<MemberHash> found;
    auto read = first_row(query, [&](const Statement& s) { found = MemberHash::from(s.blob_view(0)); });
    if (!read) return read.error();
    return found;
}

result<std::optional<MemberHash>> find_earlier(Database& db, model::DestinationId destination,
                                               const MemberHash& came) {
    auto& query = db.prepare("SELECT member FROM people WHERE destination = ?1 AND came = ?2 LIMIT 1");
    query.bind(1, destination.value()).bind_blob(2, came.view());
    std::optional<MemberHash> found;
    auto read = first_row(query, [&](const Statement& s) { found = MemberHash::from(s.blob_view(0)); });
    if (!read) return read.error();
    return found;
}

result<std::vector<MemberHash>> opted_out_people(Database& db, model::DestinationId destination) {
    static const std::string sql =
        "SELECT member FROM opt_outs WHERE destination IN (0, ?1) AND reason IN (" + following_reasons() +
        ") UNION SELECT c.member FROM contacts c JOIN opt_outs o ON o.destination IN (0, ?1) AND "
        "o.member = c.moved_to AND o.reason IN (" +
        following_reasons() + ") WHERE c.destination = ?1 AND c.moved_to IS NOT NULL ORDER BY member";
    auto& query = db.prepare(sql);
    query.bind(1, destination.value());
    std::vector<MemberHash> all;
    auto read = each_row(query, [&](const Statement& s) { all.push_back(MemberHash::from(s.blob_view(0))); });
    if (!read) return read.error();
    return all;
}

result<void> follow_opt_outs(Database& db, model::DestinationId destination, std::int64_t run, SysTime now) {
    auto came = list_came(db, destination);
    if (!came) return came.error();
    for (const Came& c : *came) {
        OptOut o;
        o.destination = destination;
        o.member = c.member;
        o.reason = model::OptOutReason::opted_out_before;
        o.run = run;
        o.since = now;
        auto done = c.held ? put_opt_out(db, o) : lift_opt_out(db, destination, c.member, o.reason);
        if (!done) return done;
    }
    return {};
}

}  // namespace audienced::store
