#include "store/audit_chain.hpp"

#include "store/query.hpp"

namespace audienced::store {
namespace {

void note_fault(AuditChain& chain, AuditFault fault) {
    if (!chain.first) chain.first = fault;
    ++chain.faults;
}

bool tells_of_the_gap(const AuditRow& row, std::int64_t newest_before) {
    return row.action == rows_missing && row.before == newest_json(row.seq - 1) &&
           row.after == newest_json(newest_before);
}

void check_audit_row(const vault::Vault& vault, AuditChain& chain, const AuditRow& row) {
    const std::string wanted = audit_hash(vault, row, chain.hash);
    const bool is_as_written = wanted == row.hash;
    if (row.seq != chain.newest + 1) {
        if (is_as_written && tells_of_the_gap(row, chain.newest))
            ++chain.told_gaps;
        else
            note_fault(chain, {AuditFault::Kind::missing, chain.newest + 1, row.seq - 1});
    } else if (!is_as_written) {
        note_fault(chain, {AuditFault::Kind::changed, row.seq, row.seq});
    }
    if (chain.unproven == 0 && is_as_written && row.uid == -1 &&
        (row.action == head_missing || row.action == audit_emptied))
        chain.unproven = row.seq;
    chain.newest = row.seq;
    chain.hash = row.hash;  // as it stands: one changed row is one fault
    ++chain.rows;
}

/// The database counts the rows that it was given, also those that are gone.
result<void> check_audit_count(Database& db, AuditChain& chain) {
    auto given = audit_numbers_given(db);
    if (!given) return given.error();
    if (*given > chain.newest) note_fault(chain, {AuditFault::Kind::cut_off, chain.newest + 1, *given});
    return {};
}

}  // namespace

result<void> check_next_audit_rows(Database& db, const vault::Vault& vault, AuditChain& chain,
                                   std::size_t rows) {
    auto& query = db.prepare(
        "SELECT seq, at, uid, user, action, object, before, after, hash FROM audit WHERE seq > ?1 "
        "ORDER BY seq LIMIT ?2");
    query.bind(1, chain.newest).bind(2, static_cast<std::int64_t>(rows));
    std::size_t count = 0;
    auto read = each_row(query, [&](const Statement& s) {
        ++count;
        check_audit_row(vault, chain,
                        AuditRow{s.integer(0), from_unix(s.integer(1)), s.integer(2), s.text(3), s.text(4),
                                 s.text(5), s.text(6), s.text(7), s.blob(8)});
    });
    if (!read) return read;
    if (count == rows) return {};
    chain.at_end = true;
    return check_audit_count(db, chain);
}

result<void> check_audit_head(Database& db, const AuditHead& head, AuditChain& chain) {
    if (head.seq > chain.newest) {
        const AuditFault cut{AuditFault::Kind::cut_off, chain.newest + 1, head.seq};
        if (!chain.first || chain.first->kind != AuditFault::Kind::cut_off) note_fault(chain, cut);
        return {};
    }
    if (head.seq == 0) return {};
    auto& query = db.prepare("SELECT hash FROM audit WHERE seq = ?1");
    query.bind(1, head.seq);
    std::string hash;
    auto read = first_row(query, [&](const Statement& s) { hash = s.blob(0); });
    if (!read) return read.error();
    if (hash != head.hash && !chain.first) note_fault(chain, {AuditFault::Kind::changed, head.seq, head.seq});
    return {};
}

}  // namespace audienced::store
