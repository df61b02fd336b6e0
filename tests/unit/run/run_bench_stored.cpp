// What a bench tells of its store.
#include "plan/membership.hpp"
#include "spool/file.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::test {

model::Run RunBench::row(model::RunId id) {
    return in_store([&](store::Database& db, const vault::Vault&) { return store::get_run(db, id); });
}

std::vector<store::BatchRow> RunBench::unsettled(model::RunId id) {
    return in_store(
        [&](store::Database& db, const vault::Vault&) { return store::unsettled_batches(db, id); });
}

std::vector<store::Reject> RunBench::rejects(model::RunId id) {
    return in_store(
        [&](store::Database& db, const vault::Vault&) { return store::list_rejects(db, id, 100); });
}

model::DestinationId RunBench::destination() {
    return in_store([&](store::Database& db, const vault::Vault&) -> result<model::DestinationId> {
        const auto id = store::export_id(db, "weekly").value();
        return store::bind_export(db, id, model::DestinationKey(destination_key)).value().destination;
    });
}

std::optional<Remembered> RunBench::ledger(const std::string& address) {
    return in_store([&](store::Database& db, const vault::Vault& vault) -> result<std::optional<Remembered>> {
        const auto id = store::export_id(db, "weekly").value();
        const auto bound = store::bind_export(db, id, model::DestinationKey(destination_key)).value();
        const MemberHash member = vault.members().member(address);
        Remembered out;
        if (const auto row = store::find_delivered(db, id, member).value()) {
            out.delivered = true;
            out.values = row->values;
            out.last_run = row->last_run;
        }
        for (const store::GroupRow& group : store::get_groups(db, id).value()) {
            const auto standing = store::find_membership(db, group.no, member).value();
            const auto planned =
                plan::planned(standing.value_or(model::Standing{}), bound.slots, group.is_list);
            if (planned.in) out.groups |= std::uint64_t{1} << group.bit;
            if (planned.owned) out.owned |= std::uint64_t{1} << group.bit;
        }
        if (const auto contact = store::find_contact(db, vault, bound.destination, member).value()) {
            out.contact_id = contact->contact_id;
            out.address = contact->address;
        }
        if (!out.delivered && out.owned == 0) return std::optional<Remembered>();
        return std::optional(out);
    });
}

std::string RunBench::opt_out(const std::string& address) {
    const auto to = destination();
    const auto found = in_store([&](store::Database& db, const vault::Vault& vault) {
        return store::opt_outs_of(db, to, vault.members().member(address));
    });
    std::string out;
    for (const store::OptOut& o : found)
        out += (out.empty() ? "" : " ") + std::string(model::to_string(o.reason));
    return out;
}

model::Standing RunBench::standing(const std::string& address, const std::string& group) {
    const auto to = destination();
    return in_store([&](store::Database& db, const vault::Vault& vault) -> result<model::Standing> {
        for (const store::GroupRow& row : store::groups_of_destination(db, to).value())
            if (row.title == group || row.id.text() == group)
                return store::find_membership(db, row.no, vault.members().member(address))
                    .value()
                    .value_or(model::Standing{});
        return model::Standing{};
    });
}

std::vector<store::Intent> RunBench::intents() {
    const auto to = destination();
    return in_store([&](store::Database& db, const vault::Vault&) { return store::list_intents(db, to); });
}

void RunBench::put_opt_out(const std::string& address, std::string reason) {
    const auto to = destination();
    in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
        store::OptOut o;
        if (reason != "forgotten") o.destination = to;
        o.member = vault.members().member(address);
        o.reason = model::parse_opt_out_reason(reason).value();
        o.since = time.now();
        auto done = store::put_opt_out(db, o);
        if (!done) return done.error();
        return true;
    });
}

store::PullState RunBench::pull_state() {
    const auto to = destination();
    return in_store([&](store::Database& db, const vault::Vault&) { return store::get_pull_state(db, to); });
}

void RunBench::execute(const std::string& sql) {
    in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        if (auto done = db.execute(sql.c_str()); !done) return done.error();
        return true;
    });
}

void RunBench::refuse_writes(const std::string& when) {
    execute("CREATE TRIGGER refused " + when + " BEGIN SELECT RAISE(ABORT, 'the disk has failed'); END");
}

void RunBench::allow_writes() {
    execute("DROP TRIGGER refused");
}

std::string RunBench::spool_file(model::RunId id, const std::string& part) const {
    return spool::part_path(env.spool_dir, id, part);
}

}  // namespace audienced::test
