// One record of a run's spool: a member and what is to be done. Only this program reads it, on the
// machine that wrote it, and never after the run: native byte order, no versions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "model/batch.hpp"
#include "model/counted_as.hpp"

namespace audienced::spool {

struct Record {
    enum class Kind : std::uint8_t {
        upsert,  // send address and values
        join,    // put the member into the batch's group
        leave,   // take the member out of it
        forget,  // no call: `groups` bits leave the member's ledger row
    };
    Kind kind = Kind::upsert;
    model::CountedAs counted_as = model::CountedAs::none;
    bool left = false;  // in no segment any more
    bool restore =
        false;  // join: puts back what an earlier run took, whether the export sent the member or not
    MemberHash member;
    std::uint64_t values_hash = 0;  // upsert
    std::uint64_t groups = 0;       // forget
    std::uint16_t segment = 0;      // where the member was read: for rejects
    std::uint64_t row = 0;
    model::Member sent;
};

void encode(const Record&, std::string& out);
/// Bytes of the first record of `bytes`; 0: not even its size is there. nullopt: no record is so small.
std::optional<std::uint32_t> record_size(std::string_view bytes);
/// Takes one record off the front of `bytes`. nullopt: cut short or damaged; the spool is then planned anew.
std::optional<Record> decode(std::string_view& bytes);

}  // namespace audienced::spool
