#include "store/restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/own_file.hpp"
#include "store/audit_head.hpp"
#include "store/backup.hpp"
#include "store/forget_journal.hpp"
#include "store/keys.hpp"
#include "store/migrate.hpp"
#include "store/prepare_restored.hpp"
#include "store/query.hpp"
#include "vault/master_key.hpp"

namespace audienced::store {
namespace {

class Restore {
public:
    explicit Restore(const RestoreRequest& request)
        : request_(request), present_(request.state_dir + "/audienced.db"), fresh_(present_ + ".restoring") {}

    result<Restored> run() {
        remove_fresh();
        auto done = copy();
        if (done) done = check_and_prepare();
        if (done) done = put_in_place();
        if (!done) {
            remove_fresh();
            return done.error();
        }
        return std::move(out_);
    }

private:
    /// An error about the copy is one about the file that it was made of.
    Error of_file(Error error) const {
        for (std::string* text : {&error.message, &error.hint})
            for (auto at = text->find(fresh_); at != text->npos; at = text->find(fresh_))
                text->replace(at, fresh_.size(), request_.name);
        // Advice on a state directory does not fit a file that was named to be restored.
        if (error.code == Errc::store_corrupt) return no_backup(Errc::store_corrupt, error.message);
        if (error.code == Errc::bad_config) error.hint = what_to_name;
        return error;
    }

    static constexpr const char* what_to_name =
        "name a file that `audiencectl backup` made; nothing was changed";

    Error no_backup(Errc code, const std::string& why) const {
        return make_error(code, request_.name + " is no backup of audienced: " + why, what_to_name);
    }

    void remove_fresh() const {
        for (const char* part : {"", "-wal", "-shm", "-journal"}) ::unlink((fresh_ + part).c_str());
    }

