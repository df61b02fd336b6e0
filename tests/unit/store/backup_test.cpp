#include "store/backup.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sealed_state.hpp"

namespace audienced::unit::store_backup_test {

using namespace audienced;
using namespace audienced::test;

namespace {

store::BackupRequest request_for(const State& s) {
    store::BackupRequest request;
    request.state_dir = s.path();
    request.by = "ann";
    request.at = from_unix(7000);
    return request;
}

std::vector<std::string> leftovers(const State& s) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(s.path()))
        if (entry.path().filename().string().starts_with("backup-")) found.push_back(entry.path());
    return found;
}

}  // namespace

TEST_CASE("a backup made beside a writer is whole, has no name, and says when it was made", "[unit][store]") {
    State s;
    const auto destinations = fill(s);
    auto writing = store::Transaction::begin(s.db).value();  // not committed: not in the copy
    REQUIRE(s.db.execute("DELETE FROM contacts"));
    auto file = store::make_backup(request_for(s));
    REQUIRE(file);
    CHECK(leftovers(s).empty());
    std::string bytes(file->size, '\0');
    REQUIRE(::pread(file->fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    const std::string to = (s.dir.path() / "copy.db").string();
    std::ofstream(to, std::ios::binary) << bytes;
    auto copy = store::Database::open(to).value();
    check_all(copy, store::open_vault(copy, master_key()).value(), destinations);
    CHECK(cell(copy, "SELECT backup_at || ' ' || backup_by FROM origin") == "7000 ann");
    REQUIRE(store::check_integrity(copy));
}

TEST_CASE("a backup that is given up leaves nothing, and neither does one that a crash ended",
          "[unit][store]") {
    State s;
    fill(s);
    auto request = request_for(s);
    std::stop_source stop;
    stop.request_stop();
    request.stop = stop.get_token();
    CHECK(store::make_backup(request).error().code == Errc::cancelled);
    CHECK(leftovers(s).empty());
    s.dir.write("state/backup-123.tmp", "half");
    s.dir.write("state/backup-123.tmp-wal", "half");
    store::remove_unfinished_backups(s.path());
    CHECK(leftovers(s).empty());
}

TEST_CASE("a backup asks for the room that the copy takes", "[unit][store]") {
    State s;
    fill(s);
    const auto room = store::room_for_backup(s.db, s.path()).value();
    CHECK(room.needed > std::filesystem::file_size(s.file()) / 2);
    CHECK(room.free > 0);
    CHECK(store::BackupRoom{5, 5}.enough());
    CHECK(!store::BackupRoom{6, 5}.enough());
}

}  // namespace audienced::unit::store_backup_test
