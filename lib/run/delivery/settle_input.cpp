#include "run/delivery/settle_input.hpp"

#include <algorithm>

#include "store/definitions.hpp"
#include "store/destinations.hpp"

namespace audienced::run {

SettleInput settle_input(const Delivery& delivery, const store::BatchRow& row, std::int64_t intent) {
    SettleInput in;
    in.export_id = delivery.definition.export_id;
    in.run = row.run;
    in.seq = row.seq;
    in.kind = row.kind;
    in.segments = delivery.definition.settings.segments;
    in.destination = delivery.definition.destination;
    in.slots = delivery.definition.slots;
    in.groups = delivery.groups.groups;
    std::copy_if(in.groups.begin(), in.groups.end(), std::back_inserter(in.lists),
                 [](const store::GroupRow& g) { return g.is_list; });
    if (row.group >= 0) in.group = in.groups[static_cast<std::size_t>(row.group)];
    in.intent = intent;
    in.now = delivery.env.time->now();
    in.reject_tries = delivery.env.reject_tries;
    return in;
}

result<SettleInput> settle_input(store::Database& db, const store::Intent& intent, SysTime now) {
    SettleInput in;
    in.export_id = intent.export_id;
    in.run = intent.run;
    in.seq = intent.seq;
    in.kind = intent.kind;
    in.destination = intent.destination;
    in.intent = intent.id;
    in.ticket = intent.ticket;
    in.now = now;
    auto run = store::get_run(db, intent.run);
    if (!run) return run.error();
    in.run_is_over = model::is_final(run->status);
    auto definition = store::get_export(db, run->export_name);
    auto id = store::export_id(db, run->export_name);
    if (definition && id && *id == intent.export_id) in.segments = definition->segments;
    auto slots = store::slots_of(db, intent.destination, intent.export_id);
    if (!slots) return slots.error();
    in.slots = *slots;
    auto groups = store::groups_of_destination(db, intent.destination);
    if (!groups) return groups.error();
    for (const store::GroupRow& group : *groups) {
        if (group.is_list) in.lists.push_back(group);
        if (group.no == intent.group) in.group = group;
    }
    return in;
}

}  // namespace audienced::run
