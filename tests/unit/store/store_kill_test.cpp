// kill -9 at every system call: what is durable changes at system calls alone, so for the disk this is every
// instruction. The program that is killed is this very one, in a hidden test case that settles, stores tokens
// and rotates keys.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "state.hpp"
#include "store/backup.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/rotation.hpp"
#include "vault/master_key.hpp"

namespace audienced::unit::store_store_kill_test {

using namespace audienced;
using namespace audienced::test;

namespace {

constexpr int rounds = 3;

/// Tells the tester what was promised, by a call that is never killed: one directory for each round.
void acknowledge(const std::string& dir, int round) {
    ::mkdir((dir + "/ack" + std::to_string(round)).c_str(), 0700);
}

int acknowledged(const std::string& dir) {
    int n = 0;
    while (::access((dir + "/ack" + std::to_string(n)).c_str(), F_OK) == 0) ++n;
    return n;
}

/// Each round settles two members, a batch and a count in one transaction, and stores a new token in another.
void work(const std::string& dir) {
    auto opened = store::open_state(dir + "/state").value();
    auto vault = store::open_vault(opened.db, dir + "/state").value();
    auto& db = opened.db;
    const auto id = store::export_id(db, "weekly").value();
    const auto destination = store::find_destination(db, model::DestinationKey("acc1/aud1")).value().value();
    const auto run = store::open_runs(db).value().at(0).id;
    for (int round = 0; round < rounds; ++round) {
        model::Credentials c;
        c.refresh_token = Secret("token-" + std::to_string(round));
        store::put_credentials(db, vault, "news", c).value();
        auto transaction = store::Transaction::begin(db).value();
        for (int i = 0; i < 2; ++i) {
            store::Contact contact;
            contact.address = "m" + std::to_string(round * 2 + i) + "@example.com";
            contact.member = vault.members().member(contact.address);
            store::put_contact(db, vault, destination, contact).value();
            store::put_delivered(db, id, {contact.member, 1, run, model::CountedAs::added}).value();
        }
        store::CountDelta delta;
        delta.added = 2;
        store::add_counts(db, run, delta, {}).value();
        transaction.commit().value();
        acknowledge(dir, round);
        if (round != 1) continue;
        store::begin_rotation(db, vault, dir + "/state", {}).value();
        store::ResealPlace place;
        store::Resealed count;
        while (!store::reseal_some(db, vault, place, 3, count).value()) {
        }
    }
    store::scrub(db).value();
}

/// What the last process promised is there, whole, and everything opens.
void check_promise(const std::string& dir) {
    const int promised = acknowledged(dir);
    auto opened = store::open_state(dir + "/state");
    REQUIRE(opened);
    auto& db = opened->db;
    REQUIRE(store::check_integrity(db));
    auto vault = store::open_vault(db, dir + "/state");
    REQUIRE(vault);
    const auto id = store::export_id(db, "weekly").value();
    const auto destination = store::find_destination(db, model::DestinationKey("acc1/aud1")).value().value();
    const auto run = store::open_runs(db).value().at(0);
    const auto members = store::count_delivered(db, id).value();
    CHECK(members % 2 == 0);
    CHECK(run.counts.added == members);
    CHECK(static_cast<int>(members / 2) >= promised);
    for (std::uint64_t i = 0; i < members; ++i) {
        const std::string address = "m" + std::to_string(i) + "@example.com";
        auto contact = store::find_contact(db, *vault, destination, vault->members().member(address));
        REQUIRE(contact);
        REQUIRE(*contact);
        CHECK((*contact)->address == address);
    }
    auto credentials = store::get_credentials(db, *vault, "news");
    REQUIRE(credentials);
    if (promised > 0) CHECK(credentials->refresh_token.reveal() >= "token-" + std::to_string(promised - 1));
    CHECK(!vault::load_staged_key(dir + "/state").value());
    // What the next start goes on with.
    REQUIRE(store::reseal_rest(db, *vault));
    CHECK(!vault->has_former());
    REQUIRE(store::get_credentials(db, *vault, "news"));
}

std::string this_program() {
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

/// Does the work under strace, killed at the nth call of that name. true: there was no nth call, and it came
/// to its end.
bool survives(const std::string& dir, const std::string& call, int when) {
    const std::string program = this_program(),
                      inject = "inject=" + call + ":signal=SIGKILL:when=" + std::to_string(when);
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("AUDIENCED_KILL_DIR", dir.c_str(), 1);
        ::setenv("ASAN_OPTIONS", "detect_leaks=0",
                 1);  // the leak check cannot run in a process that is traced
        const int null = ::open("/dev/null", O_RDWR);
        for (int fd : {0, 1, 2}) ::dup2(null, fd);
        ::execlp("strace", "strace", "-f", "-qq", "-o", "/dev/null", "-e", ("trace=" + call).c_str(), "-e",
                 inject.c_str(), program.c_str(), "[kill-me]", nullptr);
        ::_exit(127);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) {
        REQUIRE(WEXITSTATUS(status) == 0);
        return true;
    }
    REQUIRE(WTERMSIG(status) == SIGKILL);
    return false;
}

bool strace_works() {
    return std::system("strace -qq -o /dev/null true 2>/dev/null") == 0;
}

}  // namespace

TEST_CASE("does the work during which it is killed", "[.][kill-me]") {
    const char* dir = std::getenv("AUDIENCED_KILL_DIR");
    REQUIRE(dir != nullptr);
    work(dir);
}

TEST_CASE(
    "whatever the system call at which it is killed, what was acknowledged is there and everything opens",
    "[unit][store]") {
    if (!strace_works()) {
        WARN("SKIPPED: strace is missing or may not trace here, so nothing was killed");
        return;
    }
    TempDir base;
    const std::string from = (base.path() / "from").string();
    {
        ::mkdir(from.c_str(), 0700);
        auto opened = store::open_state(from + "/state").value();
        auto vault = store::open_vault(opened.db, from + "/state").value();
        REQUIRE(store::add_source(opened.db, vault, sample_source(), {{"password", Secret("pw")}}));
        REQUIRE(store::add_segment(opened.db, sample_segment("buyers")));
        REQUIRE(store::add_segment(opened.db, sample_segment("lapsed")));
        REQUIRE(store::add_connection(opened.db, vault, sample_connection(), {}));
        REQUIRE(store::add_export(opened.db, sample_export()));
        const auto id = store::export_id(opened.db, "weekly").value();
        REQUIRE(store::bind_export(opened.db, id, model::DestinationKey("acc1/aud1")));
        REQUIRE(store::queue_run(opened.db, sample_run()));
    }
    int killed = 0, whole = 0;
    for (const char* call :
         {"pwrite64", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "write", "openat"}) {
        for (int when = 1;; ++when) {
            INFO(call << " " << when);
            const std::string dir = (base.path() / "now").string();
            std::filesystem::remove_all(dir);
            std::filesystem::copy(from, dir, std::filesystem::copy_options::recursive);
            const bool survived = survives(dir, call, when);
            check_promise(dir);
            if (survived) {
                CHECK(acknowledged(dir) == rounds);
                ++whole;
                break;
            }
            ++killed;
        }
    }
    WARN(killed << " kills");
    CHECK(killed > 60);
    CHECK(whole == 8);
}

}  // namespace audienced::unit::store_store_kill_test
