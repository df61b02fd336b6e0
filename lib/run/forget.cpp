#include "run/forget.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "run/finish_forget.hpp"
#include "run/named_in.hpp"
#include "store/forget_journal.hpp"
#include "store/unfinished_forgets.hpp"

namespace audienced::run {
namespace {

/// The journal first: what it says is applied at the next start, whatever became of the rest.
result<store::Forgotten> write_down(store::Database& db, const vault::Vault& vault,
                                    const ForgetRequest& request) {
    const MemberHash member = vault.members().member(request.address);
    auto person = store::person_of(db, member, request.by.at);
    if (!person) return person;
    auto written = store::write_forget(request.state_dir, store::journal_root(vault), *person);
    if (!written) return written.error();
    return person;
}

result<void> erase(store::Database& db, const vault::Vault& vault, const store::Forgotten& person,
                   store::AuditRow by, ForgetOutcome& out) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto places = store::contact_places(db, person);
    if (!places) return places.error();
    out.places = std::move(*places);
    if (auto done = store::forget(db, person, out.erased); !done) return done;
    by.action = "forget";
    by.object = "an address";
    by.after = "{\"rows_erased\":" + std::to_string(out.erased.all()) + "}";
    if (auto noted = store::add_audit(db, vault, by); !noted) return noted;
    return transaction->commit();
}

/// Copies of the database that were made earlier: before a migration, or by a restore.
std::vector<std::string> older_copies(const std::string& state_dir) {
    std::vector<std::string> out;
    std::error_code ec;
    for (std::filesystem::directory_iterator it(state_dir, ec), end; !ec && it != end; it.increment(ec)) {
        const std::string name = it->path().filename().string();
        if (name.starts_with("audienced.db.")) out.push_back(it->path().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

class ForgetSteps {
public:
    ForgetSteps(Environment& env, ForgetRequest request) : env_(env), request_(std::move(request)) {}

    awaitable<result<ForgetOutcome>> run() {
        if (auto done = co_await memory(); !done) co_return done.error();
        if (auto done = co_await rest(); !done) co_return done.error();
        co_await clean();
        co_return std::move(out_);
    }

private:
    awaitable<result<void>> memory() {
        const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
            auto written = write_down(db, vault, request_);
            if (!written) return written.error();
            person_ = std::move(*written);
            auto named = definitions_with(db, request_.address);
            if (!named) return named.error();
            out_.named_in = std::move(*named);
            return erase(db, vault, person_, request_.by, out_);
        };
        co_return co_await env_.store->run(write);
    }

    awaitable<result<void>> rest() {
        auto rest = co_await erase_rest(env_, person_.members, request_.by.at);
        if (!rest) co_return rest.error();
        out_.erased.intents += rest->count.intents;
        out_.erased.acts += rest->count.acts;
        out_.erased.rejects += rest->count.rejects;
        for (const model::Run& run : rest->expired) out_.expired.push_back(run.id);
        for (const model::Run& run : rest->under_way) {
            if (request_.plan_anew) request_.plan_anew(run.id);
            out_.planned_anew.push_back(run.id);
        }
        const auto end = [&](store::Database& db, const vault::Vault&) {
            return store::set_erased(db, person_.members);
        };
        co_return co_await env_.store->run(end);
    }

    /// Free pages are overwritten as they come free; the log holds what was there until it is emptied. Where
    /// another program reads for longer, keep_log_emptied() does it.
    awaitable<void> clean() {
        constexpr int attempts = 5;
        for (int i = 0; i < attempts && !out_.scrubbed; ++i) {
            if (i > 0) (void)co_await env_.time->sleep_for(std::chrono::milliseconds(200));
            auto done = co_await try_to_empty_log(env_);
            out_.scrubbed = done && *done;
        }
        const auto list = [&] { return older_copies(request_.state_dir); };
        out_.older_copies = co_await env_.readers->run(list);
    }

    Environment& env_;
    ForgetRequest request_;
    store::Forgotten person_;
    ForgetOutcome out_;
};

}  // namespace

awaitable<result<ForgetOutcome>> look_for_address(Environment& env, std::string address) {
    const SysTime now = env.time->now();
    const auto look = [&](store::Database& db, const vault::Vault& vault) -> result<ForgetOutcome> {
        auto undone = store::Transaction::begin(db);  // never committed
        if (!undone) return undone.error();
        auto person = store::person_of(db, vault.members().member(address), now);
        if (!person) return person.error();
        ForgetOutcome out;
        auto places = store::contact_places(db, *person);
        if (!places) return places.error();
        out.places = std::move(*places);
        if (auto done = store::forget(db, *person, out.erased); !done) return done.error();
        auto named = definitions_with(db, address);
        if (!named) return named.error();
        out.named_in = std::move(*named);
        return out;
    };
    co_return co_await env.store->run(look);
}

awaitable<result<ForgetOutcome>> forget_address(Environment& env, ForgetRequest request) {
    ForgetSteps steps(env, std::move(request));
    co_return co_await steps.run();
}

}  // namespace audienced::run
