#include "store/destinations.hpp"

#include "store/forgotten.hpp"
#include "store/query.hpp"

namespace audienced::store {
namespace {

constexpr int max_slots = 63;

/// An account whose id may not be read is known by its application until it may, or the other way round: the
/// same list then has another key. Only of providers whose list ids are unique over all accounts.
result<std::optional<model::DestinationId>> find_under_other_account(Database& db,
                                                                     const model::DestinationKey& key) {
    constexpr std::string_view by_application = "application ";
    const std::string& text = key.text();
    const std::string ending = text.substr(std::min(text.rfind('/'), text.size()));
    auto& query = db.prepare(
        "SELECT id, destination_key FROM destinations WHERE substr(destination_key, -length(?1)) = ?1");
    query.bind(1, ending);
    std::optional<model::DestinationId> found;
    auto read = each_row(query, [&](const Statement& s) {
        const bool either = text.starts_with(by_application) || s.blob_view(1).starts_with(by_application);
        if (either && !found) found = model::DestinationId(s.integer(0));
    });
    if (!read) return read.error();
    return found;
}

result<model::DestinationId> ensure_destination(Database& db, const model::DestinationKey& key) {
    auto known = find_destination(db, key);
    if (!known) return known.error();
    if (*known) return **known;
    auto same = find_under_other_account(db, key);
    if (!same) return same.error();
    if (*same) {
        auto named = db.prepare("UPDATE destinations SET destination_key = ?2 WHERE id = ?1")
                         .bind(1, (**same).value())
                         .bind(2, key.text())
                         .run();
        if (!named) return named.error();
        return **same;
    }
    auto made = db.prepare("INSERT INTO destinations(destination_key) VALUES(?1)").bind(1, key.text()).run();
    if (!made) return made.error();
    const model::DestinationId id(db.last_insert_id());
    if (auto held = suppress_keys_at(db, id.value()); !held) return held.error();
    return id;
}

result<void> rebind(Database& db, model::ExportId export_id, model::DestinationId destination) {
    auto& query = db.prepare("SELECT coalesce(bound_to, 0) FROM exports WHERE id = ?1");
    query.bind(1, export_id.value());
    std::int64_t before = -1;
    auto read = first_row(query, [&](const Statement& s) { before = s.integer(0); });
    if (!read) return read.error();
    if (!*read) return make_error(Errc::not_found, "the export was removed");
    if (before == destination.value()) return {};
    for (const char* sql :
         {"DELETE FROM delivered WHERE export_id = ?1", "DELETE FROM export_groups WHERE export_id = ?1",
          "DELETE FROM deferred_rejects WHERE export_id = ?1",
          "DELETE FROM deferred_words WHERE export_id = ?1"})
        if (auto done = db.prepare(std::string_view(sql)).bind(1, export_id.value()).run(); !done)
            return done;
    return db.prepare("UPDATE exports SET bound_to = ?2 WHERE id = ?1")
        .bind(1, export_id.value())
        .bind(2, destination.value())
        .run();
}

/// The bits of a slot whose export is gone are cleared before another export gets it.
result<int> reuse_slot(Database& db, model::DestinationId destination) {
    auto& query = db.prepare(
        "SELECT s.slot FROM export_slots s LEFT JOIN exports e ON e.id = s.export_id AND e.bound_to = ?1 "
        "WHERE s.destination = ?1 AND e.id IS NULL ORDER BY s.slot LIMIT 1");
    query.bind(1, destination.value());
    int slot = -1;
    auto read = first_row(query, [&](const Statement& s) { slot = static_cast<int>(s.integer(0)); });
    if (!read) return read.error();
    if (slot < 0)
        return make_error(Errc::too_large, "63 exports feed this destination already",
                          "put several segments into one export");
    auto cleared = db.prepare(
                         "UPDATE memberships SET holders = holders & ~(1 << ?2) WHERE group_no IN "
                         "(SELECT no FROM groups WHERE destination = ?1) AND holders & (1 << ?2) <> 0")
                       .bind(1, destination.value())
                       .bind(2, std::int64_t{slot})
                       .run();
    if (!cleared) return cleared.error();
    auto freed = db.prepare("DELETE FROM export_slots WHERE destination = ?1 AND slot = ?2")
                     .bind(1, destination.value())
                     .bind(2, std::int64_t{slot})
                     .run();
    if (!freed) return freed.error();
    return slot;
}

result<int> slot_of(Database& db, model::DestinationId destination, model::ExportId export_id) {
    auto& query = db.prepare("SELECT slot FROM export_slots WHERE destination = ?1 AND export_id = ?2");
    query.bind(1, destination.value()).bind(2, export_id.value());
    int slot = -1;
    auto read = first_row(query, [&](const Statement& s) { slot = static_cast<int>(s.integer(0)); });
    if (!read) return read.error();
    if (slot >= 0) return slot;
    auto& last = db.prepare("SELECT coalesce(max(slot), -1) FROM export_slots WHERE destination = ?1");
    last.bind(1, destination.value());
    read = first_row(last, [&](const Statement& s) { slot = static_cast<int>(s.integer(0)) + 1; });
    if (!read) return read.error();
    if (slot >= max_slots) {
        auto reused = reuse_slot(db, destination);
        if (!reused) return reused;
        slot = *reused;
    }
    auto made = db.prepare("INSERT INTO export_slots(destination, slot, export_id) VALUES(?1, ?2, ?3)")
                    .bind(1, destination.value())
                    .bind(2, std::int64_t{slot})
                    .bind(3, export_id.value())
                    .run();
    if (!made) return made.error();
    return slot;
}

}  // namespace

result<BoundExport> bind_export(Database& db, model::ExportId export_id, const model::DestinationKey& key) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto destination = ensure_destination(db, key);
    if (!destination) return destination.error();
    if (auto bound = rebind(db, export_id, *destination); !bound) return bound.error();
    auto slot = slot_of(db, *destination, export_id);
    if (!slot) return slot.error();
    auto live = live_slots(db, *destination);
    if (!live) return live.error();
    if (auto done = transaction->commit(); !done) return done.error();
    return BoundExport{*destination, {std::uint64_t{1} << *slot, *live}};
}

