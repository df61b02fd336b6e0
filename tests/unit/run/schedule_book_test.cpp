#include "run/schedule_book.hpp"

#include <catch2/catch.hpp>

#include "store/retries.hpp"
#include "store/schedules.hpp"
#include "support/run_coro.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::run_schedule_book_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct KeptEvents final : log::Log {
    void write(log::Event event) noexcept override { events.push_back(std::move(event)); }
    std::vector<log::Event> events;
};

/// "weekly" follows the refresh schedule, "daily" has a calendar of its own, "idle" is manual.
struct BookScene {
    State state;
    boost::asio::io_context io{1};
    FakeTime time;
    KeptEvents log;
    std::optional<store::Store> store;
    std::optional<run::Queue> queue;
    std::optional<run::ScheduleBook> book;

    BookScene() {
        define_sample(state);
        for (const auto& [name, schedule] :
             {std::pair{"daily", "daily 02:00"}, std::pair{"idle", "manual"}}) {
            model::Export other = sample_export(name);
            other.schedule = schedule;
            other.timezone = "UTC";
            REQUIRE(store::add_export(state.db, other));
        }
        store.emplace(std::move(state.opened.db), std::move(state.vault));
        run::Environment env;
        env.io = io.get_executor();
        env.time = &time;
        env.store = &*store;
        env.log = &log;
        queue.emplace(env);
        book.emplace(*queue);
    }
    template <class F>
    auto in_store(F f) {
        return store->run_blocking(std::move(f)).value();
    }
    void change(const std::function<void(model::Export&)>& edit, const std::string& name = "weekly") {
        const auto write = [&](store::Database& db, const vault::Vault&) -> result<bool> {
            model::Export e = store::get_export(db, name).value();
            edit(e);
            return store::update_export(db, e).has_value();
        };
        REQUIRE(in_store(write));
    }
    std::vector<std::string> keys() {
        std::vector<std::string> out;
        for (const auto& entry : run_coro(io, book->load()).value()) out.push_back(entry.key);
        return out;
    }
    /// Exports with an open run.
    std::vector<std::string> queued() {
        const auto read = [](store::Database& db, const vault::Vault&) { return store::open_runs(db); };
        std::vector<std::string> out;
        for (const model::Run& r : in_store(read)) out.push_back(r.export_name);
        return out;
    }
    /// Run 77 failed; its second attempt is due at `at`.
    void put_retry(const std::string& name, SysTime at) {
        const auto put = [&](store::Database& db, const vault::Vault&) -> result<bool> {
            store::Retry retry{name, 77, 2, at};
            return store::put_retry(db, retry).has_value();
        };
        REQUIRE(in_store(put));
    }
    std::optional<store::Retry> retry(const std::string& name) {
        const auto read = [&](store::Database& db, const vault::Vault&) {
            return store::get_retry(db, name);
        };
        return in_store(read);
    }
    std::optional<SysTime> served(const std::string& key) {
        const auto read = [&](store::Database& db, const vault::Vault&) {
            return store::last_served(db, key);
        };
        return in_store(read);
    }
};

using Names = std::vector<std::string>;
const SysTime due = from_unix(1'772'330'400);

}  // namespace

TEST_CASE("the schedule book has the refresh schedule and each calendar of an enabled, attached export",
          "[unit][run]") {
    BookScene scene;
    CHECK(scene.keys() == Names{"export:daily"});
    const auto set = [](store::Database& db, const vault::Vault&) -> result<bool> {
        store::RefreshSchedule refresh{"daily 03:00", "UTC"};
        return store::set_refresh_schedule(db, refresh).has_value();
    };
    REQUIRE(scene.in_store(set));
    CHECK(scene.keys() == Names{"refresh", "export:daily"});
    scene.change([](model::Export& e) { e.enabled = false; }, "daily");
    CHECK(scene.keys() == Names{"refresh"});
}