    result<void> copy() {
        const int to = ::open(fresh_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (to < 0) return own_file_error("make", fresh_, errno);
        auto copied = copy_bytes(to);
        if (copied && ::fsync(to) != 0) copied = own_file_error("write", fresh_, errno);
        ::close(to);
        return copied;
    }

    result<void> copy_bytes(int to) const {
        std::array<char, 256 * 1024> bytes;
        for (;;) {
            const ssize_t got = ::read(request_.file, bytes.data(), bytes.size());
            if (got < 0 && errno == EINTR) continue;
            if (got < 0)
                return no_backup(Errc::usage, std::string("it cannot be read: ") + std::strerror(errno));
            if (got == 0) return {};
            for (ssize_t at = 0; at < got;) {
                const ssize_t put = ::write(to, bytes.data() + at, static_cast<std::size_t>(got - at));
                if (put < 0 && errno == EINTR) continue;
                if (put < 0) return own_file_error("write", fresh_, errno);
                at += put;
            }
        }
    }

    /// By its first page alone: what SQLite says of another file is that the database is damaged.
    result<void> check_kind() const {
        std::array<char, 100> head{};
        const int copy = ::open(fresh_.c_str(), O_RDONLY | O_CLOEXEC);
        const ssize_t got = copy < 0 ? -1 : ::read(copy, head.data(), head.size());
        const int error = errno;
        if (copy >= 0) ::close(copy);
        if (got < 0) return own_file_error("read", fresh_, error);
        const std::string_view text(head.data(), static_cast<std::size_t>(got));
        constexpr std::string_view sign("SQLite format 3\0", 16);
        if (text.empty()) return no_backup(Errc::usage, "it is empty");
        if (!text.starts_with(sign)) return no_backup(Errc::usage, "it is no SQLite database");
        if (text.size() < head.size()) return no_backup(Errc::store_corrupt, "it is cut short");
        std::uint32_t id = 0;
        for (std::size_t i = 68; i < 72; ++i) id = id << 8 | static_cast<unsigned char>(text[i]);
        if (id != application_id) return no_backup(Errc::usage, "it is a database of another program");
        return {};
    }

    result<void> check_and_prepare() {
        if (auto ours = check_kind(); !ours) return ours;
        auto db = Database::open(fresh_);
        if (!db) return of_file(db.error());
        if (auto ours = is_of_audienced(*db); !ours) return ours;
        if (auto sound = check_integrity(*db); !sound) return of_file(sound.error());
        if (auto migrated = migrate(*db); !migrated) return of_file(migrated.error());
        if (auto whole = check_schema(*db); !whole) return of_file(whole.error());
        auto vault = open(*db);
        if (!vault) return vault.error();
        auto backup_head = audit_head_of(*db);
        if (!backup_head) return of_file(backup_head.error());
        backup_head_ = *backup_head;
        if (auto prepared = prepare_restored(*db, *vault, request_, out_); !prepared)
            return of_file(prepared.error());
        open_present(*vault);
        if (auto known = apply_forgets(*db, *vault); !known) return known;
        take_from_present(*db, *vault);
        auto head = audit_head_of(*db);
        if (!head) return head.error();
        head_ = *head;
        vault_.emplace(std::move(*vault));
        return db->execute("PRAGMA journal_mode = DELETE");  // one file, so that one rename puts it in place
    }

    result<void> is_of_audienced(Database& db) const {
        auto& query = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'vault_keys'");
        std::int64_t tables = 0;
        auto read = first_row(query, [&](const Statement& s) { tables = s.integer(0); });
        if (!read) return of_file(read.error());
        if (tables != 0) return {};
        return no_backup(Errc::usage, "it has none of its tables");
    }

    result<vault::Vault> open(Database& db) const {
        if (request_.key) return with_ids(db, open_vault(db, *request_.key), *request_.key);
        auto key = vault::find_master_key(request_.state_dir);
        if (!key) return key.error();
        if (!*key)
            return make_error(
                Errc::bad_config,
                "the backup was sealed under the master key " + sealing_key(db) +
                    ", and there is no master key here",
                "put the copy of it at " + request_.state_dir +
                    "/master.key (0600, owned by the daemon's user), or, where it is a credential, set "
                    "CREDENTIALS_DIRECTORY to its folder; nothing was changed");
        return with_ids(db, open_vault(db, request_.state_dir), **key);
    }

    result<vault::Vault> with_ids(Database& db, result<vault::Vault> opened, const Secret& key) const {
        if (opened || opened.error().code != Errc::bad_config) return opened;
        return make_error(Errc::bad_config,
                          "the backup was sealed under the master key " + sealing_key(db) +
                              ", and the key here is " + vault::Vault(key).key_id(),
                          "put the copy of the key that belongs to the backup in its place (master.key in " +
                              request_.state_dir + ", or the credential master-key); nothing was changed");
    }

    static std::string sealing_key(Database& db) {
        std::string id = "(unknown)";
        auto& query = db.prepare("SELECT key_id FROM vault_keys WHERE name = 'hash_root'");
        (void)first_row(query, [&](const Statement& s) { id = s.text(0); });
        return id;
    }

    /// One that is damaged or of another version says nothing.
    void open_present(const vault::Vault& vault) {
        struct stat st {};
        if (::lstat(present_.c_str(), &st) != 0) return;
        auto present = Database::open(present_);
        if (!present || !check_schema(*present)) return;
        auto there =
            request_.key ? open_vault(*present, *request_.key) : open_vault(*present, request_.state_dir);
        auto newest = audit_head_of(*present);
        const bool same = there && journal_root(*there) == journal_root(vault);
        replaced_.emplace(Replaced{std::move(*present), same, newest && newest->seq >= backup_head_.seq});
    }

    /// Forgets of the replaced database go into the journal first, and so into every later restore too.
    result<void> apply_forgets(Database& db, const vault::Vault& vault) {
        const std::string root = journal_root(vault);
        auto journal = read_forget_journal(request_.state_dir, root);
        if (!journal) return journal.error();
        out_.journal_damaged = journal->damaged;
        const bool goes_back = journal->since && *journal->since <= out_.backup_at;
        bool knows = false;
        if (replaced_ && replaced_->same) {
            auto unsure = forgets_to_repeat(replaced_->db);
            if (!unsure) return unsure.error();
            // It knows every forget, unless it is older than the backup, or was itself restored without.
            knows = replaced_->newer && !*unsure;
            const SysTime since = std::min(journal->begun.value_or(out_.backup_at), out_.backup_at);
            auto completed = complete_forget_journal(replaced_->db, vault, request_.state_dir,
                                                     knows ? since : request_.now);
            if (!completed) return completed;
        }
        auto forgets =
            apply_forget_journal(db, vault, request_.state_dir, request_.now, KnownForgets::of_backup);
        if (!forgets) return forgets.error();
        out_.forgets = forgets->forgets;
        const auto lost = knows || goes_back ? std::nullopt : std::optional<SysTime>(out_.backup_at);
        if (lost && (!out_.forgets_lost_since || *lost < *out_.forgets_lost_since))
            out_.forgets_lost_since = lost;
        return set_forgets_lost_since(db, out_.forgets_lost_since);
    }

    void take_from_present(Database& db, const vault::Vault& vault) {
        if (!replaced_) return;
        auto taken = take_over(db, vault, replaced_->db, request_.now, replaced_->same && replaced_->newer);
        replaced_.reset();
        if (!taken) return;
        out_.compared = true;
        out_.taken = std::move(*taken);
        std::erase_if(out_.sign_ins, [&](const std::string& name) {
            return std::find(out_.taken.tokens.begin(), out_.taken.tokens.end(), name) !=
                   out_.taken.tokens.end();
        });
    }

    /// The present database is kept under another name, as a whole where it opens, and damaged as it is.
    result<void> put_in_place() {
        struct stat st {};
        if (::lstat(present_.c_str(), &st) == 0)
            if (auto kept = keep_present(); !kept) return kept;
        if (::rename(fresh_.c_str(), present_.c_str()) != 0)
            return own_file_error("put in place", present_, errno);
        // One that is not written falls behind, and the next start mends that.
        (void)write_audit_head(audit_head_path(request_.state_dir), *vault_, head_);
        return sync_state_dir();
    }

    result<void> keep_present() {
        {
            // What its log holds goes into it.
            auto present = Database::open(present_);
            if (present) (void)scrub(*present);
        }
        std::string aside = present_ + ".before-restore-" + to_unix_text();
        struct stat st {};
        for (int n = 2; ::lstat(aside.c_str(), &st) == 0; ++n)
            aside = present_ + ".before-restore-" + to_unix_text() + "-" + std::to_string(n);
        // A log that is still there belongs to it, and must never be taken for that of the restored one.
        for (const char* part : {"-wal", "-shm"})
            if (::rename((present_ + part).c_str(), (aside + part).c_str()) != 0 && errno != ENOENT)
                return own_file_error("move", present_ + part, errno);
        if (::link(present_.c_str(), aside.c_str()) != 0) return own_file_error("keep", present_, errno);
        out_.kept_aside = std::move(aside);
        return sync_state_dir();
    }

    /// "20261201T092535Z".
    std::string to_unix_text() const {
        std::string text;
        for (const char c : to_iso8601(request_.now))
            if (c != '-' && c != ':') text += c;
        return text;
    }

    result<void> sync_state_dir() const {
        const int dir = ::open(request_.state_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        const bool synced = dir >= 0 && ::fsync(dir) == 0;
        const int why = errno;
        if (dir >= 0) ::close(dir);
        return synced ? result<void>{} : own_file_error("sync", request_.state_dir, why);
    }

    const RestoreRequest& request_;
    const std::string present_, fresh_;
    Restored out_;
    std::optional<vault::Vault> vault_;
    /// The database that is to be replaced, where it can be read.
    struct Replaced {
        Database db;
        bool same;   // of the installation that the backup is of
        bool newer;  // than the backup, as the numbers of their audits say
    };
    std::optional<Replaced> replaced_;
    AuditHead backup_head_;
    AuditHead head_;  // of the restored database
};

}  // namespace

result<Restored> restore(const RestoreRequest& request) {
    return Restore(request).run();
}

}  // namespace audienced::store
