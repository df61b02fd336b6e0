// /v1/backup: what a backup takes, and the backup itself as a stream of bytes.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

class BackupStream final : public Stream {
public:
    explicit BackupStream(std::unique_ptr<run::Backup> backup) : backup_(std::move(backup)) {}
    /// One that cannot be read ends too soon, which the client sees.
    awaitable<std::string> next() override {
        auto piece = co_await backup_->next();
        if (!piece) co_return std::string();
        co_return std::move(*piece);
    }

private:
    std::unique_ptr<run::Backup> backup_;
};

awaitable<result<Reply>> show_facts(Context& context, Request) {
    const auto facts = context.live->backup_facts();
    std::string key_id;
    auto read = [&](store::Database& db, const vault::Vault& vault) {
        key_id = vault.key_id();
        return store::room_for_backup(db, facts.state_dir);
    };
    auto room = co_await look_up(context, std::move(read));
    if (!room) co_return room.error();
    json key;
    key["id"] = key_id;
    key["kept"] = facts.key_is_credential ? "credential" : "file";
    key["file"] = facts.key_is_credential ? json() : json(facts.state_dir + "/master.key");
    json out;
    out["bytes_needed"] = room->needed;
    out["bytes_free"] = room->free;
    out["enough"] = room->enough();
    out["master_key"] = std::move(key);
    out["configuration"] = facts.config_file;
    out["state_dir"] = facts.state_dir;
    co_return json_reply(out);
}

awaitable<result<Reply>> make_backup(Context& context, Request request) {
    Fields fields(request.body);
    if (auto good = fields.finish(); !good) co_return good.error();
    store::AuditRow audit = row_by(request.caller, context.time->now());
    auto backup = co_await context.live->make_backup(std::move(audit));
    if (!backup) co_return backup.error();
    Reply reply;
    reply.content_type = "application/vnd.sqlite3";
    reply.stream_bytes = (*backup)->size();
    reply.stream = std::make_unique<BackupStream>(std::move(*backup));
    co_return reply;
}

}  // namespace

std::vector<Route> backup_routes() {
    return {{"GET", "/v1/backup", Action::backup, show_facts},
            {"POST", "/v1/backup", Action::backup, make_backup, true}};
}

}  // namespace audienced::control
