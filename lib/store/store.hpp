// The daemon's one database, reached from coroutines. The tables' files (runs.hpp, ledger.hpp ...) hold plain
// functions on a Database; Store runs them on its own thread. Proof by fault injection goes underneath, at
// SQLite's VFS and at system calls, so no abstract class stands between (docs/decisions/).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aio/worker.hpp"
#include "store/audit_head.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

class Store {
public:
    Store(Database db, vault::Vault vault) : db_(std::move(db)), vault_(std::move(vault)) {}

    /// From now on the newest row of the audit is kept in this file too. Before the first run().
    void keep_audit_head_in(std::string path) {
        head_path_ = std::move(path);
        if (auto head = audit_head_of(db_)) db_.know_audit_row(head->seq);
    }

    /// f(Database&, const vault::Vault&) -> result<T>, on the store's thread. Name f on the line above.
    template <class F>
    awaitable<std::invoke_result_t<F&, Database&, const vault::Vault&>> run(F f) {
        auto bound = [this, f = std::move(f)]() mutable {
            auto answer = f(db_, vault_);
            if (db_.audit_rows_added() != rows_seen_) keep_audit_head();
            return answer;
        };
        return worker_.run(std::move(bound));
    }
    /// The same from a plain thread (the planner's), blocking it.
    template <class F>
    std::invoke_result_t<F&, Database&, const vault::Vault&> run_blocking(F f) {
        using Answer = std::invoke_result_t<F&, Database&, const vault::Vault&>;
        std::optional<Answer> answer;
        worker_.run_and_wait([&] {
            answer.emplace(f(db_, vault_));
            if (db_.audit_rows_added() != rows_seen_) keep_audit_head();
        });
        return std::move(*answer);
    }
    /// f(Database&, vault::Vault&) -> result<T>, for a change of the master key (rotation.hpp). Clones of the
    /// vault keep their hashes, which stay the same, and open no longer what is sealed anew.
    template <class F>
    awaitable<std::invoke_result_t<F&, Database&, vault::Vault&>> change_keys(F f) {
        auto bound = [this, f = std::move(f)]() mutable {
            auto answer = f(db_, vault_);
            if (db_.audit_rows_added() != rows_seen_) keep_audit_head();
            return answer;
        };
        return worker_.run(std::move(bound));
    }
    /// Held while everything is sealed again; false: it is held already. Of one thread.
    class Resealing {
    public:
        explicit Resealing(Store& store) : store_(store), mine_(!store.resealing_) {
            store_.resealing_ = true;
        }
        Resealing(const Resealing&) = delete;
        Resealing& operator=(const Resealing&) = delete;
        ~Resealing() {
            if (mine_) store_.resealing_ = false;
        }
        explicit operator bool() const { return mine_; }

    private:
        Store& store_;
        bool mine_;
    };

private:
    /// A file that cannot be written falls behind until the next row; doctor says so.
    void keep_audit_head() {
        rows_seen_ = db_.audit_rows_added();
        if (head_path_.empty()) return;
        auto head = audit_head_of(db_);
        if (!head) return;
        db_.know_audit_row(head->seq);
        (void)write_audit_head(head_path_, vault_, *head);
    }

    Database db_;
    vault::Vault vault_;
    bool resealing_ = false;
    std::string head_path_;
    std::uint64_t rows_seen_ = 0;  // of Database::audit_rows_added()
    aio::Worker worker_;
};

}  // namespace audienced::store
