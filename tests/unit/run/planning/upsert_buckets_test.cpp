#include "run/planning/upsert_buckets.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::run_planning_upsert_buckets_test {

using namespace audienced;
using namespace audienced::test;
using run::UpsertBuckets;

namespace {

constexpr spool::PlanId plan = 77;

/// Hashes spread evenly, as keyed hashes do.
spool::Record record_of(std::uint32_t n, bool known, std::size_t bytes = 0) {
    spool::Record r;
    std::uint64_t state = n * 2654435761u + 1;
    for (auto& byte : r.member.bytes) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        byte = static_cast<std::uint8_t>(state >> 56);
    }
    r.row = n;
    r.sent.known = known;
    r.sent.address = "m" + std::to_string(n) + "@example.org";
    if (bytes != 0) r.sent.values = {std::string(bytes, static_cast<char>('a' + n % 26))};
    return r;
}

std::size_t files(const TempDir& dir) {
    using Entries = std::filesystem::directory_iterator;
    return static_cast<std::size_t>(std::distance(Entries(dir.path()), Entries()));
}

std::vector<spool::Record> drained(UpsertBuckets& buckets) {
    std::vector<spool::Record> all;
    REQUIRE(buckets.drain([&](const spool::Record& r) -> result<void> {
        all.push_back(r);
        return {};
    }));
    return all;
}

bool delivered_before(const spool::Record& a, const spool::Record& b) {
    if (a.sent.known != b.sent.known) return a.sent.known;
    return a.member < b.member;
}

}  // namespace

TEST_CASE("contacts come before newcomers, and both by hash", "[unit][run]") {
    TempDir dir;
    UpsertBuckets buckets(dir.path().string(), 3, plan);
    constexpr std::uint32_t count = 2000;
    for (std::uint32_t n = 0; n < count; ++n) REQUIRE(buckets.add(record_of(n, n % 3 == 0)));
    const auto all = drained(buckets);
    REQUIRE(all.size() == count);
    CHECK(std::is_sorted(all.begin(), all.end(), delivered_before));
    std::vector<bool> met(count);
    for (const auto& r : all) {
        REQUIRE_FALSE(met[r.row]);
        met[r.row] = true;
        REQUIRE(r.member == record_of(static_cast<std::uint32_t>(r.row), false).member);
        REQUIRE(r.sent.known == (r.row % 3 == 0));
        REQUIRE(r.sent.address == "m" + std::to_string(r.row) + "@example.org");
    }
    CHECK(drained(buckets).empty());
    CHECK(files(dir) == 0);
}

TEST_CASE("a bucket that is larger than memory gives it is sorted all the same", "[unit][run]") {
    TempDir dir;
    UpsertBuckets buckets(dir.path().string(), 3, plan);
    // One bucket alone, of more than 8 MB; its records cross the pieces in which it is read.
    constexpr std::uint32_t count = 300;
    for (std::uint32_t n = 0; n < count; ++n) {
        auto r = record_of(n, n % 2 == 0, 30'000 + n);
        r.member.bytes[0] = 5;
        REQUIRE(buckets.add(r));
    }
    CHECK(files(dir) == 1);
    CHECK(std::filesystem::file_size(spool::part_path(dir.path().string(), 3, "bucket-1")) > 8 * 1024 * 1024);
    const auto all = drained(buckets);
    REQUIRE(all.size() == count);
    CHECK(std::is_sorted(all.begin(), all.end(), delivered_before));
    for (const auto& r : all) {
        const auto n = static_cast<std::uint32_t>(r.row);
        REQUIRE(r.sent.values == record_of(n, false, 30'000 + n).sent.values);
    }
}

TEST_CASE("buckets are filled again after they were emptied", "[unit][run]") {
    TempDir dir;
    UpsertBuckets buckets(dir.path().string(), 3, plan);
    CHECK(drained(buckets).empty());
    for (int round = 0; round < 2; ++round) {
        REQUIRE(buckets.add(record_of(1, false)));
        CHECK(drained(buckets).size() == 1);
    }
}

TEST_CASE("buckets of a plan that was given up leave no file", "[unit][run]") {
    TempDir dir;
    {
        UpsertBuckets buckets(dir.path().string(), 3, plan);
        for (std::uint32_t n = 0; n < 200; ++n) REQUIRE(buckets.add(record_of(n, false)));
        CHECK(files(dir) > 1);
        // The error of who takes the records ends it.
        const auto given = buckets.drain(
            [](const spool::Record&) -> result<void> { return make_error(Errc::store_full, "full"); });
        CHECK(given.error().code == Errc::store_full);
    }
    CHECK(files(dir) == 0);
}

TEST_CASE("a bucket that was damaged, cut or taken away is told", "[unit][run]") {
    TempDir dir;
    UpsertBuckets buckets(dir.path().string(), 3, plan);
    auto r = record_of(1, false);
    r.member.bytes[0] = 0;
    const std::size_t bytes = 300'000;  // larger than the buffer, so that it is on the disk
    r.sent.values = {std::string(bytes, 'x')};
    REQUIRE(buckets.add(r));
    const std::string path = spool::part_path(dir.path().string(), 3, "bucket-0");
    SECTION("gone") {
        std::filesystem::remove(path);
    }
    SECTION("cut") {
        std::filesystem::resize_file(path, bytes / 2);
    }
    SECTION("of another plan") {
        std::string all = dir.read("run-3.bucket-0");
        all[0] = static_cast<char>(all[0] + 1);
        dir.write("run-3.bucket-0", all);
    }
    SECTION("of no record") {
        std::string all = dir.read("run-3.bucket-0");
        const auto size = GENERATE(0, 1, 255);
        for (std::size_t i = spool::header_bytes; i < spool::header_bytes + 4; ++i)
            all[i] = static_cast<char>(i == spool::header_bytes || size == 255 ? size : 0);
        dir.write("run-3.bucket-0", all);
    }
    const auto read = buckets.drain([](const spool::Record&) -> result<void> { return {}; });
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::not_ready);
}

TEST_CASE("a bucket that cannot be made is an error of the disk", "[unit][run]") {
    TempDir dir;
    UpsertBuckets buckets((dir / "no such folder").string(), 3, plan);
    CHECK(buckets.add(record_of(1, false)).error().code == Errc::store_failed);
    CHECK(drained(buckets).empty());
}

}  // namespace audienced::unit::run_planning_upsert_buckets_test
