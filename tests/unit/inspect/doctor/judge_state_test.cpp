// (What judge_state.cpp finds.)
#include <catch2/catch.hpp>

#include "inspect/doctor/judge.hpp"

namespace audienced::unit::inspect_doctor_judge_state_test {

using namespace audienced;
using namespace audienced::inspect::doctor;

namespace {

constexpr std::uint64_t mib = 1024 * 1024;

StateFacts sound_state() {
    StateFacts out;
    out.folder = "/var/lib/audienced";
    out.user = "audienced";
    out.give_back = "chown -R audienced:audienced /var/lib/audienced";
    out.files = {{"/var/lib/audienced", 0700, "audienced", true, true},
                 {"/var/lib/audienced/master.key", 0600, "audienced", true, false}};
    return out;
}

DatabaseFacts database(store::Health health = {}) {
    DatabaseFacts out;
    out.file = "/var/lib/audienced/audienced.db";
    health.has_head = true;
    health.audit.rows = 12;
    out.health = health;
    return out;
}

bool says(const Finding& finding, const std::string& message, const std::string& remedy) {
    INFO(finding.message << " | " << finding.remedy);
    const bool both = finding.message.find(message) != std::string::npos &&
                      finding.remedy.find(remedy) != std::string::npos;
    CHECK(both);
    return both;
}

}  // namespace

TEST_CASE("a state directory that is its user's alone is fine", "[unit][inspect]") {
    const auto found = judge_state(sound_state());
    REQUIRE(found.size() == 1);
    CHECK(found[0].check == "state_directory");
    CHECK(found[0].state == State::ok);
    CHECK(found[0].remedy.empty());
}

TEST_CASE("whatever keeps the state from being private or from opening is told with its command",
          "[unit][inspect]") {
    struct Row {
        const char* what;
        void (*spoil)(StateFacts&);
        State state;
        const char *message, *remedy;
    };
    const Row rows[] = {
        {"a key that the group may read", [](StateFacts& f) { f.files[1].mode = 0640; }, State::problem,
         "master.key (mode 0640)", "chmod 600 /var/lib/audienced/master.key"},
        {"an open folder", [](StateFacts& f) { f.files[0].mode = 0755; }, State::warning, "(mode 0755)",
         "chmod 700 /var/lib/audienced"},
        {"a file of root",
         [](StateFacts& f) {
             f.files[1] = {"/s/audit-head", 0644, "root", false, false};
         },
         State::problem, "belongs to the user root", "chown -R audienced:audienced"},
        {"a file that its owner may not read", [](StateFacts& f) { f.files[1].mode = 0; }, State::problem,
         "closed to audienced itself (mode 0000)", "chmod 600 /var/lib/audienced/master.key"},
        {"another key",
         [](StateFacts& f) {
             f.key_fault = make_error(Errc::bad_config, "it is another key", "put it back");
         },
         State::problem, "it is another key", "put it back"},
        {"a change of keys that is not at its end", [](StateFacts& f) { f.key_change_unfinished = true; },
         State::warning, "nothing is lost", "free disk space"},
        {"no key", [](StateFacts& f) { f.has_master_key = false; }, State::problem, "master.key is gone",
         "from a backup before audienced is restarted"},
        {"no database", [](StateFacts& f) { f.has_database = false; }, State::problem, "audienced.db is gone",
         "put a backup in its place"},
        {"a closed folder",
         [](StateFacts& f) { f.closed = make_error(Errc::not_ready, "it is hidden", "move it"); },
         State::problem, "it is hidden", "move it"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        StateFacts facts = sound_state();
        row.spoil(facts);
        const auto found = judge_state(facts);
        REQUIRE(found.size() == 1);
        CHECK(found[0].state == row.state);
        says(found[0], row.message, row.remedy);
    }
}

TEST_CASE("how much of the disk must be free depends on what a run and a copy need", "[unit][inspect]") {
    struct Row {
        std::uint64_t free, database, free_files, all_files;
        State state;
    };
    const Row rows[] = {{5000 * mib, 10 * mib, 0, 0, State::ok},
                        {1023 * mib, 10 * mib, 0, 0, State::warning},
                        {5000 * mib, 5001 * mib, 0, 0, State::warning},
                        {99 * mib, 1 * mib, 0, 0, State::problem},
                        {5000 * mib, 10 * mib, 99, 100'000, State::problem},
                        {5000 * mib, 10 * mib, 100, 100'000, State::ok}};
    for (const Row& row : rows) {
        DiskFacts facts{"/s", std::nullopt, row.free, row.database, row.free_files, row.all_files};
        CAPTURE(row.free, row.free_files);
        const auto found = judge_disk(facts);
        CHECK(found.check == "disk_space");
        CHECK(found.state == row.state);
        CHECK(found.remedy.empty() == (row.state == State::ok));
    }
    DiskFacts unknown;
    unknown.unknown = make_error(Errc::store_failed, "no answer");
    CHECK(judge_disk(unknown).state == State::not_checked);
}

TEST_CASE("damage of the database is told in its words; without it the depth of the look is",
          "[unit][inspect]") {
    auto found = judge_database(database());
    REQUIRE(found.size() == 2);
    CHECK(found[0].state == State::ok);
    says(found[0], "doctor --full", "");
    CHECK(found[1].check == "audit");
    CHECK(found[1].state == State::ok);
    DatabaseFacts full = database();
    full.full = true;
    says(judge_database(full)[0], "every page and index", "");
    store::Health damaged;
    damaged.damage = make_error(Errc::store_corrupt, "page 7 is damaged", "put a backup in its place");
    found = judge_database(database(damaged));
    CHECK(found[0].state == State::problem);
    says(found[0], "page 7", "backup");
    DatabaseFacts gone = database();
    gone.health = make_error(Errc::not_found, "there is no file");
    for (const Finding& one : judge_database(gone)) CHECK(one.state == State::not_checked);
}

TEST_CASE("a chain that is broken is a problem; what only weakens its proof is a warning",
          "[unit][inspect]") {
    using Kind = store::AuditFault::Kind;
    struct Row {
        store::AuditFault fault;
        std::uint64_t faults;
        const char* message;
    };
    for (const Row& row :
         {Row{{Kind::changed, 5, 5}, 1, "row 5 of the audit is not what was written"},
          Row{{Kind::missing, 3, 4}, 2, "rows 3 to 4 of the audit are missing (the first of 2 faults)"},
          Row{{Kind::cut_off, 9, 9}, 1, "row 9 of the audit is missing at the end"}}) {
        store::Health health;
        health.audit.first = row.fault;
        health.audit.faults = row.faults;
        const auto found = judge_database(database(health))[1];
        CHECK(found.state == State::problem);
        says(found, row.message, "audiencectl audit");
    }
    store::Health gap;
    gap.audit.told_gaps = 1;
    says(judge_database(database(gap))[1], "with 1 gap", "older backup");
    DatabaseFacts no_head = database();
    no_head.health->has_head = false;
    says(judge_database(no_head)[1],
         "audit-head, which would show that the newest rows were removed, is missing", "who may write");
    CHECK(judge_database(no_head)[1].state == State::problem);
    DatabaseFacts emptied = database();
    emptied.health->audit.rows = 0;
    CHECK(judge_database(emptied)[1].state == State::problem);
    says(judge_database(emptied)[1], "the audit is empty", "wrote to");
    DatabaseFacts unproven = database();
    unproven.health->audit.unproven = 7;
    CHECK(judge_database(unproven)[1].state == State::problem);
    says(judge_database(unproven)[1], "before row 7", "compare");
    DatabaseFacts behind = database();
    behind.head_is_behind = true;
    CHECK(judge_database(behind)[1].state == State::warning);
    store::Health broken;
    broken.head_fault = make_error(Errc::store_corrupt, "audit-head is not what this program wrote", "look");
    CHECK(judge_database(database(broken))[1].state == State::problem);
    store::Health unread;
    unread.audit_unread = make_error(Errc::store_corrupt, "page 3", "backup");
    CHECK(judge_database(database(unread))[1].state == State::problem);
}

TEST_CASE("forgets that a restore could lose, or has lost, are told", "[unit][inspect]") {
    ForgetFacts facts;
    facts.file = "/s/forgotten";
    CHECK(judge_forgets(facts).state == State::ok);
    facts.is_begun = false;
    says(judge_forgets(facts), "is gone", "restart audienced");
    facts.damaged = 2;
    says(judge_forgets(facts), "2 lines of the journal", "restart audienced");
    facts.to_repeat = from_unix(7000);
    says(judge_forgets(facts), "since 1970-01-01T01:56:40Z", "audiencectl forget EMAIL");
}

}  // namespace audienced::unit::inspect_doctor_judge_state_test
