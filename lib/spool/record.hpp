// One line of a run's spool: a member and what is to happen to her. Only this program reads it, on the
// machine that wrote it, and never after the run: native byte order, no versions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "model/batch.hpp"

namespace audienced::spool {

struct Record {
    enum class Kind : std::uint8_t {
        upsert,  // send address and values
        join,    // put her into the batch's group
        leave,   // take her out of it
        forget,  // no call: `groups` bits leave her ledger row
    };
    Kind kind = Kind::upsert;
    char counts = 0;    // 'a' added, 'u' updated, 'r' removed; 0: counted by another record
    bool left = false;  // she is in no segment any more
    MemberHash member;
    std::uint64_t values_hash = 0;  // upsert
    std::uint64_t groups = 0;       // forget
    std::uint16_t segment = 0;      // where she was read: for rejects
    std::uint64_t row = 0;
    model::Member sent;
};

void encode(const Record&, std::string& out);
/// Takes one record off the front of `bytes`. nullopt: cut short or damaged; the spool is then planned anew.
std::optional<Record> decode(std::string_view& bytes);

}  // namespace audienced::spool
