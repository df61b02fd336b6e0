// What is checked after the plan and before the first call that writes. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "model/export.hpp"
#include "model/run.hpp"

namespace audienced::plan {

struct Figures {
    std::uint64_t profiles = 0;               // rows of all segments together
    std::uint64_t members = 0;                // different valid addresses among them
    std::uint64_t ledger = 0;                 // members delivered earlier
    std::uint64_t members_losing_groups = 0;  // of those: who loses something that we gave
    std::uint64_t existing_to_add = 0;        // contacts to be put on a list that they may have left
    std::uint64_t unreadable = 0;      // rows
    std::string unreadable_why;        // of the first of them
    /// Of existing_to_add's kind, after a call to put them there without a known outcome.
    std::uint64_t unclear_to_add = 0;
};

struct GuardVerdict {
    enum class Kind { go, skip, hold } kind = Kind::go;
    std::string reason;                                 // with the figures, and what to do
    model::TryOutcome tried = model::TryOutcome::none;  // of a try that is skipped: why
};

/// Of the definition: name, guards and existing.
GuardVerdict check_guards(const model::Export& definition, const Figures&, bool hold_asked);
/// The same for a try, whose figures are of its member alone. It removes nothing from others, and a person
/// asked for it: numbers of members and approval have no meaning.
GuardVerdict check_try(const model::Export& definition, const Figures&);
/// Of the reverse of a run, which reads no profiles: the share of removals, and the hold.
GuardVerdict check_undo_guards(const model::Export& definition, const Figures&, bool hold_asked);
/// More than 5 % of the rows, and at least 10.
bool too_many_unreadable(const Figures&);
/// The same question while reading, so that a segment far too large is not read to its end.
bool too_many(const model::Guards&, std::uint64_t profiles);

}  // namespace audienced::plan
