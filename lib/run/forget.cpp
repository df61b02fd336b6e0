#include "run/forget.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/text.hpp"
#include "log/events.hpp"
#include "run/delivery/settled.hpp"
#include "spool/file.hpp"
#include "store/backup.hpp"
#include "store/definitions.hpp"
#include "store/forget_journal.hpp"
#include "store/held_runs.hpp"
#include "store/intents.hpp"
#include "store/runs.hpp"

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

bool is_of(const store::Forgotten& person, const MemberHash& member) {
    return std::find(person.members.begin(), person.members.end(), member) != person.members.end();
}

/// Batches whose outcome is not known yet.
result<void> erase_from_intents(store::Database& db, const vault::Vault& vault,
                                const store::Forgotten& person, store::Erased& count) {
    auto intents = store::list_all_intents(db);
    if (!intents) return intents.error();
    for (const store::Intent& intent : *intents) {
        auto bytes = store::intent_records(db, vault, intent.id);
        if (!bytes) continue;  // damaged: it opens for no one
        auto records = parse_intent(*bytes);
        if (!records) continue;
        bool found = false, with_addresses = false;
        for (Settled& s : *records) {
            with_addresses = with_addresses || !s.record.sent.address.empty();
            if (!is_of(person, s.record.member)) continue;
            s = blank_of(s);
            found = true;
        }
        if (!found) continue;
        ++count.intents;
        auto put = store::set_intent_records(db, vault, intent, print_intent(*records, with_addresses));
        if (!put) return put;
    }
    return {};
}

/// The plans of held runs that have the address expire; runs under way are told to plan anew.
struct Plans {
    std::vector<model::Run> expired, under_way;
};
result<Plans> expire_plans(store::Database& db, const std::vector<model::RunId>& with_address, SysTime now) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto open = store::open_runs(db);
    if (!open) return open.error();
    Plans out;
    for (model::Run& run : *open) {
        const bool has = std::find(with_address.begin(), with_address.end(), run.id) != with_address.end();
        // One that is being made may have read the address already.
        if (run.status == model::RunStatus::planning || (has && run.status != model::RunStatus::held))
            out.under_way.push_back(std::move(run));
        else if (has)
            out.expired.push_back(std::move(run));
    }
    auto ended = store::end_runs(
        db, std::move(out.expired),
        "its plan has expired: an address of it was forgotten since it was shown; for a new plan start "
        "another run",
        now);
    if (!ended) return ended.error();
    out.expired = std::move(*ended);
    if (auto done = transaction->commit(); !done) return done.error();
    return out;
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

bool has_address(const std::string& text, const std::string& address) {
    return ascii_lower(text).find(ascii_lower(address)) != std::string::npos;
}

/// What a person wrote is a person's to change: a query that names the address, for instance.
result<std::vector<std::string>> definitions_with(store::Database& db, const std::string& address) {
    std::vector<std::string> out;
    auto sources = store::list_sources(db);
    if (!sources) return sources.error();
    for (const model::Source& source : *sources)
        for (const auto& [name, value] : source.settings)
            if (has_address(value, address)) {
                out.push_back("source " + source.name);
                break;
            }
    auto segments = store::list_segments(db);
    if (!segments) return segments.error();
    for (const model::Segment& segment : *segments)
        if (has_address(segment.what, address) || has_address(segment.title, address))
            out.push_back("segment " + segment.name);
    return out;
}

class ForgetSteps {
public:
    ForgetSteps(Environment& env, ForgetRequest request) : env_(env), request_(std::move(request)) {}

    awaitable<result<ForgetOutcome>> run() {
        if (auto done = co_await memory(); !done) co_return done.error();
        if (auto done = co_await history(); !done) co_return done.error();
        if (auto done = co_await plans(); !done) co_return done.error();
        co_await clean();
        co_return std::move(out_);
    }

private:
    awaitable<result<void>> memory() {
        const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
            auto written = write_down(db, vault, request_);
            if (!written) return written.error();
            person_ = std::move(*written);
            if (auto done = erase(db, vault, person_, request_.by, out_); !done) return done;
            auto named = definitions_with(db, request_.address);
            if (!named) return named.error();
            out_.named_in = std::move(*named);
            return erase_from_intents(db, vault, person_, out_.erased);
        };
        co_return co_await env_.store->run(write);
    }

    awaitable<result<void>> history() {
        constexpr std::size_t slice = 200;  // acts hold up to a megabyte
        store::HistoryPlace place;
        std::vector<MemberHash> members = person_.members;
        std::sort(members.begin(), members.end());
        const auto erase = [&](store::Database& db, const vault::Vault&) {
            return store::erase_from_history(db, members, place, slice, out_.erased);
        };
        for (bool ended = false; !ended;) {
            auto done = co_await env_.store->run(erase);
            if (!done) co_return done.error();
            ended = *done;
        }
        co_return result<void>{};
    }

    awaitable<result<void>> plans() {
        std::vector<std::string> needles;
        for (const MemberHash& member : person_.members) needles.emplace_back(member.view());
        const auto search = [&] { return spool::runs_with(env_.spool_dir, needles); };
        auto found = co_await env_.readers->run(search);
        if (!found) co_return found.error();
        const auto expire = [&](store::Database& db, const vault::Vault&) -> result<Plans> {
            auto plans = expire_plans(db, *found, request_.by.at);
            if (!plans) return plans;
            for (const model::Run& run : plans->expired)
                if (auto gone = spool::remove_run(env_.spool_dir, run.id); !gone) return gone.error();
            return plans;
        };
        auto plans = co_await env_.store->run(expire);
        if (!plans) co_return plans.error();
        for (const model::Run& run : plans->expired) {
            env_.log->write(log::run_finished(log::run_ref(run), run));
            out_.expired.push_back(run.id);
        }
        for (const model::Run& run : plans->under_way) {
            if (request_.plan_anew) request_.plan_anew(run.id);
            out_.planned_anew.push_back(run.id);
        }
        co_return result<void>{};
    }

    /// Free pages are overwritten as they come free; the log holds what was there until it is emptied.
    awaitable<void> clean() {
        constexpr int attempts = 20;
        const auto empty = [](store::Database& db, const vault::Vault&) { return store::scrub(db); };
        for (int i = 0; i < attempts && !out_.scrubbed; ++i) {
            if (i > 0) (void)co_await env_.time->sleep_for(std::chrono::milliseconds(500));
            auto done = co_await env_.store->run(empty);
            out_.scrubbed = done.has_value();
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
