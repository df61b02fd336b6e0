#include "run/delivery/write_settled.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "log/events.hpp"
#include "store/audit.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

/// A contact that is known by its address alone: were that changed at the provider, it would be another one.
bool is_unnamed(const Settled& s) {
    return s.called && s.record.counted_as == model::CountedAs::added &&
           s.outcome.kind == model::Outcome::Kind::delivered && s.outcome.contact_id.empty();
}

/// Which members the alarm is about, as the list of rejects names them.
std::string alarmed_members(const SettleInput& in, const std::vector<Settled>& settled) {
    std::string out;
    std::size_t others = 0;
    for (const Settled& s : settled) {
        if (!s.outcome.alarm) continue;
        if (!out.empty()) {
            ++others;
            continue;
        }
        out = "member " + to_hex(s.record.member.view().substr(0, 6));
        if (s.record.row > 0) out += ", row " + std::to_string(s.record.row);
        if (s.record.row > 0 && s.record.segment < in.segments.size())
            out += " of segment " + in.segments[s.record.segment];
    }
    return others == 0 ? out : out + ", and " + std::to_string(others) + " more";
}

/// One that stopped before, or is gone, is stopped once more without a row: it is the same state.
result<void> stop(store::Database& db, const vault::Vault& vault, const std::string& name,
                  const std::string& why, SysTime now) {
    auto before = store::get_connection(db, name);
    if (!before && before.error().code != Errc::not_found) return before.error();
    if (auto stopped = store::stop_connection(db, name, why); !stopped) return stopped;
    if (!before || before->state == model::ConnectionState::stopped) return {};
    return store::add_own_audit(db, vault, now, "connection stopped itself", name,
                                store::audit_json({{"state", model::to_string(before->state)}}),
                                store::audit_json({{"state", "stopped"}, {"reason", why}}));
}

}  // namespace

awaitable<result<void>> write_settled(const Delivery& with, SettleInput in, std::vector<Settled> settled) {
    if (in.run == with.progress.run.id) in.traffic = with.progress.unsaved_traffic();
    in.settled_at = with.definition.session->provider->clock();
    const bool alarm =
        std::any_of(settled.begin(), settled.end(), [](const Settled& s) { return s.outcome.alarm; });
    const model::Connection& connection = with.definition.session->connection;
    const std::string why = "run " + std::to_string(in.run) +
                            ": an answer of the provider showed a contact subscribed again who had left (" +
                            alarmed_members(in, settled) + ")";
    const SysTime now = with.env.time->now();
    const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (alarm)
            if (auto stopped = stop(db, vault, connection.name, why, now); !stopped) return stopped;
        if (auto done = settle(db, vault, in, settled); !done) return done;
        return transaction->commit();
    };
    auto written = co_await with.env.store->run(write);
    if (!written) co_return written.error();
    if (in.run == with.progress.run.id) {
        with.progress.made_unnamed =
            with.progress.made_unnamed || std::any_of(settled.begin(), settled.end(), is_unnamed);
        const auto counted = std::count_if(settled.begin(), settled.end(), [](const Settled& s) {
            return s.record.counted_as != model::CountedAs::none;
        });
        with.progress.events.settled(static_cast<std::uint64_t>(counted));
    }
    if (!alarm) co_return result<void>{};
    with.env.log->write(log::connection_stopped(connection.name, connection.provider, why));
    Error stopped = make_error(
        Errc::refused, why,
        "look at this contact there, then `audiencectl connection consent " + connection.name + " --give`");
    if (with.env.revoke_connection) with.env.revoke_connection(connection.name, stopped);
    co_return stopped;
}

}  // namespace audienced::run
