// Members and values that were refused, and that the next plan leaves alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/ids.hpp"
#include "model/reject_class.hpp"
#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// The member is not sent again with the same values before next_try (none: until they change, or a person
/// asks for it; of retry_later that means that it failed too often, see is_quarantined()). Where `is_value`
/// it was delivered, without the value of `field`.
struct DeferredReject {
    MemberHash member;
    std::uint64_t values = 0;
    std::string field;  // of the provider, that it named; may be empty
    std::string code, detail;
    model::RejectClass reject_class = model::RejectClass::none;
    int attempts = 0;  // how often it was sent with these values
    std::optional<SysTime> next_try;
    bool is_value = false;
    model::RunId since = 0;  // the first run that it was refused in, and it was in each one since
};

/// What a plan keeps of one in memory, since there may be as many as profiles. `words` stands for field,
/// code, class and detail.
struct DeferredMark {
    MemberHash member;
    std::uint64_t values = 0;
    std::uint32_t next_try = 0;  // seconds since 1970; 0: none
    std::uint32_t words = 0;
    bool is_value = false;
    bool again = false;  // the run `retry_of` named it, and it may be sent again
};

/// In ascending order of member. `retry_of`: a run whose rejects are tried again; 0: none.
result<void> scan_deferred(Database&, model::ExportId, model::RunId retry_of,
                           const std::function<void(const DeferredMark&)>& each);
/// The member's one with these words; nothing if it is gone.
result<std::optional<DeferredReject>> find_deferred(Database&, const MemberHash&, std::uint32_t words);
/// All of a member.
result<std::vector<DeferredReject>> deferred_of(Database&, model::ExportId, const MemberHash&);
result<bool> has_deferred(Database&, model::ExportId);
/// One that is no value takes the place of all that the member has; a value stands beside others. Nothing if
/// the export is gone: a call can outlive it.
result<void> put_deferred(Database&, model::ExportId, const DeferredReject&);
/// All of the member.
result<void> remove_deferred(Database&, model::ExportId, const MemberHash&);
/// Words that no deferred reject has any more.
result<void> remove_unused_words(Database&, model::ExportId);

}  // namespace audienced::store
