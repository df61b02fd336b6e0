#include "run/delivery/write_settled.hpp"

#include <algorithm>

#include "store/definitions.hpp"

namespace audienced::run {
namespace {

SettleInput settle_input(const Delivery& delivery) {
    SettleInput in;
    in.export_id = delivery.definition.export_id;
    in.run = delivery.progress.run.id;
    in.segments = delivery.definition.settings.segments;
    in.destination_key = delivery.definition.destination_key;
    in.joined_by_upsert = delivery.groups.layout.joined_by_upsert;
    in.groups = delivery.groups.groups;
    in.now = delivery.env.time->now();
    in.traffic = delivery.progress.unsaved_traffic();
    return in;
}

/// As it is stored now: consent may have been withdrawn meanwhile.
result<void> stop_connection(store::Database& db, const std::string& name, const std::string& why) {
    auto connection = store::get_connection(db, name);
    if (!connection) return connection.error();
    connection->state = model::ConnectionState::stopped;
    connection->state_reason = why;
    return store::update_connection(db, *connection);
}

}  // namespace

awaitable<result<void>> write_settled(const Delivery& with, store::BatchRow row,
                                      std::vector<Settled> settled) {
    const SettleInput in = settle_input(with);
    const bool alarm =
        std::any_of(settled.begin(), settled.end(), [](const Settled& s) { return s.outcome.alarm; });
    const model::Connection& connection = with.definition.session->connection;
    const std::string why = "run " + std::to_string(row.run) +
                            ": an answer of the provider showed a contact subscribed again who had left";
    const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (alarm)
            if (auto stopped = stop_connection(db, connection.name, why); !stopped) return stopped;
        if (auto done = settle(db, vault, in, row, settled); !done) return done;
        return transaction->commit();
    };
    auto written = co_await with.env.store->run(write);
    if (!written) co_return written.error();
    const auto counted = std::count_if(settled.begin(), settled.end(), [](const Settled& s) {
        return s.record.counted_as != model::CountedAs::none;
    });
    with.progress.events.settled(static_cast<std::uint64_t>(counted));
    if (!alarm) co_return result<void>{};
    with.env.log->write(log::connection_stopped(connection.name, connection.provider, why));
    co_return make_error(
        Errc::refused, why,
        "look at the account, then `audiencectl connection consent " + connection.name + " --give`");
}

}  // namespace audienced::run
