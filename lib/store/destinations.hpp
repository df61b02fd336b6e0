// Audiences and lists: what is remembered about people belongs to them, not to exports.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/ids.hpp"
#include "model/membership.hpp"
#include "model/provider_time.hpp"
#include "store/database.hpp"

namespace audienced::store {

struct BoundExport {
    model::DestinationId destination;
    model::ExportSlots slots;
};
/// The destination of this key, made if it is new, becomes the export's. Where it had another one, what the
/// export delivered there is no longer its own: its values and groups are forgotten, the memberships stay
/// with that destination. Errors: too_large (63 exports feed it), not_found.
result<BoundExport> bind_export(Database&, model::ExportId, const model::DestinationKey&);
/// Of an export; none before its first run.
result<std::optional<model::DestinationId>> bound_destination(Database&, model::ExportId);
result<std::optional<model::DestinationId>> find_destination(Database&, const model::DestinationKey&);
/// What bind_export() would find, for those who only look: writes nothing. The destination is DestinationId()
/// where none is known by this key, and `own` is 0 where the export is not bound to it.
result<BoundExport> look_up_binding(Database&, model::ExportId, const model::DestinationKey&);
/// Exports that are bound to the destination, by name.
struct ExportThere {
    model::ExportId id;
    std::string name, connection;  // connection: empty if it is detached
    std::uint64_t slot = 0;        // its bit; 0: it has none yet
};
result<std::vector<ExportThere>> exports_at(Database&, model::DestinationId);
/// The bits of an export that fed the destination, whether it exists or not.
result<model::ExportSlots> slots_of(Database&, model::DestinationId, model::ExportId);
/// Bits of all exports that are bound to the destination now.
result<std::uint64_t> live_slots(Database&, model::DestinationId);

/// As the provider calls it. Written only where it is another one.
result<void> set_destination_name(Database&, model::DestinationId, std::string_view name);
/// By key; those that are known.
result<std::map<std::string, std::string>> destination_names(Database&);

/// How far pulls have come, by the provider's clock; all but full_at.
struct PullState {
    std::optional<model::ProviderTime> since, came_back_since, began;
    std::int64_t full_pulls = 0;     // complete pulls so far
    std::optional<SysTime> full_at;  // of the last one, by our clock
    bool restored = false;           // not looked at since the state was restored
    /// When the outcome of a call was stored last: this program's changes that the memory has were made
    /// before. none: nothing was sent. Stored by note_settled() alone.
    std::optional<model::ProviderTime> settled_at;
};
result<PullState> get_pull_state(Database&, model::DestinationId);
result<void> put_pull_state(Database&, model::DestinationId, const PullState&);
/// Keeps the later one of this and what is stored.
result<void> note_settled(Database&, model::DestinationId, model::ProviderTime);

}  // namespace audienced::store
