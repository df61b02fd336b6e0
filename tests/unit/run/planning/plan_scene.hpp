// A plan of export "weekly", made without a run: what make_plan() reads and what it writes.
#pragma once

#include "run/planning/planning.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::test {

/// Keeps what a plan writes.
struct KeptPlan final : run::PlanWriter {
    struct Change {
        int bit;
        spool::Record record;
    };
    std::vector<spool::Record> upserts;
    std::vector<Change> regroups;
    std::vector<store::Reject> rejects;
    int finished = 0;
    std::optional<Error> full;  // every write fails with it

    result<void> upsert(const spool::Record& record) override {
        if (full) return *full;
        upserts.push_back(record);
        return {};
    }
    result<void> regroup(int bit, const spool::Record& record) override {
        if (full) return *full;
        regroups.push_back({bit, record});
        return {};
    }
    result<void> reject(const store::Reject& r) override {
        if (full) return *full;
        rejects.push_back(r);
        return {};
    }
    result<void> again(const std::function<result<void>(const spool::Record&)>& each) override {
        for (const spool::Record& record : upserts)
            if (auto done = each(record); !done) return done;
        return {};
    }
    result<void> finish() override {
        ++finished;
        if (full) return *full;
        return {};
    }
};

struct PlanScene : RunBench {
    ScriptedSource source{segments};
    run::PlanInput input;
    KeptPlan written;

    /// Segment "buyers" feeds group 0, "lapsed" group 1; both are tags.
    PlanScene() {
        add_segment("lapsed");
        input.definition = in_store(
            [](store::Database& db, const vault::Vault&) { return store::get_export(db, "weekly"); });
        input.export_id =
            in_store([](store::Database& db, const vault::Vault&) { return store::export_id(db, "weekly"); });
        input.run = queue_run();
        for (const std::string& name : input.definition.segments) {
            run::OpenSegment open;
            open.segment.name = name;
            open.source = &source;
            input.segments.push_back(std::move(open));
        }
        input.layout.groups.resize(2);
        input.layout.of_segment = {1, 2};
        input.destination_key = model::DestinationKey(destination_key);
        input.now = time.now();
        input.store = store.get();
    }
    result<run::PlanResult> plan() {
        written = KeptPlan();
        const auto clone = [](store::Database&,
                              const vault::Vault& vault) -> result<std::shared_ptr<vault::Vault>> {
            return std::make_shared<vault::Vault>(vault.clone());
        };
        const auto vault = in_store(clone);
        input.vault = vault.get();
        return run::make_plan(input, written);
    }
    MemberHash member(const std::string& address) {
        return in_store([&](store::Database&, const vault::Vault& vault) -> result<MemberHash> {
            return vault.members().member(address);
        });
    }
    /// The ledger as if everything of the last plan() had been delivered into these groups.
    void deliver(std::uint64_t groups, std::uint64_t owned) {
        for (const spool::Record& upsert : written.upserts) {
            store::LedgerRow row;
            row.member = upsert.member;
            row.values = upsert.values_hash;
            row.groups = groups;
            row.owned = owned;
            row.address = upsert.sent.address;
            row.contact_id = model::ContactId("id-" + upsert.sent.address);
            in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
                return store::put_in_ledger(db, vault, input.export_id, row).has_value();
            });
        }
    }
    std::vector<std::string> upserted() const {
        std::vector<std::string> out;
        for (const spool::Record& r : written.upserts) out.push_back(r.sent.address);
        return out;
    }
    /// "join 0 ann@example.org", "leave 1 ...", "forget -1 ...", in order.
    std::vector<std::string> regrouped() const {
        std::vector<std::string> out;
        for (const auto& [bit, record] : written.regroups) {
            const char* word = record.kind == spool::Record::Kind::join    ? "join "
                               : record.kind == spool::Record::Kind::leave ? "leave "
                                                                           : "forget ";
            out.push_back(word + std::to_string(bit) + " " + record.sent.address);
        }
        return out;
    }
};

}  // namespace audienced::test
