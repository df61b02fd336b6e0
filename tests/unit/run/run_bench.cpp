#include "unit/run/run_bench.hpp"

#include <algorithm>
#include <filesystem>

#include "run/flow.hpp"
#include "spool/file.hpp"

namespace audienced::test {

std::size_t LoggedEvents::count(log::Kind kind) const {
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(), [&](const log::Event& e) { return e.kind == kind; }));
}

RunBench::RunBench() : dir(std::make_shared<TempDir>()) {
    open_store();
    define();
}

RunBench::RunBench(const CrashImage& image) : dir(image.dir), time(image.at), segments(image.segments) {
    segments.before_read = {};
    segments.at_row = {};
    open_store();
    service.account = image.account;
}

RunBench::~RunBench() {
    service.before = service.after = {};
    service.release();
    if (queue_) {
        queue_->abort();
        stop_serving();
    }
}

void RunBench::open_store() {
    auto opened = store::open_state((dir->path() / "state").string()).value();
    auto vault = store::open_vault(opened.db, master_key()).value();
    lock_.emplace(std::move(opened.lock));
    store = std::make_unique<store::Store>(std::move(opened.db), std::move(vault));
    service.limits.members_per_upsert = service.limits.members_per_membership = 2;
    service.limits.batches_at_once = 1;
    env.io = io.get_executor();
    env.time = &time;
    env.random = &system_random();
    env.store = store.get();
    env.limiters = &limiters_;
    env.log = &log;
    env.readers = &readers_;
    env.spool_dir = (dir->path() / "state" / "spool").string();
    std::filesystem::create_directories(env.spool_dir);
    env.make_provider = [this](const provider::ProviderArgs& args) { return service.make(args); };
    env.make_source = [this](const model::Source&, const source::Environment&) {
        return result<std::unique_ptr<source::Source>>(std::make_unique<ScriptedSource>(segments));
    };
}

void RunBench::define() {
    in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
        model::Source crm{"crm", "csv", {{"csv", "/srv"}, {"ready-wait", "3"}}, from_unix(1000)};
        if (auto done = store::add_source(db, vault, crm, {}); !done) return done.error();
        model::Segment buyers = sample_segment("buyers");
        buyers.kind = model::Segment::Kind::file;
        buyers.title = "Buyers";
        if (auto done = store::add_segment(db, buyers); !done) return done.error();
        if (auto done = store::add_connection(db, vault, sample_connection(), {}); !done) return done.error();
        model::Export weekly = sample_export();
        weekly.segments = {"buyers"};
        weekly.email = "email";
        weekly.fields = {{"first", "FNAME"}};
        if (auto done = store::add_export(db, weekly); !done) return done.error();
        return true;
    });
}

void RunBench::add_segment(const std::string& name) {
    in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        model::Segment segment = sample_segment(name);
        segment.kind = model::Segment::Kind::file;
        if (auto done = store::add_segment(db, segment); !done) return done.error();
        return true;
    });
    edit_export([&](model::Export& e) { e.segments.push_back(name); });
}

void RunBench::edit_export(const std::function<void(model::Export&)>& edit) {
    in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        model::Export e = store::get_export(db, "weekly").value();
        edit(e);
        e.updated_at = time.now();
        if (auto done = store::update_export(db, e); !done) return done.error();
        return true;
    });
}

void RunBench::edit_connection(const std::function<void(model::Connection&)>& edit) {
    in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        model::Connection c = store::get_connection(db, "news").value();
        edit(c);
        if (auto done = store::update_connection(db, c); !done) return done.error();
        return true;
    });
}

model::RunId RunBench::queue_run(model::RunOptions options, model::Trigger trigger) {
    model::Run run = sample_run();
    run.options = options;
    run.trigger = trigger;
    run.queued_at = time.now();
    return in_store([&](store::Database& db, const vault::Vault&) { return store::queue_run(db, run); });
}

void RunBench::add_export(const std::string& name, const std::string& destination) {
    in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        model::Export e = store::get_export(db, "weekly").value();
        e.name = name;
        e.destination = destination;
        if (auto done = store::add_export(db, e); !done) return done.error();
        return true;
    });
}

model::RunId RunBench::queue_run_of(const std::string& export_name) {
    return in_store([&](store::Database& db, const vault::Vault&) {
        return store::queue_run(db, sample_run(export_name));
    });
}

