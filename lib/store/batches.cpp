#include <array>

#include "store/batch_kind.hpp"
#include "store/runs.hpp"

namespace audienced::store {
namespace {

constexpr std::array state_words{"planned", "sending", "settled"};

BatchRow::State state_of(std::string_view word) {
    for (std::size_t i = 0; i < state_words.size(); ++i)
        if (word == state_words[i]) return static_cast<BatchRow::State>(i);
    return BatchRow::State::sending;  // the table's CHECK lets nothing else in; if anything, it may have been
                                      // sent
}

result<void> one_changed(Database& db, model::RunId run, std::int64_t seq, Statement& update) {
    if (auto done = update.run(); !done) return done;
    if (db.changes() == 0)
        return make_error(Errc::not_found,
                          "run " + std::to_string(run) + " has no batch " + std::to_string(seq));
    return {};
}

}  // namespace

result<void> insert_batches(Database& db, const std::vector<BatchRow>& batches) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    for (const BatchRow& b : batches) {
        auto& insert = db.prepare(
            "INSERT INTO batches(run, seq, kind, grp, offset, bytes, members, leave_offset, leave_bytes, "
            "leavers, state, sends, plan, checksum, known) "
            "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)");
        insert.bind(1, b.run).bind(2, b.seq);
        insert.bind(3, word_of(b.kind));
        insert.bind(4, std::int64_t{b.group});
        bind_u64(insert, 5, b.offset);
        bind_u64(insert, 6, b.bytes);
        bind_u64(insert, 7, b.members);
        bind_u64(insert, 8, b.leave_offset);
        bind_u64(insert, 9, b.leave_bytes);
        bind_u64(insert, 10, b.leavers);
        insert.bind(11, std::string_view(state_words[static_cast<std::size_t>(b.state)]));
        insert.bind(12, std::int64_t{b.sends});
        bind_u64(insert, 13, b.plan);
        insert.bind(14, std::int64_t{b.checksum}).bind(15, std::int64_t{b.known});
        if (auto done = insert.run(); !done) return done;
    }
    return transaction->commit();
}

result<std::vector<BatchRow>> unsettled_batches(Database& db, model::RunId run) {
    auto& query = db.prepare(
        "SELECT seq, kind, grp, offset, bytes, members, leave_offset, leave_bytes, leavers, state, sends, "
        "plan, checksum, known FROM batches "
        "WHERE run = ?1 AND state <> 'settled' ORDER BY seq");
    query.bind(1, run);
    std::vector<BatchRow> rows;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        BatchRow b;
        b.run = run;
        b.seq = s.integer(0);
        if (auto kind = read_kind(s, 1, "batches.kind", b.kind); !kind) return kind;
        b.group = static_cast<int>(s.integer(2));
        b.offset = u64(s, 3);
        b.bytes = u64(s, 4);
        b.members = u64(s, 5);
        b.leave_offset = u64(s, 6);
        b.leave_bytes = u64(s, 7);
        b.leavers = u64(s, 8);
        b.state = state_of(s.blob_view(9));
        b.sends = static_cast<int>(s.integer(10));
        b.plan = u64(s, 11);
        b.checksum = static_cast<std::uint32_t>(s.integer(12));
        b.known = s.integer(13) != 0;
        rows.push_back(std::move(b));
        return {};
    });
    if (!read) return read.error();
    return rows;
}

result<void> mark_sending(Database& db, model::RunId run, const std::vector<std::int64_t>& seqs) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    for (std::int64_t seq : seqs) {
        auto& update =
            db.prepare("UPDATE batches SET state = 'sending', sends = sends + 1 WHERE run = ?1 AND seq = ?2");
        update.bind(1, run).bind(2, seq);
        if (auto done = one_changed(db, run, seq, update); !done) return done;
    }
    return transaction->commit();
}

result<void> mark_settled(Database& db, model::RunId run, std::int64_t seq) {
    auto& update = db.prepare("UPDATE batches SET state = 'settled' WHERE run = ?1 AND seq = ?2");
    return update.bind(1, run).bind(2, seq).run();
}

result<void> remove_batches(Database& db, model::RunId run) {
    return db.prepare("DELETE FROM batches WHERE run = ?1").bind(1, run).run();
}

result<std::uint64_t> count_batches(Database& db, model::RunId run) {
    auto& query = db.prepare("SELECT count(*) FROM batches WHERE run = ?1");
    query.bind(1, run);
    std::uint64_t count = 0;
    auto read = first_row(query, [&](const Statement& s) { count = u64(s, 0); });
    if (!read) return read.error();
    return count;
}

}  // namespace audienced::store
