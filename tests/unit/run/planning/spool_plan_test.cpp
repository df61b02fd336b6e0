#include "run/planning/spool_plan.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "unit/run/planning/spool_scene.hpp"

namespace audienced::unit::run_planning_spool_plan_test {

using namespace audienced;
using namespace audienced::test;
using Kind = spool::Record::Kind;
using Addresses = std::vector<std::string>;

TEST_CASE("upserts are cut by the number of members", "[unit][run]") {
    SpoolScene s;
    s.begin();
    for (const char* a : {"a", "b", "c", "d", "e", "f", "g"}) s.upsert(a);
    REQUIRE(s.plan->finish());
    const auto& batches = s.plan->batches();
    REQUIRE(batches.size() == 3);
    CHECK(s.read(batches[0]) == Addresses{"a", "b", "c"});
    CHECK(s.read(batches[1]) == Addresses{"d", "e", "f"});
    CHECK(s.read(batches[2]) == Addresses{"g"});
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(batches[i].seq == static_cast<std::int64_t>(i) + 1);
        CHECK(batches[i].run == s.id);
        CHECK(batches[i].kind == model::BatchKind::upsert);
        CHECK(batches[i].group == -1);
        CHECK(batches[i].members == (i < 2 ? 3u : 1u));
        CHECK(batches[i].leavers == 0);
    }
}

TEST_CASE("members that are contacts come first, both kinds by hash", "[unit][run]") {
    SpoolScene s;
    s.begin();
    for (const char* a : {"e", "a", "d", "b", "c"}) {
        spool::Record record = s.record(Kind::upsert, a);
        record.sent.known = *a == 'c' || *a == 'e';
        REQUIRE(s.plan->upsert(record));
    }
    REQUIRE(s.plan->finish());
    const auto& batches = s.plan->batches();
    REQUIRE(batches.size() == 2);
    CHECK(s.read(batches[0]) == Addresses{"c", "e", "a"});
    CHECK(batches[0].known);
    CHECK(s.read(batches[1]) == Addresses{"b", "d"});
    CHECK_FALSE(batches[1].known);
}

TEST_CASE("a batch is not taken from another plan's files, nor from damaged ones", "[unit][run]") {
    SpoolScene s;
    s.begin();
    for (const char* a : {"a", "b"}) s.upsert(a);
    REQUIRE(s.plan->finish());
    store::BatchRow batch = s.plan->batches()[0];
    CHECK(spool::read_batch(s.env.spool_dir, batch));
    ++batch.checksum;
    CHECK(spool::read_batch(s.env.spool_dir, batch).error().code == Errc::not_ready);
    batch = s.plan->batches()[0];
    ++batch.plan;
    CHECK(spool::read_batch(s.env.spool_dir, batch).error().code == Errc::not_ready);
}

TEST_CASE("upserts are cut by the bytes that the provider counts, and one member too large is alone",
          "[unit][run]") {
    SpoolScene s;
    s.limits.bytes_per_upsert = 10;
    s.begin();
    for (const char* a : {"aaaa", "bbbbbb", "c", "ddddddddddddddd", "ee", "ff"}) s.upsert(a);
    REQUIRE(s.plan->finish());
    const auto& batches = s.plan->batches();
    REQUIRE(batches.size() == 4);
    CHECK(s.read(batches[0]) == Addresses{"aaaa", "bbbbbb"});  // ten bytes fit
    CHECK(s.read(batches[1]) == Addresses{"c"});
    CHECK(s.read(batches[2]) == Addresses{"ddddddddddddddd"});
    CHECK(s.read(batches[3]) == Addresses{"ee", "ff"});
}

