// How the standing of a member in a group changes by what is sent, answered and seen. Pure.
#pragma once

#include "model/membership.hpp"

namespace audienced::plan {

/// Does the export hold this membership? It also holds one that this program gave and that no existing export
/// wants: an export that was removed and made again takes up what it had given.
bool is_held(model::Standing, model::ExportSlots) noexcept;
/// Do other exports want the member there?
bool is_held_elsewhere(model::Standing, model::ExportSlots) noexcept;

/// As the export's plan sees it. `in`: nothing has to be sent to put the member in. `owned`: in it by this
/// program, for this export.
struct PlannedMembership {
    bool in = false, owned = false;
};
PlannedMembership planned(model::Standing, model::ExportSlots, bool is_list) noexcept;

/// The call put the member in, or found it there (`was_member`).
model::Standing after_join(model::Standing before, model::ExportSlots, bool was_member) noexcept;
/// The call took the member out, or found that it was not in.
model::Standing after_leave(model::Standing before, model::ExportSlots, bool is_list) noexcept;
/// The export wants the member no longer, and no call is due.
model::Standing after_release(model::Standing before, model::ExportSlots) noexcept;
/// What became of a call is not known.
model::Standing after_unclear_join(model::Standing before, model::ExportSlots) noexcept;
model::Standing after_unclear_leave(model::Standing before) noexcept;

/// What a call, or a decision without one, did to a membership as the export sees it.
enum class Change : std::uint8_t {
    none,
    hold,  // it was and is there, by others of this program's exports; this one began or ceased to hold it
    membership,  // it came or went, or may have
};
Change change_of(model::Standing before, model::Standing after, model::ExportSlots) noexcept;

struct Seen {
    model::Standing standing;
    bool left = false;  // the member left the list without this program's doing
};
/// A listing shows the contact. `existing_matters`: a contact that is not on the list may have left it before
/// this program came.
Seen after_look(model::Standing before, bool on, bool is_list, bool existing_matters) noexcept;

}  // namespace audienced::plan
