#include "notify/keep_book.hpp"

#include <sys/statvfs.h>

#include "run/sign_in/watch.hpp"
#include "store/definitions.hpp"
#include "store/runs.hpp"
#include "store/subject_states.hpp"

namespace audienced::notify {
namespace {

/// More than an export has between a run that counts and the present.
constexpr std::size_t runs_looked_at = 12;
/// A write may succeed on a full disk, where the log of the database has room within its file.
constexpr std::uint64_t room_for_a_while = 8u << 20;

/// put(row) for each one that is new or changed, remove(key) for each one that is gone.
template <class Rows, class Put, class Remove>
result<void> write_changes(const Rows& before, const Rows& after, Put put, Remove remove) {
    for (const auto& [key, row] : after) {
        const auto old = before.find(key);
        if (old != before.end() && old->second == row) continue;
        if (auto done = put(row); !done) return done;
    }
    for (const auto& [key, row] : before)
        if (!after.contains(key))
            if (auto done = remove(key); !done) return done;
    return {};
}

bool differ(const Book& before, const Book& after) {
    return before.subject_states != after.subject_states || before.tellings != after.tellings ||
           before.next_id != after.next_id || before.round != after.round;
}

}  // namespace

result<Book> load_book(store::Database& db) {
    Book out;
    auto subject_states = store::list_subject_states(db);
    if (!subject_states) return subject_states.error();
    for (model::SubjectState& one : *subject_states) out.subject_states.emplace(one.subject, one);
    auto tellings = store::list_tellings(db);
    if (!tellings) return tellings.error();
    for (model::Telling& one : *tellings) out.tellings.emplace(one.id, one);
    auto next = store::next_telling_id(db);
    if (!next) return next.error();
    out.next_id = *next;
    return out;
}

result<void> save_book(store::Database& db, const Book& before, const Book& after) {
    if (!differ(before, after)) return {};
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    const auto put_subject_state = [&](const model::SubjectState& s) {
        return store::put_subject_state(db, s);
    };
    const auto remove_subject_state = [&](const std::string& key) {
        return store::remove_subject_state(db, key);
    };
    if (auto done = write_changes(before.subject_states, after.subject_states, put_subject_state,
                                  remove_subject_state);
        !done)
        return done;
    const auto put_telling = [&](const model::Telling& t) { return store::put_telling(db, t); };
    const auto remove_telling = [&](std::int64_t key) { return store::remove_telling(db, key); };
    if (auto done = write_changes(before.tellings, after.tellings, put_telling, remove_telling); !done)
        return done;
    if (before.next_id != after.next_id)
        if (auto done = store::set_next_telling_id(db, after.next_id); !done) return done;
    if (!before.round.empty() && after.round.empty()) {
        // Another one may have begun since.
        auto stored = store::list_round(db);
        if (!stored) return stored.error();
        if (*stored == before.round)
            if (auto done = store::begin_round(db, {}); !done) return done;
    }
    return transaction->commit();
}

result<World> read_world(store::Database& db, const vault::Vault& vault, SysTime now) {
    World out;
    out.now = now;
    auto transaction = store::Transaction::begin_reading(db);
    if (!transaction) return transaction.error();
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    for (model::Export& definition : *exports) {
        auto runs = store::list_real_runs(db, definition.name, runs_looked_at);
        if (!runs) return runs.error();
        out.exports.push_back(ExportView{std::move(definition), std::move(*runs)});
    }
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    for (model::Connection& connection : *connections) {
        auto dies = run::sign_in_dies_soon(db, vault, connection, now);
        if (!dies) return dies.error();
        out.connections.push_back(ConnectionView{std::move(connection), *dies});
    }
    auto round = store::list_round(db);
    if (!round) return round.error();
    out.round = std::move(*round);
    return out;
}

result<void> probe_disk(store::Database& db, const std::string& state_dir) {
    struct statvfs disk {};
    if (::statvfs(state_dir.c_str(), &disk) == 0 &&
        std::uint64_t{disk.f_bavail} * disk.f_frsize < room_for_a_while)
        return make_error(Errc::store_full, "the disk of " + state_dir + " is full", "free some space");
    auto next = store::next_telling_id(db);
    if (!next) return next.error();
    return store::set_next_telling_id(db, *next);
}

}  // namespace audienced::notify
