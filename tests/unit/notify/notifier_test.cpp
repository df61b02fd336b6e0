#include "notify/notifier.hpp"

#include <catch2/catch.hpp>

#include "log/events.hpp"
#include "store/definitions.hpp"
#include "store/subject_states.hpp"
#include "support/run_coro.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::notify_notifier_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;

namespace {

struct KeptEvents final : log::Log {
    std::vector<log::Event> events;
    void write(log::Event event) noexcept override { events.push_back(std::move(event)); }
};

/// Takes what it is told, or refuses all of it, or does not answer until it is told to.
struct FakeWay final : notify::Way {
    FakeWay(std::string n, boost::asio::io_context& io) : name_(std::move(n)), answers_(io.get_executor()) {}
    std::string name() const override { return name_; }
    std::string target() const override { return "somewhere"; }
    std::string leads_to() const override { return address; }
    awaitable<result<std::string>> tell(const notify::Message& message, Deadline) override {
        ++asked;
        if (broken) throw std::runtime_error("no thread");
        while (hangs) {
            auto waited = co_await answers_.wait();
            if (!waited) co_return waited.error();
        }
        if (away) co_return make_error(Errc::network, "no answer");
        ids.push_back(message.id);
        told.push_back(message.subject + " " + message.state +
                       (message.body.find("\"again\":true") != std::string::npos ? " again" : ""));
        co_return std::string("thanks");
    }
    void answer_now() {
        hangs = false;
        answers_.notify_all();
    }
    std::string name_, address = "somewhere/secret";
    aio::Event answers_;
    bool away = false, hangs = false, broken = false;
    int asked = 0;
    std::vector<std::int64_t> ids;
    std::vector<std::string> told;
};

/// A daemon's notifier over a real store; restart() is another one on the same store.
struct Bench {
    State state;
    boost::asio::io_context io{1};
    FakeTime time;
    KeptEvents log;
    std::shared_ptr<FakeWay> way = std::make_shared<FakeWay>("webhook", io),
                             beat = std::make_shared<FakeWay>("heartbeat", io);
    std::optional<store::Store> store;
    std::optional<notify::Notifier> notifier;
    std::optional<aio::TaskGroup> group;