TEST_CASE("a start queues the runs of its exports and is stored as served", "[unit][run]") {
    BookScene scene;
    const auto [key, exports] = GENERATE(table<std::string, Names>(
        {{"refresh", {"weekly"}}, {"export:daily", {"daily"}}, {"export:gone", {}}}));
    REQUIRE(run_coro(scene.io, scene.book->fire(key, due)));
    CHECK(scene.queued() == exports);
    CHECK(scene.served(key) == due);
    CHECK(scene.log.events.size() == exports.size());
}

TEST_CASE("an export that cannot run keeps no other from running, and the reason is logged", "[unit][run]") {
    BookScene scene;
    const auto add = [](store::Database& db, const vault::Vault& vault) -> result<bool> {
        model::Connection bare = sample_connection("bare");
        bare.consent.reset();
        if (auto added = store::add_connection(db, vault, bare, {}); !added) return added.error();
        return store::add_export(db, sample_export("another", "bare")).has_value();
    };
    REQUIRE(scene.in_store(add));
    REQUIRE(run_coro(scene.io, scene.book->fire("refresh", due)));
    CHECK(scene.queued() == Names{"weekly"});
    REQUIRE(scene.log.events.size() == 2);
    CHECK(scene.log.events[1].message.find("no consent") != std::string::npos);
}

TEST_CASE("a start that is passed over is stored and queues nothing", "[unit][run]") {
    BookScene scene;
    REQUIRE(run_coro(scene.io, scene.book->pass_over("export:daily", due)));
    CHECK(scene.served("export:daily") == due);
    CHECK(scene.queued().empty());
}

TEST_CASE("a failed run of the schedule is queued again when it is due", "[unit][run]") {
    BookScene scene;
    const SysTime at = scene.time.now() + std::chrono::minutes{5};
    scene.put_retry("weekly", at);
    REQUIRE(run_coro(scene.io, scene.book->look(at - std::chrono::seconds{1})));
    CHECK(scene.queued().empty());
    REQUIRE(run_coro(scene.io, scene.book->look(at)));
    CHECK(scene.queued() == Names{"weekly"});
    CHECK(scene.log.events.size() == 1);
    const auto retry = scene.retry("weekly");
    REQUIRE(retry);
    CHECK(!retry->due);
    CHECK(retry->attempt == 2);
    CHECK(retry->run != 77);
    REQUIRE(run_coro(scene.io, scene.book->look(at + std::chrono::hours{1})));
    CHECK(scene.queued() == Names{"weekly"});
}

TEST_CASE("a retry that a clock far ahead planned is made now", "[unit][run]") {
    BookScene scene;
    scene.put_retry("weekly", scene.time.now() + std::chrono::hours{72});
    REQUIRE(run_coro(scene.io, scene.book->look(scene.time.now())));
    CHECK(scene.queued() == Names{"weekly"});
}

TEST_CASE("the next start comes first: what was to be tried again is dropped", "[unit][run]") {
    BookScene scene;
    scene.put_retry("weekly", scene.time.now() + std::chrono::minutes{5});
    scene.put_retry("daily", scene.time.now() + std::chrono::minutes{5});
    REQUIRE(run_coro(scene.io, scene.book->fire("refresh", due)));
    CHECK(!scene.retry("weekly"));
    CHECK(scene.retry("daily"));
}

TEST_CASE("an export that the schedule no longer starts is not tried again", "[unit][run]") {
    BookScene scene;
    const SysTime at = scene.time.now();
    scene.put_retry("weekly", at);
    const int how = GENERATE(0, 1, 2, 3);
    if (how == 0) scene.change([](model::Export& e) { e.enabled = false; });
    if (how == 1) scene.change([](model::Export& e) { e.schedule = "manual"; });
    if (how == 2) scene.put_retry("gone", at);
    if (how == 3) {
        const auto withdraw = [](store::Database& db, const vault::Vault&) -> result<bool> {
            return store::withdraw_consent(db, "news").has_value();
        };
        REQUIRE(scene.in_store(withdraw));
    }
    REQUIRE(run_coro(scene.io, scene.book->look(at)));
    CHECK(scene.queued() == (how == 2 ? Names{"weekly"} : Names{}));
    CHECK(!scene.retry(how == 2 ? "gone" : "weekly"));
}

}  // namespace audienced::unit::run_schedule_book_test
