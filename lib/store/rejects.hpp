// Members and values that a run did not deliver, for its record.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/reject_class.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// A reject as the run's record shows it. Invalid rows have no member.
struct Reject {
    std::int64_t run = 0;
    std::string segment;
    std::uint64_t row = 0;  // 0: not known any more (found while delivering after a restart)
    std::optional<MemberHash> member;
    std::string field;  // the provider's name of the field whose value was left out or refused; may be empty
    std::string code, detail;
    model::RejectClass reject_class = model::RejectClass::none;
    std::optional<SysTime> next_try;
    int attempts = 0;  // how often it was sent with these values; 0: never
};
result<void> add_reject(Database&, const Reject&);
/// Before a run is planned anew.
result<void> remove_rejects(Database&, std::int64_t run);
result<std::vector<Reject>> list_rejects(Database&, std::int64_t run, std::size_t limit);

}  // namespace audienced::store
