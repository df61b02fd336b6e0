#include "store/audit_head.hpp"

#include <filesystem>
#include <fstream>

#include "audit_scene.hpp"
#include "store/store.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::store_audit_head_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("the newest row is read back from its file, and from no other text", "[unit][store]") {
    AuditScene s;
    CHECK(!store::read_audit_head(s.head_file(), s.vault).value());
    s.add(1);
    s.keep_head();
    const auto first = store::read_audit_head(s.head_file(), s.vault).value();
    REQUIRE(first.has_value());
    CHECK(*first == store::audit_head_of(s.db).value());
    CHECK(std::filesystem::status(s.head_file()).permissions() == std::filesystem::perms(0600));
    std::string good;
    std::getline(std::ifstream(s.head_file()), good, '\0');
    s.add(1);
    s.keep_head();
    std::string newer;
    std::getline(std::ifstream(s.head_file()), newer, '\0');
    // Number and hash of an older row, which stand in the database, under the signature of the newest.
    const std::string forged = good.substr(0, good.rfind(' ')) + newer.substr(newer.rfind(' '));
    for (const std::string& text : {std::string(), std::string("7\n"), std::string("7 aa bb\n"), forged,
                                    newer + "x", newer.substr(1)}) {
        INFO(text);
        std::ofstream(s.head_file()) << text;
        const auto read = store::read_audit_head(s.head_file(), s.vault);
        REQUIRE(!read);
        CHECK(read.error().code == Errc::store_corrupt);
    }
    std::ofstream(s.head_file()) << newer;
    CHECK(store::read_audit_head(s.head_file(), s.vault).value()->seq == 2);
}

TEST_CASE("the store keeps the file at the newest row that was committed", "[unit][store]") {
    TempDir dir;
    auto opened = store::open_state((dir.path() / "state").string()).value();
    auto vault = store::open_vault(opened.db, master_key()).value();
    const std::string file = store::audit_head_path((dir.path() / "state").string());
    const auto keys = vault.clone();
    store::Store s(std::move(opened.db), std::move(vault));
    s.keep_audit_head_in(file);
    const auto add = [&](bool commits) {
        const auto write = [&](store::Database& db, const vault::Vault& with) -> result<void> {
            auto transaction = store::Transaction::begin(db);
            if (!transaction) return transaction.error();
            auto added = store::add_own_audit(db, with, from_unix(1), "x", "y", "", "{}");
            return added && commits ? transaction->commit() : added;
        };
        REQUIRE(run_coro(s.run(write)));
        return store::read_audit_head(file, keys).value()->seq;
    };
    CHECK(add(true) == 1);
    CHECK(add(false) == 1);
    CHECK(add(true) == 2);
    std::filesystem::remove(file);
    CHECK(add(true) == 3);
}

}  // namespace audienced::unit::store_audit_head_test
