// Synapse Link keeps the history of a Dataverse table: in append-only mode each change appends a row, and so
// does a deletion (IsDelete). Of the rows of one Id the newest counts, unless it says that the row was
// deleted. docs/decisions/synapse-link.md Source: "Azure Synapse Link for Dataverse FAQ" and "Advanced
// Configuration Options in Azure Synapse Link", learn.microsoft.com/power-apps/maker/data-platform, read
// 2026-11-30.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::source::cdm {

/// Where the columns stand that tell the versions of a row apart.
struct VersionColumns {
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);
    std::size_t id = absent, written = absent, number = absent, deleted = absent;
};

/// If these columns are those of a table that Synapse Link writes: it alone adds SinkCreatedOn and
/// SinkModifiedOn. The mode need not be known: where rows are updated in place each Id is there once.
std::optional<VersionColumns> version_columns(const std::vector<std::string>& names);

struct Version {
    std::uint64_t number = 0;  // versionnumber, of the database; 0: not known, as in a row of a deletion
    std::int64_t written = 0;  // SinkModifiedOn, in seconds; 0: not known
    bool deleted = false;
};
Version parse_version(std::string_view number, std::string_view written, std::string_view deleted);

bool is_deletion(std::string_view deleted);

/// Which rows do not count. Memory is bounded however many Ids there are. The first pass over all rows finds
/// the Ids that may be there more than once, which are few where rows are updated in place. A further pass
/// takes in as many of these as have room, by ranges of their hashes; passes are made until all ranges are
/// done. A row takes one bit.
class Newest {
public:
    static constexpr std::uint64_t most_rows = 4'000'000'000;
    explicit Newest(std::size_t most_ids = 200'000);

    /// False when nothing is left to do. Each pass meets the same rows in the same order.
    bool begin_pass();
    /// In the first pass note() is called, in the others meet(). `row` counts from 1.
    bool is_first_pass() const { return pass_ == 1; }
    void note(std::uint64_t row, std::string_view id, bool deleted);
    /// Does this pass need this Id? It saves parsing the version of one that it does not.
    bool wants(std::string_view id) const;
    /// A later row of the same version is a repeated one, and counts as the newer.
    void meet(std::uint64_t row, std::string_view id, const Version& version);

    bool leaves_out(std::uint64_t row) const { return row < left_out_.size() && left_out_[row]; }
    std::uint64_t left_out() const { return count_; }
    /// Gives back what only passes need.
    void finish();

private:
    struct Slot {
        std::uint64_t hash = 0;  // 0: free
        std::uint64_t number = 0;
        std::uint32_t written = 0;
        std::uint32_t row = 0;
    };
    static std::uint64_t hash_of(std::string_view id);
    static bool is_newer(const Slot& later, const Slot& there);
    Slot& place(std::uint64_t hash);
    void make_room();
    void rebuild(std::size_t slots);
    void leave_out(std::uint64_t row);

    std::size_t most_ids_;
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
    std::uint64_t first_ = 0, last_ = 0;  // the hashes of this pass
    int pass_ = 0;
    std::vector<bool> once_, again_;  // by a part of the hash: one Id was met, and one more
    bool any_again_ = false;
    std::vector<bool> left_out_;
    std::uint64_t count_ = 0;
};

}  // namespace audienced::source::cdm