    Bench() {
        define_sample(state);
        store.emplace(std::move(state.opened.db), std::move(state.vault));
        start();
    }
    ~Bench() { stop(); }
    void start() {
        notify::Parts parts;
        parts.io = io.get_executor();
        parts.time = &time;
        parts.store = &*store;
        parts.log = &log;
        parts.state_dir = state.path();
        parts.host = "crm1";
        notifier.emplace(parts, notify::Settings{{way, beat}, 7200s});
        group.emplace(io.get_executor());
        group->spawn("notifier", notifier->serve());
    }
    void stop() {
        notifier->stop();
        run_until(
            io, [this] { return group->empty(); }, &time);
    }
    void restart(bool cut_off = false) {
        if (cut_off) group->cancel();
        stop();
        group.reset();
        notifier.reset();
        start();
    }
    model::RunId end_run(Status status, const std::string& export_name = "weekly", bool dry_run = false) {
        const auto write = [&](store::Database& db, const vault::Vault&) -> result<model::RunId> {
            model::Run run = sample_run(export_name);
            run.options.dry_run = dry_run;
            run.trigger = model::Trigger::schedule;
            run.queued_at = time.now();
            auto id = store::queue_run(db, run);
            if (!id) return id;
            run.id = *id;
            run.status = status;
            run.reason = "why";
            if (model::is_final(status)) run.finished_at = time.now();
            if (auto written = store::update_run(db, run); !written) return written.error();
            return id;
        };
        const auto id = store->run_blocking(write).value();
        notifier->wake();
        return id;
    }
    std::vector<model::Telling> stored() {
        const auto read = [](store::Database& db, const vault::Vault&) { return store::list_tellings(db); };
        return store->run_blocking(read).value();
    }
    void until(const std::function<bool()>& happened) { run_until(io, happened, &time); }
    void until_told(std::size_t so_many) {
        run_until(
            io, [&] { return way->told.size() >= so_many && stored().empty(); }, &time);
    }
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("what changes is told, and nothing of it is left in the database", "[unit][notify]") {
    Bench bench;
    bench.end_run(Status::skipped);
    bench.until_told(1);
    bench.end_run(Status::succeeded);
    bench.until_told(2);
    CHECK(bench.way->told == Told{"export:weekly skipped", "export:weekly ok"});
    CHECK(bench.beat->asked == 0);
    CHECK(bench.log.events.empty());
}

TEST_CASE("a message that is not taken survives a restart and is sent until it is taken", "[unit][notify]") {
    Bench bench;
    bench.way->away = true;
    bench.end_run(Status::failed);
    run_until(
        bench.io, [&] { return bench.way->asked >= 3; }, &bench.time);
    CHECK(bench.log.events.size() >= 2);
    CHECK(bench.log.events[0].kind == log::Kind::hook_failed);
    bench.restart();
    run_until(
        bench.io, [&] { return bench.way->asked >= 5; }, &bench.time);
    CHECK(bench.stored().size() == 1);
    bench.way->away = false;
    bench.until_told(1);
    CHECK(bench.way->told == Told{"export:weekly failed"});
}

TEST_CASE("a state that lasts is told again by the next start, and its end by the one after",
          "[unit][notify]") {
    Bench bench;
    bench.end_run(Status::failed);
    bench.until_told(1);
    bench.restart();
    bench.until_told(2);
    bench.end_run(Status::succeeded);
    bench.until_told(3);
    bench.restart();
    bench.end_run(Status::succeeded);
    bench.end_run(Status::failed);
    bench.until_told(4);
    CHECK(bench.way->told == Told{"export:weekly failed", "export:weekly failed again", "export:weekly ok",
                                  "export:weekly failed"});
}

TEST_CASE("a way that is new after a reload hears of what lasts", "[unit][notify]") {
    Bench bench;
    bench.end_run(Status::failed);
    bench.until_told(1);
    const auto fresh = std::make_shared<FakeWay>("email", bench.io);
    bench.notifier->configure(notify::Settings{{bench.way, fresh}, 7200s});
    run_until(
        bench.io, [&] { return !fresh->told.empty(); }, &bench.time);
    CHECK(fresh->told == Told{"export:weekly failed again"});
    CHECK(bench.way->told.size() == 1);
}

TEST_CASE("a way that leads somewhere else after a reload is a new one", "[unit][notify]") {
    Bench bench;
    bench.end_run(Status::failed);
    bench.until_told(1);
    const auto same = std::make_shared<FakeWay>("webhook", bench.io);
    bench.notifier->configure(notify::Settings{{same, bench.beat}, 7200s});
    const auto moved = std::make_shared<FakeWay>("webhook", bench.io);
    moved->address = "somewhere/else";
    bench.notifier->configure(notify::Settings{{moved, bench.beat}, 7200s});
    bench.until([&] { return !moved->told.empty(); });
    CHECK(moved->told == Told{"export:weekly failed again"});
    bench.notifier->configure(notify::Settings{{moved, bench.beat}, 7200s});
    bench.end_run(Status::succeeded);
    bench.until([&] { return moved->told.size() >= 2; });
    CHECK(moved->told.back() == "export:weekly ok");
    CHECK(same->told.empty());
}

TEST_CASE("what waits for a receiver is tried at once after a restart or a reload, in its order",
          "[unit][notify]") {
    Bench bench;
    bench.way->away = true;
    bench.end_run(Status::failed);
    bench.until([&] { return bench.way->asked >= 9; });  // the next try is in 20 minutes
    bench.end_run(Status::skipped);
    bench.until([&] { return bench.stored().size() == 2; });
    const bool reload = GENERATE(true, false);
    bench.way->away = false;
    const SysTime before = bench.time.now();
    if (reload)
        bench.notifier->configure(notify::Settings{{bench.way, bench.beat}, 7200s});
    else
        bench.restart();
    bench.until_told(2);
    CHECK(bench.time.now() - before < 2min);
    CHECK(bench.way->told == Told{"export:weekly failed", "export:weekly skipped"});
}

TEST_CASE("a reload that takes a receiver away ends what waits for it, also in the middle of a try",
          "[unit][notify]") {
    Bench bench;
    const bool in_a_try = GENERATE(true, false);
    bench.way->hangs = in_a_try;
    bench.way->away = true;
    bench.end_run(Status::failed);
    bench.until([&] { return bench.way->asked >= (in_a_try ? 1 : 3); });
    const int asked = bench.way->asked;
    const auto other = std::make_shared<FakeWay>("email", bench.io);
    bench.notifier->configure(notify::Settings{{other}, 7200s});
    bench.until([&] { return other->told.size() == 1 && bench.stored().empty(); });
    bench.way->answer_now();
    bench.time.advance(2h);
    bench.end_run(Status::succeeded);
    bench.until([&] { return other->told.size() == 2 && bench.stored().empty(); });
    CHECK(bench.way->asked == asked);
    CHECK_FALSE(bench.notifier->is_sending());
    // It comes back, and hears of what lasts then.
    bench.way->away = false;
    bench.end_run(Status::skipped);
    bench.until([&] { return other->told.size() == 3; });
    bench.notifier->configure(notify::Settings{{bench.way, other}, 7200s});
    bench.until_told(1);
    CHECK(bench.way->told == Told{"export:weekly skipped again"});
}

TEST_CASE("a receiver that hangs holds up no other one, and hears all in its order", "[unit][notify]") {
    Bench bench;
    const auto add = [](store::Database& db, const vault::Vault&) {
        return store::add_export(db, sample_export("daily"));
    };
    REQUIRE(bench.store->run_blocking(add).has_value());
    const auto other = std::make_shared<FakeWay>("email", bench.io);
    bench.notifier->configure(notify::Settings{{bench.way, other}, 7200s});
    bench.way->hangs = true;
    bench.end_run(Status::failed, "daily");
    bench.end_run(Status::skipped);
    bench.until([&] { return other->told.size() == 2; });
    bench.end_run(Status::succeeded);
    bench.until([&] { return other->told.size() == 3; });
    CHECK(bench.way->asked == 1);
    bench.way->answer_now();
    bench.until_told(3);
    CHECK(bench.way->told == other->told);
}

TEST_CASE("a daemon that is cut off in the middle of a call makes the same call after its start",
          "[unit][notify]") {
    Bench bench;
    bench.way->hangs = true;
    const auto run = bench.end_run(Status::failed);
    bench.until([&] { return bench.way->asked == 1; });
    REQUIRE(bench.stored().size() == 1);
    const auto stored = bench.stored().front();
    CHECK(stored.body.find("\"RUN_ID\":\"" + std::to_string(run) + "\"") != std::string::npos);
    bench.restart(true);
    bench.way->answer_now();
    bench.until_told(1);
    CHECK(bench.way->told == Told{"export:weekly failed"});
    CHECK(bench.way->ids == std::vector{stored.id});
}

TEST_CASE("a way that fails by an exception is tried again, and does not stop the others", "[unit][notify]") {
    Bench bench;
    bench.way->broken = true;
    bench.end_run(Status::failed);
    bench.until([&] { return bench.way->asked >= 2; });
    CHECK(run_coro(bench.io, bench.notifier->test()).front().answer.find("no thread") != std::string::npos);
    bench.way->broken = false;
    bench.until_told(1);
    CHECK(bench.way->told == Told{"export:weekly failed"});
    for (const log::Event& event : bench.log.events) CHECK(event.kind == log::Kind::hook_failed);
}

TEST_CASE("dry runs say nothing of an export, however many there are", "[unit][notify]") {
    Bench bench;
    bench.end_run(Status::failed);
    bench.until_told(1);
    for (int i = 0; i < 20; ++i) bench.end_run(Status::succeeded, "weekly", true);
    bench.restart();
    bench.until_told(2);
    CHECK(bench.way->told == Told{"export:weekly failed", "export:weekly failed again"});
}

TEST_CASE("the heartbeat is called when the exports of a refresh have ended well", "[unit][notify]") {
    Bench bench;
    const auto begin = [](store::Database& db, const vault::Vault&) -> result<bool> {
        return store::begin_round(db, {{"weekly", 0}}).has_value();
    };
    REQUIRE(bench.store->run_blocking(begin).value());
    bench.end_run(Status::failed);
    bench.until_told(1);
    CHECK(bench.beat->asked == 0);
    bench.end_run(Status::completed_with_rejects);
    bench.until_told(2);
    run_until(
        bench.io, [&] { return bench.beat->asked == 1; }, &bench.time);
    bench.end_run(Status::succeeded);
    bench.end_run(Status::skipped);
    bench.until_told(3);
    CHECK(bench.beat->asked == 1);
}

TEST_CASE("a full disk is told although nothing can be stored, and ends once a write succeeds",
          "[unit][notify]") {
    Bench bench;
    CHECK(bench.notifier->lasting().empty());
    bench.notifier->disk_is_full("no space left");
    bench.until_told(1);
    const auto lasting = bench.notifier->lasting();
    REQUIRE(lasting.size() == 1);
    CHECK(lasting[0].subject == "daemon");
    CHECK(lasting[0].state == "disk_full");
    CHECK(lasting[0].message.find("no space left") != std::string::npos);
    bench.until_told(2);
    CHECK(bench.way->told == Told{"daemon disk_full", "daemon ok"});
    CHECK(bench.notifier->lasting().empty());
}

TEST_CASE("the end of a full disk is found while other things happen all the time", "[unit][notify]") {
    Bench bench;
    const SysTime begin = bench.time.now();
    const auto wake_often = [&]() -> awaitable<void> {
        for (;;) {
            auto slept = co_await bench.time.sleep_for(10s);
            if (!slept) co_return;
            bench.notifier->wake();
        }
    };
    aio::TaskGroup waking(bench.io.get_executor());
    waking.spawn("wake", wake_often());
    bench.notifier->disk_is_full("no space left");
    bench.until([&] { return bench.way->told.size() == 2 || bench.time.now() - begin > 10min; });
    CHECK(bench.way->told == Told{"daemon disk_full", "daemon ok"});
    waking.cancel();
    bench.until([&] { return waking.empty(); });
}

TEST_CASE("a test goes by each way, and says what each answered", "[unit][notify]") {
    Bench bench;
    bench.beat->away = true;
    const auto tests = run_coro(bench.io, bench.notifier->test());
    REQUIRE(tests.size() == 2);
    CHECK((tests[0].way == "webhook" && tests[0].ok && tests[0].answer == "thanks"));
    CHECK((tests[1].way == "heartbeat" && !tests[1].ok && tests[1].answer == "no answer"));
    CHECK(bench.way->told == Told{"daemon test"});
}

}  // namespace audienced::unit::notify_notifier_test