TEST_CASE("joins and leaves of a group share its batches, each with its own limit", "[unit][run]") {
    SpoolScene s;
    s.begin();
    s.upsert("u");
    for (const char* a : {"a", "b", "c"}) s.regroup(4, Kind::join, a);
    for (const char* a : {"v", "w", "x", "y", "z"}) s.regroup(4, Kind::leave, a);
    s.regroup(7, Kind::leave, "q");
    s.regroup(2, Kind::join, "p");
    s.regroup(-1, Kind::forget, "f");
    REQUIRE(s.plan->finish());
    const auto& batches = s.plan->batches();
    REQUIRE(batches.size() == 7);
    CHECK(s.read(batches[0]) == Addresses{"u"});
    CHECK(batches[1].group == 2);
    CHECK(s.read(batches[1]) == Addresses{"p"});
    CHECK(s.read(batches[2]) == Addresses{"a", "b", "-v", "-w"});
    CHECK(batches[2].members == 2);
    CHECK(batches[2].leavers == 2);
    CHECK(s.read(batches[3]) == Addresses{"c", "-x", "-y"});
    CHECK(batches[3].members == 1);
    CHECK(batches[3].leavers == 2);
    CHECK(s.read(batches[4]) == Addresses{"-z"});
    CHECK(batches[4].members == 0);
    CHECK(batches[5].group == 7);
    CHECK(s.read(batches[6]) == Addresses{"f"});
    CHECK(batches[6].kind == model::BatchKind::membership);
    CHECK(batches[6].group == -1);
    for (std::size_t i = 0; i < 7; ++i) CHECK(batches[i].seq == static_cast<std::int64_t>(i) + 1);
    // One file a part, and no other.
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(s.env.spool_dir))
        files.insert(entry.path().filename().string());
    const std::string run = "run-" + std::to_string(s.id) + ".";
    CHECK(files == std::set<std::string>{run + "upsert", run + "join-2", run + "join-4", run + "leave-4",
                                         run + "leave-7", run + "forget"});
}

TEST_CASE("corrections without a call are cut at 5000", "[unit][run]") {
    SpoolScene s;
    s.begin();
    for (int i = 0; i < 5001; ++i) s.regroup(-1, Kind::forget, "f");
    REQUIRE(s.plan->finish());
    REQUIRE(s.plan->batches().size() == 2);
    CHECK(s.plan->batches()[0].members == 5000);
    CHECK(s.plan->batches()[1].members == 1);
}

TEST_CASE("every upsert is read once more, in order, over all batches", "[unit][run]") {
    SpoolScene s;
    s.begin();
    Addresses read, upserts{"a", "b", "c", "d", "e"};
    const auto keep = [&](const spool::Record& r) -> result<void> {
        read.push_back(r.sent.address);
        return {};
    };
    REQUIRE(s.plan->again(keep));
    CHECK(read.empty());
    for (const auto& a : upserts) s.upsert(a);
    REQUIRE(s.plan->again(keep));
    CHECK(read == upserts);
    const auto refuse = [](const spool::Record&) -> result<void> {
        return make_error(Errc::store_full, "full");
    };
    CHECK(s.plan->again(refuse).error().code == Errc::store_full);
    SECTION("a damaged spool is planned anew") {
        std::filesystem::resize_file(s.spool_file(s.id, "upsert"), 10);
        CHECK(s.plan->again(keep).error().code == Errc::not_ready);
    }
    SECTION("and so is one with a record that cannot be read") {
        const std::string file = s.spool_file(s.id, "upsert");
        std::string bytes = s.dir->read("state/spool/" + std::filesystem::path(file).filename().string());
        bytes[12] = '\x7f';
        s.dir->write("state/spool/" + std::filesystem::path(file).filename().string(), bytes);
        CHECK(s.plan->again(keep).error().code == Errc::not_ready);
    }
}

TEST_CASE("a spool directory that is gone ends the plan with the disk's error", "[unit][run]") {
    SpoolScene s;
    s.begin();
    std::filesystem::remove(s.env.spool_dir);
    CHECK(s.plan->upsert(s.record(Kind::upsert, "a")).error().code == Errc::store_failed);
    CHECK(s.plan->regroup(1, s.record(Kind::join, "a")).error().code == Errc::store_failed);
}

}  // namespace audienced::unit::run_planning_spool_plan_test
