// Candidates with the names that the daemon knows, and silence where it does not answer.
#include "complete.hpp"

#include <catch2/catch.hpp>

#include "desk.hpp"

namespace audienced::unit::daemon_audiencectl_complete_test {

using namespace audienced;
using test::Desk;

TEST_CASE("names come from the daemon with what they are; a daemon that is not there costs nothing",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    // The test adds --socket at the end, where completion expects the word that is being typed.
    const auto candidates = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"__complete", "--socket", desk.socket});
        return desk.bare(words);
    };
    CHECK(candidates({"segment", "show", ""}).out == "customers\tCustomers\n");
    CHECK(candidates({"source", "show", "c"}).out == "crm\tcsv\n");
    CHECK(candidates({"source", "show", "x"}).out == "");
    CHECK(candidates({"export", "show", ""}).out == "spring\tspring\n");
    CHECK(candidates({"run", ""}).out == "spring\tspring\n");
    CHECK(candidates({"connection", "test", ""}).out == "shop\tshop\n");
    const auto run = desk.expect(0, {"run", "spring"}).out;
    CHECK(candidates({"runs", "show", ""}).out == run.substr(0, run.size() - 1) + "\tspring: queued\n");
    CHECK(candidates({"segment", "add", "s", "--query-file", ""}).out == ":files\n");
    CHECK(candidates({"source", "add", "s", "--csv", ""}).out == ":folders\n");
    CHECK(candidates({"status", "--w"}).out.starts_with("--watch\tgo on showing it"));
    CHECK(candidates({"exp"}).out == "export\twhat is sent where, and when\n");

    const auto gone = desk.bare({"__complete", "--socket", "/nonexistent", "run", ""});
    CHECK(gone.out + gone.err == "");
    CHECK(gone.code == 0);
}

TEST_CASE("a title cannot end its line or move the cursor", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.in_store([](store::Database& db, const vault::Vault&) -> result<void> {
        db.prepare("UPDATE exports SET title = 'a' || char(10) || 'b' || char(27) || '[2J'").step();
        return {};
    });
    CHECK(desk.bare({"__complete", "--socket", desk.socket, "run", ""}).out == "spring\ta b [2J\n");
}

}  // namespace audienced::unit::daemon_audiencectl_complete_test
