// Finds the rows of one address in the segments of an export, and what comes near it, in one pass.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "inspect/explain/facts.hpp"
#include "plan/mapping.hpp"
#include "source/source.hpp"
#include "vault/vault.hpp"

namespace audienced::inspect {

/// Which addresses count: the one that was asked for, and members that belong to the same contact.
struct WantedRows {
    std::string address;  // normalised
    std::vector<std::pair<MemberHash, Under>> others;
};

/// Rows as they come; the first of a segment are kept, all are counted. One thread at a time.
class RowFinder final : public source::RowSink {
public:
    RowFinder(WantedRows wanted, const vault::Vault& vault) : wanted_(std::move(wanted)), vault_(vault) {}
    /// `look` takes what follows until the next one, and outlives it.
    void begin_segment(SegmentLook& look) { look_ = &look; }

    bool row(std::uint64_t number, std::span<const source::Value> values) override;
    bool reject(std::uint64_t number, std::string_view why, std::optional<std::string_view> address) override;

    std::vector<NearMiss> near;
    std::uint64_t nameless = 0;  // unreadable rows without a readable address

private:
    std::optional<Under> match(const std::string& address) const;
    void keep(FoundRow row);
    void note_near(std::uint64_t number, std::string_view raw, bool valid);

    WantedRows wanted_;
    const vault::Vault& vault_;
    SegmentLook* look_ = nullptr;
    std::string address_;  // reused
};

/// How an address of a row differs from the one that is asked for, where it comes near; empty: it does not.
/// Of a row without a valid address `row` is its text. Pure, and cheap for what does not come near.
std::string how_near(std::string_view asked, std::string_view row, bool valid);

}  // namespace audienced::inspect
