#pragma once

#include <cstdint>

namespace audienced::model {

/// What is known of a member and one group (tag or list). The numbers are stored.
enum class Membership : std::uint8_t {
    none = 0,      // not known to be in it
    ours = 1,      // in it, and this program put it there
    maybe = 2,     // a call to put it in had no known outcome; if it is in, this program put it there
    others = 3,    // in it, and others put it there
    off = 4,       // not in it; an absence that this program caused, or one that others caused to a tag
    existing = 5,  // a contact that was not on the list when it was first seen: it may have left it
    /// Not on the list after a call to put it there, of which no outcome is known: it never came there, or it
    /// left. No wish of an administrator about `existing` contacts is one about these.
    may_have_left = 6,
    /// Not in the tag: others gave it, and took it away again. A plan takes it for `none`; an undo leaves it.
    taken = 7,
    maybe_gone = 8,  // a call to take it out had no known outcome; if it is in, this program put it there
};

/// What the last call about it did is not known.
constexpr bool is_unclear(Membership m) noexcept {
    return m == Membership::maybe || m == Membership::maybe_gone;
}

/// `holders`: one bit for each export that wants the member in the group (store/destinations.hpp).
struct Standing {
    Membership state = Membership::none;
    std::uint64_t holders = 0;
    bool operator==(const Standing&) const = default;
};

/// The bits of exports at one destination.
struct ExportSlots {
    std::uint64_t own = 0;   // of the export that runs
    std::uint64_t live = 0;  // of all that exist and are bound to the destination
};

}  // namespace audienced::model
