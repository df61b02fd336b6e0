// What a run works with: the export, its account and its destination as prepare() found them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/export.hpp"
#include "model/ids.hpp"
#include "model/membership.hpp"
#include "provider/types.hpp"
#include "run/groups.hpp"
#include "run/session.hpp"
#include "store/permission.hpp"

namespace audienced::run {

/// The same from prepare() to the end of the run, but for the fields that the run makes.
struct RunDefinition {
    /// The export as it is stored, without clear_empty where the provider cannot clear.
    model::Export settings;
    model::ExportId export_id;
    std::unique_ptr<Session> session;
    provider::Limits limits;
    model::DestinationKey destination_key;
    model::DestinationId destination;
    std::string destination_name;  // the provider's
    model::ExportSlots slots;
    store::Permission permission;               // the revisions that this run was prepared with
    std::vector<std::string> wire_fields;       // parallel to settings.fields
    std::vector<provider::Field> fields;        // parallel; of one that is not there yet only the name
    std::optional<SysTime> forgets_lost_since;  // plan::Figures
    bool had_members = true;                    // see provider::Destination

    /// A field that was made again has another one.
    std::vector<std::string> field_ids() const {
        std::vector<std::string> ids;
        for (const provider::Field& field : fields) ids.push_back(field.id);
        return ids;
    }
};

}  // namespace audienced::run
