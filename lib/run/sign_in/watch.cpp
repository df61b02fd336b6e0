#include "run/sign_in/watch.hpp"

#include "log/events.hpp"
#include "provider/oauth/freshness.hpp"
#include "provider/registry.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

struct Dying {
    std::string connection, provider;
    SysTime at;
};

result<std::vector<Dying>> find_dying(store::Database& db, const vault::Vault& vault, SysTime now) {
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    std::vector<Dying> out;
    for (const auto& c : *connections) {
        auto at = sign_in_dies_soon(db, vault, c, now);
        if (!at) return at.error();
        if (*at) out.push_back({c.name, c.provider, **at});
    }
    return out;
}

}  // namespace

result<std::optional<SysTime>> sign_in_dies_soon(store::Database& db, const vault::Vault& vault,
                                                 const model::Connection& c, SysTime now) {
    const auto* kind = provider::find_kind(c.provider);
    if (!kind || c.auth != model::AuthKind::oauth || c.state == model::ConnectionState::needs_sign_in)
        return std::optional<SysTime>();
    auto credentials = store::get_credentials(db, vault, c.name);
    if (!credentials) return credentials.error();
    auto at = provider::oauth::dies_at(*credentials, kind->oauth.idle_days);
    if (at && !provider::oauth::is_dying(*at, now)) at.reset();
    return at;
}

awaitable<result<void>> warn_of_dying_sign_ins(Environment& env) {
    const SysTime now = env.time->now();
    auto look = [now](store::Database& db, const vault::Vault& vault) { return find_dying(db, vault, now); };
    auto dying = co_await env.store->run(std::move(look));
    if (!dying) co_return dying.error();
    for (const Dying& d : *dying) env.log->write(log::sign_in_expires(d.connection, d.provider, d.at));
    co_return result<void>{};
}

awaitable<void> watch_sign_ins(Environment& env) {
    for (;;) {
        auto looked = co_await warn_of_dying_sign_ins(env);
        if (!looked) env.log->write(log::store_trouble(looked.error()));
        auto slept = co_await env.time->sleep_for(std::chrono::hours(24));
        if (!slept) co_return;
    }
}

}  // namespace audienced::run
