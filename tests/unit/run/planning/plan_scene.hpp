// A plan of export "weekly", made without a run: what make_plan() reads and what it writes.
#pragma once

#include "run/planning/planning.hpp"
#include "store/deferred.hpp"
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
    std::vector<std::uint32_t> again_with;  // words of those that are remembered
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
    result<void> reject_again(const store::Reject& where, std::uint32_t words) override {
        again_with.push_back(words);
        return reject(where);
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

/// Fields that a test describes; without a description each value is sent as it is.
struct ScriptedRules final : provider::ValueRules {
    std::function<provider::Fit(std::size_t field, std::string_view value, std::string& rewritten)> rule;
    provider::Fit fit(std::size_t field, std::string_view value, std::string& rewritten) const override {
        return rule ? rule(field, value, rewritten) : provider::Fit{};
    }
};

struct PlanScene : RunBench {
    ScriptedSource source{segments};
    run::PlanInput input;
    KeptPlan written;
    ScriptedRules rules;

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
        bind();
        tags(2);
        input.groups.layout.of_segment = {1, 2};
        input.now = time.now();
        input.wire_fields = {"FNAME"};
        input.rules = &rules;
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
    void bind() {
        const auto bound = in_store([&](store::Database& db, const vault::Vault&) {
            return store::bind_export(db, input.export_id, model::DestinationKey(destination_key));
        });
        input.destination = bound.destination;
        input.slots = bound.slots;
    }
    /// So many groups, stored, of bits from 0; `list`: they are lists.
    void tags(int count, bool list = false) {
        input.groups = run::GroupBits();
        for (int bit = 0; bit < count; ++bit) {
            store::GroupRow row;
            row.bit = bit;
            row.title = "T" + std::to_string(bit) + (list ? "l" : "");
            row.id = model::GroupId("t" + row.title);
            row.is_list = list;
            in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
                return store::put_group(db, input.destination, input.export_id, row).has_value();
            });
            input.groups.groups.push_back(row);
            input.groups.layout.groups.push_back({row.id, row.title});
        }
    }
    /// The memory as if everything of the last plan() had been delivered into these groups; those that are
    /// not `owned` were given by others.
    void deliver(std::uint64_t groups, std::uint64_t owned) {
        for (const spool::Record& upsert : written.upserts)
            remember(upsert.sent.address, upsert.values_hash, groups, owned);
    }
    void remember(const std::string& address, std::uint64_t values, std::uint64_t groups,
                  std::uint64_t owned) {
        in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
            const MemberHash member = vault.members().member(address);
            store::DeliveredRow row;
            row.member = member;
            row.values = values;
            REQUIRE(store::put_delivered(db, input.export_id, row));
            store::Contact contact;
            contact.member = member;
            contact.address = address;
            contact.contact_id = model::ContactId("id-" + address);
            REQUIRE(store::put_contact(db, vault, input.destination, contact));
            for (const store::GroupRow& group : input.groups.groups) {
                const std::uint64_t bit = std::uint64_t{1} << group.bit;
                model::Standing standing;
                if (groups & bit) standing = {model::Membership::others, 0};
                if (owned & bit) standing = {model::Membership::ours, input.slots.own};
                REQUIRE(store::put_membership(db, group.no, member, standing));
            }
            return true;
        });
    }
    /// What the n-th reject that is remembered was refused for.
    store::DeferredReject remembered(std::size_t n) {
        return in_store([&](store::Database& db, const vault::Vault&) {
                   return store::find_deferred(db, *written.rejects[n].member, written.again_with[n]);
               })
            .value();
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
