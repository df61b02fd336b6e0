// A database with some rows of the audit, and ways to change them behind the program's back.
#pragma once

#include "state.hpp"
#include "store/audit_chain.hpp"

namespace audienced::test {

struct AuditScene : State {
    void add(int rows) {
        for (int i = 0; i < rows; ++i)
            REQUIRE(store::add_audit(db, vault,
                                     {0,
                                      from_unix(100 + i),
                                      1000,
                                      "ann",
                                      "export edit",
                                      "weekly" + std::to_string(i),
                                      "{\"a\":1}",
                                      "{\"a\":2}",
                                      {}}));
    }
    store::AuditChain chain(std::size_t page = 3) {
        store::AuditChain out;
        while (!out.at_end) REQUIRE(store::check_next_audit_rows(db, vault, out, page));
        return out;
    }
    store::AuditChain chain_with_head() {
        auto out = chain();
        const auto head = store::read_audit_head(head_file(), vault).value();
        REQUIRE(head.has_value());
        REQUIRE(store::check_audit_head(db, *head, out));
        return out;
    }
    void keep_head() {
        REQUIRE(store::write_audit_head(head_file(), vault, store::audit_head_of(db).value()));
    }
    std::string head_file() const { return store::audit_head_path(path()); }
    /// As one who can write to the file does it: without the triggers.
    void tamper(const std::string& sql) {
        for (const char* trigger : {"audit_is_not_changed", "audit_is_not_removed", "audit_is_not_replaced"})
            REQUIRE(db.execute(("DROP TRIGGER IF EXISTS " + std::string(trigger)).c_str()));
        REQUIRE(db.execute(sql.c_str()));
    }
};

}  // namespace audienced::test
