#include "store/subject_states.hpp"

#include "store/query.hpp"

namespace audienced::store {

result<std::vector<model::SubjectState>> list_subject_states(Database& db) {
    auto& query =
        db.prepare("SELECT subject, state, since, told, run, message FROM subject_states ORDER BY subject");
    std::vector<model::SubjectState> out;
    auto read = each_row(query, [&](const Statement& s) {
        model::SubjectState subject_state;
        subject_state.subject = s.text(0);
        subject_state.state = s.text(1);
        subject_state.since = from_unix(s.integer(2));
        subject_state.told = from_unix(s.integer(3));
        subject_state.run = s.integer(4);
        subject_state.message = s.text(5);
        out.push_back(std::move(subject_state));
    });
    if (!read) return read.error();
    return out;
}

result<void> put_subject_state(Database& db, const model::SubjectState& subject_state) {
    auto& insert = db.prepare(
        "INSERT OR REPLACE INTO subject_states(subject, state, since, told, run, message) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    insert.bind(1, subject_state.subject).bind(2, subject_state.state).bind(3, to_unix(subject_state.since));
    insert.bind(4, to_unix(subject_state.told)).bind(5, subject_state.run).bind(6, subject_state.message);
    return insert.run();
}

result<void> remove_subject_state(Database& db, std::string_view subject) {
    return db.prepare("DELETE FROM subject_states WHERE subject = ?1").bind(1, subject).run();
}

result<std::vector<model::Telling>> list_tellings(Database& db) {
    auto& query = db.prepare(
        "SELECT id, way, subject, state, body, attempts, made, next_try FROM tellings ORDER BY id");
    std::vector<model::Telling> out;
    auto read = each_row(query, [&](const Statement& s) {
        model::Telling telling;
        telling.id = s.integer(0);
        telling.way = s.text(1);
        telling.subject = s.text(2);
        telling.state = s.text(3);
        telling.body = s.text(4);
        telling.attempts = static_cast<int>(s.integer(5));
        telling.made = from_unix(s.integer(6));
        telling.next_try = from_unix(s.integer(7));
        out.push_back(std::move(telling));
    });
    if (!read) return read.error();
    return out;
}

result<void> put_telling(Database& db, const model::Telling& telling) {
    auto& insert = db.prepare(
        "INSERT OR REPLACE INTO tellings(id, way, subject, state, body, attempts, made, next_try) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    insert.bind(1, telling.id).bind(2, telling.way).bind(3, telling.subject).bind(4, telling.state);
    insert.bind(5, telling.body).bind(6, std::int64_t{telling.attempts});
    insert.bind(7, to_unix(telling.made)).bind(8, to_unix(telling.next_try));
    return insert.run();
}

result<void> remove_telling(Database& db, std::int64_t id) {
    return db.prepare("DELETE FROM tellings WHERE id = ?1").bind(1, id).run();
}

result<std::int64_t> next_telling_id(Database& db) {
    auto& query = db.prepare("SELECT next_id FROM telling_ids");
    std::int64_t next = 1;
    auto read = first_row(query, [&](const Statement& s) { next = s.integer(0); });
    if (!read) return read.error();
    return next;
}

result<void> set_next_telling_id(Database& db, std::int64_t next) {
    return db.prepare("INSERT OR REPLACE INTO telling_ids(only_one, next_id) VALUES(1, ?1)")
        .bind(1, next)
        .run();
}

result<void> begin_round(Database& db, const std::vector<model::RoundEntry>& entries) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto removed = db.prepare("DELETE FROM refresh_round").run(); !removed) return removed;
    auto& insert = db.prepare("INSERT INTO refresh_round(export, after_run) VALUES(?1, ?2)");
    for (const model::RoundEntry& entry : entries)
        if (auto put = insert.bind(1, entry.export_name).bind(2, entry.after).run(); !put) return put;
    return transaction->commit();
}

result<std::vector<model::RoundEntry>> list_round(Database& db) {
    auto& query = db.prepare("SELECT export, after_run FROM refresh_round ORDER BY export");
    std::vector<model::RoundEntry> out;
    auto read = each_row(query, [&](const Statement& s) {
        out.push_back(model::RoundEntry{s.text(0), s.integer(1)});
    });
    if (!read) return read.error();
    return out;
}

result<model::RunId> newest_run(Database& db) {
    auto& query = db.prepare("SELECT coalesce(max(id), 0) FROM runs");
    model::RunId newest = 0;
    auto read = first_row(query, [&](const Statement& s) { newest = s.integer(0); });
    if (!read) return read.error();
    return newest;
}

}  // namespace audienced::store
