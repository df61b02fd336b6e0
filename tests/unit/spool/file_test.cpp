#include "spool/file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::spool_file_test {

using namespace audienced;
using namespace audienced::test;

namespace {

constexpr spool::PlanId plan = 0x1122334455667788;
constexpr std::uint64_t start = spool::header_bytes;

std::string write(const TempDir& dir, const std::string& name, std::string_view bytes,
                  spool::PlanId id = plan) {
    const std::string path = (dir / name).string();
    auto writer = spool::Writer::create(path, id).value();
    REQUIRE(writer.append(bytes));
    REQUIRE(writer.finish());
    return path;
}

void check_lost(const result<std::string>& read, const char* how) {
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::not_ready);
    CHECK(read.error().message == std::string("the spool of the run is ") + how);
    CHECK(read.error().hint == "it is planned anew");
}

store::BatchRow batch_of(model::BatchKind kind, int group, std::uint64_t offset, std::uint64_t bytes,
                         std::string_view records) {
    store::BatchRow batch;
    batch.run = 4;
    batch.kind = kind;
    batch.group = group;
    batch.offset = start + offset;
    batch.bytes = bytes;
    batch.plan = plan;
    batch.checksum = spool::checksum(records);
    return batch;
}

}  // namespace

TEST_CASE("what was appended is read back by its range", "[unit][spool]") {
    TempDir dir;
    const std::string path = (dir / "run-1.upsert").string();
    auto first = spool::Writer::create(path, plan).value();
    CHECK(first.size() == start);
    REQUIRE(first.append("hello "));
    spool::Writer writer = std::move(first);
    REQUIRE(writer.append("world"));
    CHECK(writer.size() == start + 11);
    REQUIRE(writer.finish());
    CHECK(spool::read_part(path, plan, start, 11).value() == "hello world");
    CHECK(spool::read_part(path, plan, start + 6, 5).value() == "world");
    CHECK(spool::read_part(path, plan, start + 11, 0).value() == "");
    REQUIRE(writer.append("!"));  // a plan reads what it wrote so far, then goes on
    check_lost(spool::read_part(path, plan, start + 6, 6), "damaged");
    REQUIRE(writer.flush());
    CHECK(spool::read_part(path, plan, start + 6, 6).value() == "world!");
}

TEST_CASE("a file larger than the buffer is written whole", "[unit][spool]") {
    TempDir dir;
    const std::string path = (dir / "run-1.upsert").string();
    const std::size_t buffer = GENERATE(1u, 32u * 1024, 256u * 1024);
    auto writer = spool::Writer::create(path, plan, buffer).value();
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 10; ++i) REQUIRE(writer.append(piece + std::to_string(i)));
    REQUIRE(writer.finish());
    CHECK(writer.size() == start + 1'000'010);
    CHECK(spool::read_part(path, plan, start + 1'000'009, 1).value() == "9");
    CHECK(spool::read_part(path, plan, start + 100'000, 1).value() == "0");
}

TEST_CASE("the spool is readable by its owner alone, and an older file is overwritten", "[unit][spool]") {
    TempDir dir;
    write(dir, "run-1.upsert", "a long text of an older plan");
    const std::string path = write(dir, "run-1.upsert", "new");
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(info.st_size == static_cast<off_t>(start) + 3);
}

TEST_CASE("a file that is missing, too short or of another plan leads to a new plan", "[unit][spool]") {
    TempDir dir;
    check_lost(spool::read_part((dir / "run-1.upsert").string(), plan, start, 1), "gone");
    const std::string path = write(dir, "run-1.upsert", "1234");
    for (const auto& [offset, bytes] : {std::pair{0u, 5u}, std::pair{4u, 1u}, std::pair{100u, 1u}})
        check_lost(spool::read_part(path, plan, start + offset, bytes), "damaged");
    check_lost(spool::read_part(path, plan + 1, start, 1), "of an earlier plan");
    const std::string cut = dir.write("run-2.upsert", "1234567");  // not even its plan is told
    check_lost(spool::read_part(cut, plan, start, 1), "of an earlier plan");
}

TEST_CASE("a file that cannot be read now is an error of the disk, not a reason to plan anew",
          "[unit][spool]") {
    TempDir dir;
    std::string path = (dir / "run-4.upsert").string();
    SECTION("it reads as an error") {
        std::filesystem::create_directory(path);
    }
    SECTION("it cannot be opened") {
        path = write(dir, "run-4.upsert", "1") + "/upsert";
    }
    SECTION("it may not be opened") {
        write(dir, "run-4.upsert", "1");
        std::filesystem::permissions(path, std::filesystem::perms::none);
        if (::geteuid() == 0) return;  // root may open every file
    }
    const auto read = spool::read_part(path, plan, start, 1);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::store_failed);
    CHECK(read.error().message.find("the spool failed: ") != std::string::npos);
}

