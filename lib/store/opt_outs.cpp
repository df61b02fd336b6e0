#include "store/opt_outs.hpp"

#include <array>

#include "store/query.hpp"
#include "store/reason_list.hpp"

namespace audienced::store {
namespace {

constexpr std::array evidence_words{"pull", "response", "command"};

std::optional<Evidence> parse_evidence(std::string_view word) {
    for (std::size_t i = 0; i < evidence_words.size(); ++i)
        if (word == evidence_words[i]) return static_cast<Evidence>(i);
    return std::nullopt;
}

}  // namespace

result<void> put_opt_out(Database& db, const OptOut& o) {
    return db
        .prepare(
            "INSERT INTO opt_outs(destination, member, reason, evidence, run, since, seen_in) "
            "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) "
            "ON CONFLICT(destination, member, reason) DO UPDATE SET seen_in = excluded.seen_in")
        .bind(1, o.destination.value())
        .bind_blob(2, o.member.view())
        .bind(3, std::string_view(model::to_string(o.reason)))
        .bind(4, std::string_view(evidence_words[static_cast<std::size_t>(o.evidence)]))
        .bind(5, o.run)
        .bind(6, to_unix(o.since))
        .bind(7, o.seen_in)
        .run();
}

result<void> lift_opt_out(Database& db, model::DestinationId destination, const MemberHash& member,
                          model::OptOutReason reason) {
    return db.prepare("DELETE FROM opt_outs WHERE destination = ?1 AND member = ?2 AND reason = ?3")
        .bind(1, destination.value())
        .bind_blob(2, member.view())
        .bind(3, std::string_view(model::to_string(reason)))
        .run();
}

result<std::vector<OptOut>> opt_outs_of(Database& db, model::DestinationId destination,
                                        const MemberHash& member) {
    auto& query = db.prepare(
        "SELECT destination, reason, evidence, run, since, seen_in FROM opt_outs "
        "WHERE destination IN (0, ?1) AND member = ?2 ORDER BY destination, reason");
    query.bind(1, destination.value()).bind_blob(2, member.view());
    std::vector<OptOut> all;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        const auto reason = model::parse_opt_out_reason(s.blob_view(1));
        if (!reason) return unknown_word("opt_outs.reason");
        const auto evidence = parse_evidence(s.blob_view(2));
        if (!evidence) return unknown_word("opt_outs.evidence");
        all.push_back({model::DestinationId(s.integer(0)), member, *reason, *evidence, s.integer(3),
                       from_unix(s.integer(4)), s.integer(5)});
        return {};
    });
    if (!read) return read.error();
    return all;
}

result<std::vector<MemberHash>> opted_out_members(Database& db, model::DestinationId destination,
                                                  std::int64_t most) {
    auto& query = db.prepare(
        "SELECT member FROM opt_outs WHERE destination = 0 UNION "
        "SELECT member FROM opt_outs WHERE destination = ?1 ORDER BY member LIMIT ?2");
    query.bind(1, destination.value()).bind(2, most);
    std::vector<MemberHash> members;
    auto read =
        each_row(query, [&](const Statement& s) { members.push_back(MemberHash::from(s.blob_view(0))); });
    if (!read) return read.error();
    return members;
}

result<std::vector<MemberHash>> members_with(Database& db, model::DestinationId destination,
                                             model::OptOutReason reason) {
    auto& query =
        db.prepare("SELECT member FROM opt_outs WHERE destination = ?1 AND reason = ?2 ORDER BY member");
    query.bind(1, destination.value()).bind(2, std::string_view(model::to_string(reason)));
    std::vector<MemberHash> members;
    auto read =
        each_row(query, [&](const Statement& s) { members.push_back(MemberHash::from(s.blob_view(0))); });
    if (!read) return read.error();
    return members;
}

result<void> lift_unseen(Database& db, model::DestinationId destination, std::int64_t full_pull) {
    static const std::string sql =
        "DELETE FROM opt_outs WHERE destination = ?1 AND seen_in < ?2 AND reason IN (" +
        reason_list(model::is_shown_by_full_pull) + ")";
    return db.prepare(sql).bind(1, destination.value()).bind(2, full_pull).run();
}

}  // namespace audienced::store
