#include "store/store.hpp"

#include <thread>

#include "state.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::store_store_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct Running {
    TempDir dir;
    std::string path = (dir.path() / "state").string();
    store::Opened opened = store::open_state(path).value();
    vault::Vault first_vault = store::open_vault(opened.db, path).value();
    store::Store store{std::move(opened.db), std::move(first_vault)};
};

awaitable<result<std::vector<model::Source>>> add_and_list(store::Store& store) {
    auto add = [name = std::string("a-name-longer-than-a-short-string")](store::Database& db,
                                                                         const vault::Vault& vault) {
        return store::add_source(db, vault, sample_source(name), {{"password", Secret("pw")}});
    };
    // Not awaited in the expression that makes it: what it needs must have moved along.
    auto adding = store.run(std::move(add));
    auto added = co_await std::move(adding);
    if (!added) co_return added.error();
    auto list = [](store::Database& db, const vault::Vault&) { return store::list_sources(db); };
    co_return co_await store.run(std::move(list));
}

awaitable<std::thread::id> thread_of(store::Store& store) {
    auto f = [](store::Database&, const vault::Vault&) -> result<std::thread::id> {
        return std::this_thread::get_id();
    };
    auto id = co_await store.run(std::move(f));
    co_return *id;
}

}  // namespace

TEST_CASE("coroutines and plain threads reach the database on the store's own thread", "[unit][store]") {
    Running r;
    auto sources = run_coro(add_and_list(r.store)).value();
    REQUIRE(sources.size() == 1);
    CHECK(sources[0].name == "a-name-longer-than-a-short-string");
    const auto id = run_coro(thread_of(r.store));
    CHECK(id != std::this_thread::get_id());
    auto blocking =
        r.store.run_blocking([](store::Database&, const vault::Vault&) -> result<std::thread::id> {
            return std::this_thread::get_id();
        });
    CHECK(blocking.value() == id);
}

TEST_CASE("a bug in blocking work reaches its caller", "[unit][store]") {
    Running r;
    CHECK_THROWS_AS(r.store.run_blocking([](store::Database& db, const vault::Vault&) -> result<void> {
        db.prepare("SELECT nonsense");
        return {};
    }),
                    std::logic_error);
}

TEST_CASE("a rotation through the store leaves it able to open what it sealed before", "[unit][store]") {
    Running r;
    REQUIRE(run_coro(add_and_list(r.store)));
    const auto begin = [&](store::Database& db, vault::Vault& vault) {
        return store::begin_rotation(db, vault, r.path, {});
    };
    CHECK(run_coro(r.store.change_keys(begin)).value().values == 2);
    {
        store::Store::Resealing other(r.store);
        CHECK(run_coro(store::finish_rotation(r.store)).error().code == Errc::wrong_state);
    }
    CHECK(run_coro(store::finish_rotation(r.store)));
    auto secret = r.store.run_blocking([](store::Database& db, const vault::Vault& vault) {
        return store::get_source_secret(db, vault, "a-name-longer-than-a-short-string", "password");
    });
    CHECK(secret.value().reveal() == "pw");
}

}  // namespace audienced::unit::store_store_test
