#include "unit/run/run_bench.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "plan/membership.hpp"
#include "run/flow.hpp"
#include "spool/file.hpp"

namespace audienced::test {
namespace {

std::string hash_root() {
    std::string root(32, '\0');
    root[0] = 127;  // found by trying
    return root;
}

}  // namespace

std::size_t LoggedEvents::count(log::Kind kind) const {
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(), [&](const log::Event& e) { return e.kind == kind; }));
}

namespace {

/// Members lie and are sent by their hashes. This root makes that the order of the alphabet for ann, bob,
/// cid, dan and eve at example.org.
void seed_hashes(store::Database& db) {
    const vault::Vault sealing(master_key());
    auto& there = db.prepare("SELECT 1 FROM vault_keys");
    const bool seeded = there.step().value();
    there.reset();
    if (seeded) return;
    auto& insert = db.prepare("INSERT INTO vault_keys(name, key_id, sealed) VALUES('hash_root', ?1, ?2)");
    insert.bind(1, sealing.key_id())
        .bind_blob(2, sealing.seal(hash_root(), "vault_keys", "hash_root", "sealed"));
    REQUIRE(insert.run());
}

}  // namespace

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
    seed_hashes(opened.db);
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
        const model::Connection before = store::get_connection(db, "news").value();
        model::Connection c = before;
        edit(c);
        if (auto done = store::edit_connection(db, before, c); !done) return done.error();
        if (!c.consent)
            if (auto done = store::withdraw_consent(db, "news"); !done) return done.error();
        // What no command edits.
        auto& update = db.prepare("UPDATE connections SET auth = ?1 WHERE name = 'news'");
        if (auto done = update.bind(1, std::string_view(model::to_string(c.auth))).run(); !done)
            return done.error();
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

}  // namespace audienced::test
