#include "run/end_of_withdrawal.hpp"

#include "store/audit.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

void add_sentence(std::string& to, const std::string& sentence) {
    to += (to.empty() ? "" : "; ") + sentence;
}

std::string how_to_go_on(const std::string& name) {
    return "the export stays, disabled: `audiencectl export remove " + name +
           " --withdraw` goes on, `audiencectl export enable " + name + "` keeps it";
}

}  // namespace

result<void> end_withdrawal(store::Database& db, const vault::Vault& vault, model::Run& run, SysTime now) {
    if (!run.options.withdraw || run.options.dry_run) return {};
    if (run.status != model::RunStatus::succeeded) {
        add_sentence(run.reason, how_to_go_on(run.export_name));
        if (!run.error.empty()) add_sentence(run.error, how_to_go_on(run.export_name));
        return {};
    }
    if (auto gone = store::remove_export(db, run.export_name); !gone) {
        // Another run of it waits: what the export gave is taken back all the same.
        if (gone.error().code != Errc::wrong_state) return gone;
        add_sentence(run.reason, "the export could not be removed: " + gone.error().message +
                                     "; audiencectl export remove " + run.export_name);
        return {};
    }
    run.reason = "what the export gave is taken back, and the export is removed";
    store::AuditRow row;
    row.at = now;
    row.user = run.requested_by;
    row.action = "export remove";
    row.object = run.export_name;
    row.before = "{\"withdrawn_by\":" + std::to_string(run.id) + "}";
    return store::add_audit(db, vault, row);
}

}  // namespace audienced::run
