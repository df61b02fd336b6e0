#include "store/audit.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "store/query.hpp"

namespace audienced::store {
namespace {

void put_eight_bytes(std::string& out, std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
}

AuditRow audit_row_of(const Statement& s) {
    return AuditRow{s.integer(0), from_unix(s.integer(1)),
                    s.integer(2), s.text(3),
                    s.text(4),    s.text(5),
                    s.text(6),    s.text(7),
                    s.blob(8)};
}

/// The row that the next one is bound to.
result<std::pair<std::int64_t, std::string>> newest_row(Database& db) {
    std::pair<std::int64_t, std::string> out{0, first_audit_hash};
    auto& query = db.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    auto read = first_row(query, [&](const Statement& s) { out = {s.integer(0), s.blob(1)}; });
    if (!read) return read.error();
    return out;
}

result<void> insert_row(Database& db, const AuditRow& a) {
    auto& insert = db.prepare(
        "INSERT INTO audit(seq, at, uid, user, action, object, before, after, hash) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    insert.bind(1, a.seq).bind(2, to_unix(a.at)).bind(3, a.uid).bind(4, a.user).bind(5, a.action);
    insert.bind(6, a.object).bind(7, a.before).bind(8, a.after).bind_blob(9, a.hash);
    if (auto done = insert.run(); !done) return done;
    db.count_audit_row();
    return {};
}

}  // namespace

const std::string first_audit_hash(32, '\0');

std::string audit_hash(const vault::Vault& vault, const AuditRow& a, std::string_view hash_before) {
    std::string message = "row";
    message += hash_before;
    put_eight_bytes(message, static_cast<std::uint64_t>(a.seq));
    put_eight_bytes(message, static_cast<std::uint64_t>(to_unix(a.at)));
    put_eight_bytes(message, static_cast<std::uint64_t>(a.uid));
    // Each with its length before it, so that no two rows are written alike.
    for (const std::string* part : {&a.user, &a.action, &a.object, &a.before, &a.after}) {
        put_eight_bytes(message, part->size());
        message += *part;
    }
    const auto hash = vault.audit()(message);
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

result<std::int64_t> audit_numbers_given(Database& db) {
    std::int64_t given = 0;
    auto& numbers = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audit'");
    auto read = first_row(numbers, [&](const Statement& s) { given = s.integer(0); });
    if (!read) return read.error();
    return given;
}

result<void> add_audit(Database& db, const vault::Vault& vault, const AuditRow& given) {
    auto before = newest_row(db);
    if (!before) return before.error();
    // Goes on from the largest number that was ever given, as the database and this program know it: a row
    // that was taken off the end leaves a hole.
    auto last = audit_numbers_given(db);
    if (!last) return last.error();
    AuditRow row = given;
    row.seq = std::max({before->first, *last, given.seq - 1, db.known_audit_row()}) + 1;
    row.at = from_unix(to_unix(given.at));  // as it is stored: whole seconds
    row.hash = audit_hash(vault, row, before->second);
    return insert_row(db, row);
}

AuditRow own_audit_row(SysTime at, std::string action, std::string object, std::string before,
                       std::string after) {
    AuditRow row;
    row.at = at;
    row.user = "audienced";
    row.action = std::move(action);
    row.object = std::move(object);
    row.before = std::move(before);
    row.after = std::move(after);
    return row;
}

result<void> add_own_audit(Database& db, const vault::Vault& vault, SysTime at, std::string action,
                           std::string object, std::string before, std::string after) {
    return add_audit(
        db, vault,
        own_audit_row(at, std::move(action), std::move(object), std::move(before), std::move(after)));
}

result<std::optional<AuditRow>> last_audit(Database& db, std::string_view action, std::string_view object) {
    auto& query = db.prepare(
        "SELECT seq, at, uid, user, action, object, before, after, hash FROM audit "
        "WHERE action = ?1 AND object = ?2 ORDER BY seq DESC LIMIT 1");
    query.bind(1, action).bind(2, object);
    std::optional<AuditRow> row;
    auto read = first_row(query, [&](const Statement& s) { row = audit_row_of(s); });
    if (!read) return read.error();
    return row;
}

result<std::vector<AuditRow>> list_audit(Database& db, std::size_t limit) {
    auto& query = db.prepare(
        "SELECT seq, at, uid, user, action, object, before, after, hash FROM audit ORDER BY seq DESC LIMIT "
        "?1");
    query.bind(1, static_cast<std::int64_t>(limit));
    std::vector<AuditRow> rows;
    auto read = each_row(query, [&](const Statement& s) { rows.push_back(audit_row_of(s)); });
    if (!read) return read.error();
    return rows;
}

std::string audit_json(const std::vector<std::pair<std::string, std::string>>& members) {
    nlohmann::json out = nlohmann::json::object();
    for (const auto& [key, value] : members) out[key] = value;
    return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string newest_json(std::int64_t seq) {
    return "{\"newest\":" + std::to_string(seq) + "}";
}

}  // namespace audienced::store