TEST_CASE("a link in the place of a spool is neither followed nor written through", "[unit][spool]") {
    TempDir dir;
    const std::string target = dir.write("target", "untouched");
    const std::string link = (dir / "run-1.upsert").string();
    std::filesystem::create_symlink(target, link);
    CHECK_FALSE(spool::Writer::create(link, plan));
    CHECK_FALSE(spool::read_part(link, plan, start, 1));
    CHECK(dir.read("target") == "untouched");
}

TEST_CASE("a disk's errors name the spool and what to do", "[unit][spool]") {
    TempDir dir;
    const auto nowhere = spool::Writer::create((dir / "no/such/folder").string(), plan);
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == Errc::store_failed);
    CHECK(nowhere.error().message.find("creating the spool failed") == 0);
    auto full = spool::Writer::create("/dev/full", plan).value();
    REQUIRE(full.append("a few bytes stay in the buffer"));
    const auto finished = full.finish();
    REQUIRE_FALSE(finished);
    CHECK(finished.error().code == Errc::store_full);
    CHECK(finished.error().hint.find("make room") == 0);
    const auto appended = full.append(std::string(300'000, 'x'));
    REQUIRE_FALSE(appended);
    CHECK(appended.error().code == Errc::store_full);
}

TEST_CASE("a batch is read from its part, members before leavers", "[unit][spool]") {
    using model::BatchKind;
    TempDir dir;
    write(dir, "run-4.upsert", "0123");
    write(dir, "run-4.forget", "4567");
    write(dir, "run-4.join-17", "abcd");
    write(dir, "run-4.leave-17", "ABCD");
    const std::string in = dir.path().string();
    CHECK(spool::read_batch(in, batch_of(BatchKind::upsert, -1, 1, 2, "12")).value() == "12");
    CHECK(spool::read_batch(in, batch_of(BatchKind::membership, -1, 1, 2, "56")).value() == "56");
    CHECK(spool::read_batch(in, batch_of(BatchKind::membership, 17, 1, 2, "bc")).value() == "bc");
    auto both = batch_of(BatchKind::membership, 17, 1, 2, "bcCD");
    both.leave_offset = start + 2;
    both.leave_bytes = 2;
    CHECK(spool::read_batch(in, both).value() == "bcCD");
    both.bytes = 0;
    both.checksum = spool::checksum("CD");
    REQUIRE(spool::remove_run(in, 5));
    std::filesystem::remove(dir / "run-4.join-17");  // nothing of it is asked for
    CHECK(spool::read_batch(in, both).value() == "CD");
    std::filesystem::remove(dir / "run-4.leave-17");
    check_lost(spool::read_batch(in, both), "gone");
}

TEST_CASE("a batch whose bytes are not those of its plan is planned anew", "[unit][spool]") {
    using model::BatchKind;
    TempDir dir;
    const std::string in = dir.path().string();
    const auto batch = batch_of(BatchKind::upsert, -1, 0, 4, "0123");
    auto leaving = batch_of(BatchKind::membership, 3, 0, 2, "abAB");
    leaving.leave_offset = start;
    leaving.leave_bytes = 2;
    write(dir, "run-4.join-3", "ab");
    SECTION("one bit differs") {
        write(dir, "run-4.upsert", "0133");
        check_lost(spool::read_batch(in, batch), "damaged");
    }
    SECTION("one bit of a leaver differs") {
        write(dir, "run-4.leave-3", "AC");
        check_lost(spool::read_batch(in, leaving), "damaged");
    }
    SECTION("it is cut short") {
        write(dir, "run-4.upsert", "012");
        check_lost(spool::read_batch(in, batch), "damaged");
    }
    SECTION("the same bytes of another plan") {
        write(dir, "run-4.upsert", "0123", plan - 1);
        check_lost(spool::read_batch(in, batch), "of an earlier plan");
    }
    SECTION("leavers of another plan") {
        write(dir, "run-4.leave-3", "AB", plan - 1);
        check_lost(spool::read_batch(in, leaving), "of an earlier plan");
    }
    SECTION("it was read in the middle of the header") {
        write(dir, "run-4.upsert", "0123");
        auto low = batch;
        low.offset = 0;
        check_lost(spool::read_batch(in, low), "damaged");
    }
    SECTION("its part cannot be read") {
        std::filesystem::create_directory(dir / "run-4.upsert");
        CHECK(spool::read_batch(in, batch).error().code == Errc::store_failed);
    }
}

TEST_CASE("a checksum goes on where it ended, and tells order and length", "[unit][spool]") {
    CHECK(spool::checksum("cd", spool::checksum("ab")) == spool::checksum("abcd"));
    CHECK(spool::checksum("") != spool::checksum(std::string_view("\0", 1)));
    CHECK(spool::checksum("ab") != spool::checksum("ba"));
    CHECK(spool::checksum("a") == 0xE40C292Cu);     // FNV-1a as published
    CHECK(spool::checksum("\xFF") == 0x7A0B824Eu);  // a byte is never negative
}

TEST_CASE("the folder of new files is synced, and one that is not there is an error", "[unit][spool]") {
    TempDir dir;
    write(dir, "run-1.upsert", "1");
    CHECK(spool::sync_dir(dir.path().string()));
    for (const char* name : {"no such folder", "run-1.upsert"}) {
        const auto missing = spool::sync_dir((dir / name).string());
        REQUIRE_FALSE(missing);
        CHECK(missing.error().code == Errc::store_failed);
        CHECK(missing.error().message.find("opening the folder of the spool failed") == 0);
    }
}

TEST_CASE("removing a run's spool removes every part of it and nothing of others", "[unit][spool]") {
    TempDir dir;
    for (const char* name : {"run-1.upsert", "run-1.leave-3", "run-1.forget", "run-1.bucket-63",
                             "run-11.upsert", "run-2.upsert", "other"})
        write(dir, name, "x");
    const auto there = [&](const char* name) { return std::filesystem::exists(dir / name); };
    REQUIRE(spool::remove_run(dir.path().string(), 1));
    for (const char* name : {"run-1.upsert", "run-1.leave-3", "run-1.forget", "run-1.bucket-63"})
        CHECK_FALSE(there(name));
    CHECK((there("run-11.upsert") && there("run-2.upsert") && there("other")));
    REQUIRE(spool::remove_run(dir.path().string(), 1));  // nothing is left
}

TEST_CASE("what cannot be removed is told, and the rest is removed all the same", "[unit][spool]") {
    TempDir dir;
    const auto check_told = [](const result<void>& removed) {
        REQUIRE_FALSE(removed);
        CHECK(removed.error().code == Errc::store_failed);
        CHECK(removed.error().message.find("removing a spool failed: ") == 0);
        CHECK(removed.error().hint.find("addresses") != std::string::npos);
    };
    check_told(spool::remove_run((dir / "no such folder").string(), 1));
    const std::string in = dir.path().string();
    for (const char* part : {"join-0", "leave-0", "forget", "upsert"})
        write(dir, std::string("run-1.") + part, "x");
    // A folder that is not empty stays.
    std::filesystem::remove(dir / "run-1.forget");
    std::filesystem::create_directory(dir / "run-1.forget");
    dir.write("run-1.forget/x", "x");
    const bool strays = GENERATE(false, true);
    check_told(strays ? spool::remove_strays(in, {}) : spool::remove_run(in, 1));
    CHECK(std::filesystem::exists(dir / "run-1.forget"));
    for (const char* part : {"join-0", "leave-0", "upsert"})
        CHECK_FALSE(std::filesystem::exists(dir / (std::string("run-1.") + part)));
    std::filesystem::remove(dir / "run-1.forget/x");
    CHECK(spool::remove_strays(in, {}));  // tried again
    CHECK_FALSE(std::filesystem::exists(dir / "run-1.forget"));
}

TEST_CASE("strays are the spools of runs that are not open", "[unit][spool]") {
    TempDir dir;
    for (const char* name : {"run-1.upsert", "run-2.join-0", "run-3.forget", "keep"}) write(dir, name, "x");
    REQUIRE(spool::remove_strays(dir.path().string(), {2, 9}));
    CHECK_FALSE(std::filesystem::exists(dir / "run-1.upsert"));
    CHECK(std::filesystem::exists(dir / "run-2.join-0"));
    CHECK_FALSE(std::filesystem::exists(dir / "run-3.forget"));
    CHECK(std::filesystem::exists(dir / "keep"));
}

TEST_CASE("the runs whose files hold some bytes are found, also where these lie across two reads",
          "[unit][spool]") {
    TempDir dir;
    const std::string needle = "0123456789abcdef", padding(256 * 1024 - 20, 'x');
    write(dir, "run-1.upsert", "nothing of that");
    write(dir, "run-2.upsert", padding + needle + padding);
    write(dir, "run-3.join-0", needle);
    write(dir, "run-3.leave-0", needle);
    auto found = spool::runs_with(dir.path().string(), {"something else", needle}).value();
    std::sort(found.begin(), found.end());
    CHECK(found == std::vector<model::RunId>{2, 3});
    CHECK(spool::runs_with(dir.path().string(), {"no such bytes"}).value().empty());
}

}  // namespace audienced::unit::spool_file_test
