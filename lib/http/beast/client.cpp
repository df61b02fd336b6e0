#include "http/beast/client.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <map>

#include "aio/with_deadline.hpp"
#include "http/beast/connection.hpp"
#include "http/request_head.hpp"

namespace audienced::http {
namespace asio = boost::asio;

namespace {

using ConnectionPtr = std::unique_ptr<Connection>;

struct Leased {
    ConnectionPtr connection;
    ConnectionLife life;
};

struct State {
    State(asio::any_io_executor ex, aio::Time& t, ClientOptions o)
        : executor(ex),
          time(t),
          options(std::move(o)),
          contexts(t),
          resolver(ex, t, options.look_up),
          pool(options.pool) {}

    asio::any_io_executor executor;
    aio::Time& time;
    ClientOptions options;
    TlsContexts contexts;
    Resolver resolver;
    PoolState pool;
    std::map<ConnectionId, ConnectionPtr> idle;
    ConnectionId last_id = 0;
    bool closed = false, sweeping = false;
    asio::cancellation_signal stop_sweeping;

    void drop(const std::vector<ConnectionId>& ids) {
        for (const ConnectionId id : ids) idle.erase(id);
    }
};
using StatePtr = std::shared_ptr<State>;

// Closes idle connections in their time. Ends when none is left, and is started again by the next one.
awaitable<void> sweep(StatePtr state) {
    while (const auto next = state->pool.next_expiry()) {
        auto slept = co_await state->time.sleep_until(*next);
        if (!slept) break;
        state->drop(state->pool.expire(state->time.steady()));
    }
    state->sweeping = false;
}

void start_sweeping(const StatePtr& state) {
    if (state->sweeping) return;
    state->sweeping = true;
    // The handler keeps the cancellation signal alive until the coroutine has ended.
    auto ended = [state](std::exception_ptr failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (...) {
            (void)aio::cancelled_or_rethrow();  // close() may come before the coroutine has begun
        }
    };
    asio::co_spawn(state->executor, sweep(state),
                   asio::bind_cancellation_slot(state->stop_sweeping.slot(), std::move(ended)));
}

std::string pool_key(const Request& request) {
    return request.url.origin() + " " + request.ca_file;
}

Leased take_idle(State& state, const std::string& key) {
    Leased out;
    while (auto life = state.pool.take(key, state.time.steady())) {
        auto node = state.idle.extract(life->id);
        if (!node.mapped()->is_quiet()) continue;
        out.connection = std::move(node.mapped());
        out.life = std::move(*life);
        break;
    }
    return out;
}

void give_back(const StatePtr& state, Leased leased) {
    if (state->closed || !leased.connection->reusable()) return;
    const ConnectionId id = leased.life.id;
    state->idle.emplace(id, std::move(leased.connection));
    state->drop(state->pool.keep(std::move(leased.life), state->time.steady()));
    start_sweeping(state);
}

Route route_of(const State& state, const Url& url) {
    Route route;
    route.url = url;
    if (const auto& proxy = state.options.proxy) {
        route.by_proxy = true;
        route.proxy_host = proxy->host;
        route.proxy_port = proxy->port;
        route.proxy_credentials = proxy->credentials;
    }
    return route;
}

awaitable<result<ConnectionPtr>> open_fresh(State& state, const Request& request, Deadline deadline,
                                            Trace& trace) {
    auto context = co_await state.contexts.get(request.ca_file);
    if (!context) co_return context.error();
    trace.step = Step::resolving;
    const Route route = route_of(state, request.url);
    const std::string name = route.by_proxy ? route.proxy_host : route.url.host;
    const Deadline resolve_until = std::min(deadline, state.time.steady() + state.options.resolve_patience);
    auto addresses = co_await state.resolver.resolve(name, resolve_until);
    if (!addresses) co_return addresses.error();
    auto connection = std::make_unique<Connection>(state.executor, state.time, *context);
    const auto patience = state.options.open_patience;
    auto opened = co_await connection->open(route, std::move(*addresses), patience, deadline, trace);
    if (!opened) co_return opened.error();
    co_return std::move(connection);
}

awaitable<result<Response>> attempt(StatePtr state, const Request& request, Deadline deadline, Trace& trace) {
    if (auto head = request_head(request, state->options.user_agent); !head) co_return head.error();
    const std::string key = pool_key(request);
    Leased leased;
    if (!request.on_new_connection) leased = take_idle(*state, key);
    for (bool reused = leased.connection != nullptr;; reused = false) {
        if (!reused) {
            auto opened = co_await open_fresh(*state, request, deadline, trace);
            if (!opened) co_return opened.error();
            leased.connection = std::move(*opened);
            leased.life = ConnectionLife{++state->last_id, key, state->time.steady(), 0};
        }
        auto head = request_head(request, state->options.user_agent);
        if (!head) co_return head.error();
        const std::uint64_t received_before = trace.received;
        auto answer = co_await leased.connection->exchange(request, std::move(*head), trace);
        ++leased.life.uses;
        if (answer) {
            answer->bytes_sent = trace.sent;
            answer->bytes_received = trace.received;
            give_back(state, std::move(leased));
            co_return answer;
        }
        leased.connection.reset();
        const bool was_dead = answer.error().code == Errc::network && trace.received == received_before;
        if (!reused || !was_dead) co_return answer;
        if (!request.repeatable) {
            Error error = answer.error();
            error.safe_to_retry = false;
            co_return error;
        }
    }
}

Error out_of_time(const std::string& host, Step step) {
    const std::string unknown = "it may have acted on the request; the call is retried";
    switch (step) {
        case Step::resolving:
            return retryable(Errc::timeout, "the name " + host + " was not resolved in time",
                             "check the DNS servers of this machine (resolvectl status)");
        case Step::connecting:
            return retryable(Errc::timeout, host + " did not accept a connection in time",
                             "check network and firewall; the call is retried");
        case Step::handshaking:
            return retryable(Errc::timeout, host + " did not finish the TLS handshake in time",
                             "check proxies and firewalls in between; the call is retried");
        case Step::sending:
            return retryable(Errc::timeout, host + " did not take the whole request in time", unknown);
        case Step::waiting:
            return retryable(Errc::timeout, host + " did not answer in time", unknown);
        case Step::receiving:
            return retryable(Errc::timeout, host + " did not finish its answer in time", unknown);
    }
    return retryable(Errc::timeout, host + " took too long", unknown);
}

class TlsClient final : public Client {
public:
    TlsClient(asio::any_io_executor executor, aio::Time& time, ClientOptions options)
        : state_(std::make_shared<State>(std::move(executor), time, std::move(options))) {}
    ~TlsClient() override { close(); }

    awaitable<result<Response>> send(Request request, Deadline deadline) override {
        auto state = state_;
        if (state->closed) co_return make_error(Errc::cancelled, "the HTTP client is closed");
        Trace trace;
        auto attempting = attempt(state, request, deadline, trace);
        auto answer = co_await aio::with_deadline(state->time, deadline, std::move(attempting));
        if (answer) co_return answer;
        Error error = answer.error();
        if (error.code == Errc::timeout && state->time.steady() >= deadline)
            error = out_of_time(request.url.host, trace.step);
        // The server may have acted on what was sent.
        if (trace.step >= Step::sending && !request.repeatable) error.safe_to_retry = false;
        co_return error;
    }

    void close() override {
        state_->closed = true;
        state_->drop(state_->pool.clear());
        state_->stop_sweeping.emit(asio::cancellation_type::terminal);
    }

private:
    StatePtr state_;
};

}  // namespace

std::unique_ptr<Client> make_client(asio::any_io_executor executor, aio::Time& time, ClientOptions options) {
    return std::make_unique<TlsClient>(std::move(executor), time, std::move(options));
}

}  // namespace audienced::http