result<std::optional<model::DestinationId>> find_destination(Database& db, const model::DestinationKey& key) {
    auto& query = db.prepare("SELECT id FROM destinations WHERE destination_key = ?1");
    query.bind(1, key.text());
    std::optional<model::DestinationId> found;
    auto read = first_row(query, [&](const Statement& s) { found = model::DestinationId(s.integer(0)); });
    if (!read) return read.error();
    return found;
}

result<std::optional<model::DestinationId>> bound_destination(Database& db, model::ExportId export_id) {
    auto& query = db.prepare("SELECT bound_to FROM exports WHERE id = ?1 AND bound_to IS NOT NULL");
    query.bind(1, export_id.value());
    std::optional<model::DestinationId> bound;
    auto read = first_row(query, [&](const Statement& s) { bound = model::DestinationId(s.integer(0)); });
    if (!read) return read.error();
    return bound;
}

result<BoundExport> look_up_binding(Database& db, model::ExportId export_id,
                                    const model::DestinationKey& key) {
    BoundExport out;
    auto known = find_destination(db, key);
    if (known && !*known) known = find_under_other_account(db, key);
    if (!known) return known.error();
    if (!*known) return out;
    out.destination = **known;
    auto slots = slots_of(db, out.destination, export_id);
    if (!slots) return slots.error();
    out.slots = *slots;
    out.slots.own &= out.slots.live;
    return out;
}

