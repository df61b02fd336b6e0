#include "run/backup.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "aio/with_deadline.hpp"

namespace audienced::run {
namespace {

constexpr auto longest_backup = std::chrono::hours{6};
constexpr std::size_t backup_piece = 256 * 1024;

awaitable<result<store::BackupFile>> copy(Environment& env, store::BackupRequest request) {
    const auto make = [&] { return store::make_backup(request); };
    co_return co_await env.readers->run(make);
}

result<std::string> read_piece(int fd, std::uint64_t at) {
    std::string piece(backup_piece, '\0');
    for (;;) {
        const ssize_t got = ::pread(fd, piece.data(), piece.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            return make_error(Errc::store_failed, std::string("the copy of the database cannot be read: ") +
                                                      std::strerror(errno));
        piece.resize(static_cast<std::size_t>(got));
        return piece;
    }
}

}  // namespace

awaitable<result<std::string>> Backup::next() {
    const auto read = [this] { return read_piece(file_.fd, at_); };
    auto piece = co_await env_.readers->run(read);
    if (piece) at_ += piece->size();
    co_return piece;
}

awaitable<result<std::unique_ptr<Backup>>> Backups::make(Environment& env, std::string state_dir,
                                                         store::AuditRow by) {
    if (!under_way_.expired())
        co_return make_error(Errc::wrong_state, "another backup is being made", "wait until that has ended");
    auto only_one = std::make_shared<int>(0);
    under_way_ = only_one;
    std::stop_source stop;
    store::BackupRequest request;
    request.state_dir = std::move(state_dir);
    request.by = by.user;
    request.at = by.at;
    request.stop = stop.get_token();
    auto copying = copy(env, std::move(request));
    const Deadline deadline = env.time->steady() + longest_backup;
    auto file = co_await aio::with_deadline(*env.time, deadline, stop, std::move(copying));
    if (!file) co_return file.error();
    by.action = "backup";
    by.object = "database";
    by.after = "{\"bytes\":" + std::to_string(file->size) + "}";
    const auto note = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto added = store::add_audit(db, vault, by); !added) return added;
        return transaction->commit();
    };
    if (auto noted = co_await env.store->run(note); !noted) co_return noted.error();
    co_return std::make_unique<Backup>(env, std::move(*file), std::move(only_one));
}

}  // namespace audienced::run