void RunBench::request_cancel(model::RunId id) {
    in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        if (auto done = store::request_cancel(db, id); !done) return done.error();
        return true;
    });
}

void RunBench::approve(model::RunId id) {
    in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        if (auto done = store::approve(db, id); !done) return done.error();
        return true;
    });
}

model::Run RunBench::carry_out(model::RunId id) {
    run::RunUnderWay run(env, row(id));
    run.control.tasks.spawn("run", run::carry_out(run));
    wait_until([&] { return run.control.tasks.empty(); });
    return row(id);
}

run::Queue& RunBench::serve(std::size_t most) {
    if (queue_) stop_serving();
    queue_.emplace(env, most);
    serving_.spawn("queue", queue_->serve());
    return *queue_;
}

void RunBench::wait_until(const std::function<bool()>& done) {
    run_until(io, done, &time);
}

model::Run RunBench::wait_for(model::RunId id) {
    wait_until([&] {
        const model::Run run = row(id);
        return model::is_final(run.status) || run.status == model::RunStatus::held;
    });
    settle_down();
    return row(id);
}

void RunBench::settle_down() {
    while (io.restart(), io.poll() > 0 || aio::Worker::jobs_in_flight() > 0) {
    }
}

void RunBench::stop_serving() {
    queue_->drain();
    wait_until([&] { return serving_.empty(); });
    queue_.reset();
}

CrashImage RunBench::crash_image() {
    CrashImage out;
    out.dir = std::make_shared<TempDir>();
    // On the store's thread nothing is written meanwhile.
    in_store([&](store::Database&, const vault::Vault&) -> result<bool> {
        std::filesystem::copy(dir->path() / "state", out.dir->path() / "state",
                              std::filesystem::copy_options::recursive);
        return true;
    });
    out.account = service.account;
    out.segments = segments;
    out.at = time.now();
    return out;
}

model::Run RunBench::row(model::RunId id) {
    return in_store([&](store::Database& db, const vault::Vault&) { return store::get_run(db, id); });
}

std::vector<store::BatchRow> RunBench::unsettled(model::RunId id) {
    return in_store(
        [&](store::Database& db, const vault::Vault&) { return store::unsettled_batches(db, id); });
}

std::vector<store::Reject> RunBench::rejects(model::RunId id) {
    return in_store(
        [&](store::Database& db, const vault::Vault&) { return store::list_rejects(db, id, 100); });
}

std::optional<store::LedgerRow> RunBench::ledger(const std::string& address) {
    return in_store([&](store::Database& db, const vault::Vault& vault) {
        const auto id = store::export_id(db, "weekly").value();
        return store::find_in_ledger(db, vault, id, vault.members().member(address));
    });
}

std::string RunBench::opt_out(const std::string& address) {
    const auto found = in_store([&](store::Database& db, const vault::Vault& vault) {
        return store::find_suppression(db, model::DestinationKey(destination_key),
                                       vault.members().member(address));
    });
    return found ? model::to_string(found->reason) : std::string();
}

void RunBench::put_opt_out(const std::string& address, std::string reason) {
    in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
        const bool everywhere = reason == "forgotten";
        store::Suppression s;
        if (!everywhere) s.destination_key = model::DestinationKey(destination_key);
        s.member = vault.members().member(address);
        s.reason = model::parse_opt_out_reason(reason).value();
        s.since = time.now();
        auto done = store::put_suppression(db, s);
        if (!done) return done.error();
        return true;
    });
}

store::PullState RunBench::pull_state() {
    return in_store([&](store::Database& db, const vault::Vault&) {
        return store::get_pull_state(db, model::DestinationKey(destination_key));
    });
}

void RunBench::execute(const std::string& sql) {
    in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        if (auto done = db.execute(sql.c_str()); !done) return done.error();
        return true;
    });
}

void RunBench::refuse_writes(const std::string& when) {
    execute("CREATE TRIGGER refused " + when + " BEGIN SELECT RAISE(ABORT, 'the disk has failed'); END");
}

void RunBench::allow_writes() {
    execute("DROP TRIGGER refused");
}

std::string RunBench::spool_file(model::RunId id, const std::string& part) const {
    return spool::part_path(env.spool_dir, id, part);
}

}  // namespace audienced::test
