#include "spool/file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::spool_file_test {

using namespace audienced;
using namespace audienced::test;

namespace {

std::string write(const TempDir& dir, const std::string& name, std::string_view bytes) {
    const std::string path = (dir / name).string();
    auto writer = spool::Writer::create(path).value();
    REQUIRE(writer.append(bytes));
    REQUIRE(writer.finish());
    return path;
}

}  // namespace

TEST_CASE("what was appended is read back by its range", "[unit][spool]") {
    TempDir dir;
    const std::string path = (dir / "run-1.upsert").string();
    auto first = spool::Writer::create(path).value();
    CHECK(first.size() == 0);
    REQUIRE(first.append("hello "));
    spool::Writer writer = std::move(first);
    REQUIRE(writer.append("world"));
    CHECK(writer.size() == 11);
    REQUIRE(writer.finish());
    CHECK(spool::read_part(path, 0, 11).value() == "hello world");
    CHECK(spool::read_part(path, 6, 5).value() == "world");
    CHECK(spool::read_part(path, 11, 0).value() == "");
    REQUIRE(writer.append("!"));  // a plan reads what it wrote so far, then goes on
    REQUIRE(writer.finish());
    CHECK(spool::read_part(path, 6, 6).value() == "world!");
}

TEST_CASE("a file larger than the buffer is written whole", "[unit][spool]") {
    TempDir dir;
    const std::string path = (dir / "run-1.upsert").string();
    auto writer = spool::Writer::create(path).value();
    const std::string piece(100'000, 'x');
    for (int i = 0; i < 10; ++i) REQUIRE(writer.append(piece + std::to_string(i)));
    REQUIRE(writer.finish());
    CHECK(writer.size() == 1'000'010);
    CHECK(spool::read_part(path, 1'000'009, 1).value() == "9");
    CHECK(spool::read_part(path, 100'000, 1).value() == "0");
}

TEST_CASE("the spool is readable by its owner alone, and an older file is overwritten", "[unit][spool]") {
    TempDir dir;
    write(dir, "run-1.upsert", "a long text of an older plan");
    const std::string path = write(dir, "run-1.upsert", "new");
    struct stat info {};
    REQUIRE(::stat(path.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(info.st_size == 3);
}

TEST_CASE("a file that is missing or too short leads to a new plan", "[unit][spool]") {
    TempDir dir;
    const auto gone = spool::read_part((dir / "run-1.upsert").string(), 0, 1);
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == Errc::not_ready);
    const std::string path = write(dir, "run-1.upsert", "1234");
    for (const auto& [offset, bytes] : {std::pair{0, 5}, std::pair{4, 1}, std::pair{100, 1}}) {
        const auto cut =
            spool::read_part(path, static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(bytes));
        REQUIRE_FALSE(cut);
        CHECK(cut.error().code == Errc::not_ready);
    }
}

TEST_CASE("a link in the place of a spool is neither followed nor written through", "[unit][spool]") {
    TempDir dir;
    const std::string target = dir.write("target", "untouched");
    const std::string link = (dir / "run-1.upsert").string();
    std::filesystem::create_symlink(target, link);
    CHECK_FALSE(spool::Writer::create(link));
    CHECK_FALSE(spool::read_part(link, 0, 1));
    CHECK(dir.read("target") == "untouched");
}

TEST_CASE("a disk's errors name the spool and what to do", "[unit][spool]") {
    TempDir dir;
    const auto nowhere = spool::Writer::create((dir / "no/such/folder").string());
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == Errc::store_failed);
    CHECK(nowhere.error().message.find("creating the spool failed") == 0);
    auto full = spool::Writer::create("/dev/full").value();
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
    TempDir dir;
    write(dir, "run-4.upsert", "0123");
    write(dir, "run-4.forget", "4567");
    write(dir, "run-4.join-17", "abcd");
    write(dir, "run-4.leave-17", "ABCD");
    store::BatchRow batch;
    batch.run = 4;
    batch.offset = 1;
    batch.bytes = 2;
    const std::string in = dir.path().string();
    CHECK(spool::read_batch(in, batch).value() == "12");
    batch.kind = model::BatchKind::membership;
    CHECK(spool::read_batch(in, batch).value() == "56");
    batch.group = 17;
    CHECK(spool::read_batch(in, batch).value() == "bc");
    batch.leave_offset = 2;
    batch.leave_bytes = 2;
    CHECK(spool::read_batch(in, batch).value() == "bcCD");
    batch.bytes = 0;
    spool::remove_run(in, 5);
    std::filesystem::remove(dir / "run-4.join-17");  // nothing of it is asked for
    CHECK(spool::read_batch(in, batch).value() == "CD");
    std::filesystem::remove(dir / "run-4.leave-17");
    CHECK(spool::read_batch(in, batch).error().code == Errc::not_ready);
}

TEST_CASE("removing a run's spool removes every part of it and nothing of others", "[unit][spool]") {
    TempDir dir;
    for (const char* name :
         {"run-1.upsert", "run-1.leave-3", "run-1.forget", "run-11.upsert", "run-2.upsert", "other"})
        write(dir, name, "x");
    const auto there = [&](const char* name) { return std::filesystem::exists(dir / name); };
    spool::remove_run(dir.path().string(), 1);
    CHECK_FALSE((there("run-1.upsert") || there("run-1.leave-3") || there("run-1.forget")));
    CHECK((there("run-11.upsert") && there("run-2.upsert") && there("other")));
    spool::remove_run((dir / "no such folder").string(), 1);
}

TEST_CASE("strays are the spools of runs that are not open", "[unit][spool]") {
    TempDir dir;
    for (const char* name : {"run-1.upsert", "run-2.join-0", "run-3.forget", "keep"}) write(dir, name, "x");
    spool::remove_strays(dir.path().string(), {2, 9});
    CHECK_FALSE(std::filesystem::exists(dir / "run-1.upsert"));
    CHECK(std::filesystem::exists(dir / "run-2.join-0"));
    CHECK_FALSE(std::filesystem::exists(dir / "run-3.forget"));
    CHECK(std::filesystem::exists(dir / "keep"));
}

}  // namespace audienced::unit::spool_file_test