result<std::vector<ExportThere>> exports_at(Database& db, model::DestinationId destination) {
    auto& query = db.prepare(
        "SELECT e.id, e.name, coalesce(e.connection, ''), s.slot FROM exports e LEFT JOIN export_slots s "
        "ON s.destination = ?1 AND s.export_id = e.id WHERE e.bound_to = ?1 ORDER BY e.name");
    query.bind(1, destination.value());
    std::vector<ExportThere> all;
    auto read = each_row(query, [&](const Statement& s) {
        const std::uint64_t slot = s.is_null(3) ? 0 : std::uint64_t{1} << s.integer(3);
        all.push_back({model::ExportId(s.integer(0)), s.text(1), s.text(2), slot});
    });
    if (!read) return read.error();
    return all;
}

result<model::ExportSlots> slots_of(Database& db, model::DestinationId destination,
                                    model::ExportId export_id) {
    model::ExportSlots out;
    auto& query = db.prepare("SELECT slot FROM export_slots WHERE destination = ?1 AND export_id = ?2");
    query.bind(1, destination.value()).bind(2, export_id.value());
    auto read = first_row(query, [&](const Statement& s) { out.own = std::uint64_t{1} << s.integer(0); });
    if (!read) return read.error();
    auto live = live_slots(db, destination);
    if (!live) return live.error();
    out.live = *live;
    return out;
}

result<std::uint64_t> live_slots(Database& db, model::DestinationId destination) {
    auto& query = db.prepare(
        "SELECT s.slot FROM export_slots s JOIN exports e ON e.id = s.export_id AND e.bound_to = ?1 "
        "WHERE s.destination = ?1");
    query.bind(1, destination.value());
    std::uint64_t live = 0;
    auto read = each_row(query, [&](const Statement& s) { live |= std::uint64_t{1} << s.integer(0); });
    if (!read) return read.error();
    return live;
}

result<PullState> get_pull_state(Database& db, model::DestinationId destination) {
    auto& query = db.prepare(
        "SELECT since, came_back_since, began, full_pulls, full_at, restored, settled_at FROM destinations "
        "WHERE id = ?1");
    query.bind(1, destination.value());
    PullState state;
    auto read = first_row(query, [&](const Statement& s) {
        state = PullState{provider_time_or_null(s, 0), provider_time_or_null(s, 1),
                          provider_time_or_null(s, 2), s.integer(3),
                          time_or_null(s, 4),          s.integer(5) != 0,
                          provider_time_or_null(s, 6)};
    });
    if (!read) return read.error();
    return state;
}

result<void> put_pull_state(Database& db, model::DestinationId destination, const PullState& state) {
    auto& update = db.prepare(
        "UPDATE destinations SET since = ?2, came_back_since = ?3, began = ?4, full_pulls = ?5, full_at = "
        "?6, restored = ?7 "
        "WHERE id = ?1");
    update.bind(1, destination.value());
    bind_time(update, 2, state.since);
    bind_time(update, 3, state.came_back_since);
    bind_time(update, 4, state.began);
    update.bind(5, state.full_pulls);
    bind_time(update, 6, state.full_at);
    update.bind(7, std::int64_t{state.restored});
    return update.run();
}

result<void> set_destination_name(Database& db, model::DestinationId id, std::string_view name) {
    auto& update = db.prepare("UPDATE destinations SET name = ?2 WHERE id = ?1 AND name <> ?2");
    return update.bind(1, id.value()).bind(2, name).run();
}

result<std::map<std::string, std::string>> destination_names(Database& db) {
    auto& query = db.prepare("SELECT destination_key, name FROM destinations WHERE name <> ''");
    std::map<std::string, std::string> out;
    auto read = each_row(query, [&](const Statement& s) { out[s.text(0)] = s.text(1); });
    if (!read) return read.error();
    return out;
}

result<void> note_settled(Database& db, model::DestinationId destination, model::ProviderTime at) {
    return db.prepare("UPDATE destinations SET settled_at = max(coalesce(settled_at, ?2), ?2) WHERE id = ?1")
        .bind(1, destination.value())
        .bind(2, model::to_unix(at))
        .run();
}

}  // namespace audienced::store
