// A run with one batch on a real database, with two exports of one destination: what settling starts from.
#pragma once

#include "run/delivery/settle.hpp"
#include "store/acts.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/intents.hpp"
#include "store/opt_outs.hpp"
#include "store/rejects.hpp"
#include "unit/store/state.hpp"

namespace audienced::test {

struct SettleScene {
    State state;
    model::ExportId export_id = define_sample(state), other_id = define_export(state, "other");
    run::SettleInput in;
    std::uint64_t own = 0, other = 0;  // slots

    /// Bit 0 is a tag, bit 1 too; `list` joins upserts only where a test says so.
    store::GroupRow list;

    SettleScene() {
        const auto bound = store::bind_export(state.db, export_id, model::DestinationKey("acc1/aud1"));
        in.destination = bound->destination;
        own = bound->slots.own;
        const auto second = store::bind_export(state.db, other_id, model::DestinationKey("acc1/aud1"));
        other = second->slots.own;
        in.slots = {own, second->slots.live};
        for (int bit = 0; bit < 2; ++bit) in.groups.push_back(make_group(bit, false));
        list = make_group(2, true);
        in.group = in.groups[0];
        in.export_id = export_id;
        in.run = store::queue_run(state.db, sample_run()).value();
        in.seq = 1;
        in.kind = model::BatchKind::membership;
        in.segments = {"buyers"};
        in.now = from_unix(10'000);
        store::BatchRow batch;
        batch.run = in.run;
        batch.seq = 1;
        batch.kind = in.kind;
        REQUIRE(store::insert_batches(state.db, {batch}));
    }
    store::GroupRow make_group(int bit, bool is_list) {
        store::GroupRow group;
        group.bit = bit;
        group.id = model::GroupId("g" + std::to_string(bit));
        group.title = "Group " + std::to_string(bit);
        group.is_list = is_list;
        REQUIRE(store::put_group(state.db, in.destination, export_id, group));
        return group;
    }
    run::Settled record(spool::Record::Kind kind, const char* address, model::CountedAs counted_as,
                        model::Outcome::Kind result) const {
        run::Settled s;
        s.record.kind = kind;
        s.record.counted_as = counted_as;
        s.record.member = state.member(address);
        s.record.sent.address = address;
        s.record.values_hash = 77;
        s.record.row = 5;
        s.outcome.kind = result;
        return s;
    }
    model::Counts counts() { return store::get_run(state.db, in.run).value().counts; }
    model::Counts settle(const std::vector<run::Settled>& settled) {
        REQUIRE(run::settle(state.db, state.vault, in, settled));
        return counts();
    }
    std::int64_t open_intent() {
        store::Intent intent;
        intent.destination = in.destination;
        intent.export_id = export_id;
        intent.run = in.run;
        intent.seq = in.seq;
        return in.intent = store::put_intent(state.db, state.vault, intent, "").value();
    }
    bool has_intent() { return !store::list_intents(state.db, in.destination).value().empty(); }
    std::optional<store::DeliveredRow> delivered(const char* address) {
        return store::find_delivered(state.db, export_id, state.member(address)).value();
    }
    void put_delivered(const char* address) {
        REQUIRE(store::put_delivered(state.db, export_id,
                                     {state.member(address), 77, in.run - 1, model::CountedAs::added}));
    }
    model::Standing standing(const char* address, const store::GroupRow& group) {
        return store::find_membership(state.db, group.no, state.member(address))
            .value()
            .value_or(model::Standing{});
    }
    void stand(const char* address, const store::GroupRow& group, model::Standing standing) {
        REQUIRE(store::put_membership(state.db, group.no, state.member(address), standing));
    }
    std::optional<store::Contact> contact(const char* address) {
        return store::find_contact(state.db, state.vault, in.destination, state.member(address)).value();
    }
};

}  // namespace audienced::test
