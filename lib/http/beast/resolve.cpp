#include "http/beast/resolve.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/basic_endpoint.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "aio/event.hpp"
#include "aio/with_deadline.hpp"
#include "base/text.hpp"

namespace audienced::http {
namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds fresh_for{60};

bool is_localhost(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    constexpr std::string_view name = "localhost";
    if (host.size() < name.size() || !iequals(host.substr(host.size() - name.size()), name)) return false;
    return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

constexpr std::chrono::hours usable_for{24};

struct Pending {
    explicit Pending(asio::any_io_executor executor) : changed(std::move(executor)) {}
    std::optional<result<Addresses>> answer;
    aio::Event changed;
};
using PendingPtr = std::shared_ptr<Pending>;

// The way back from a lookup thread, and all it may own: a timer of Pending must not be destroyed on another
// thread, nor after its io_context. Closed when the resolver goes, since its executor may not outlive it.
struct WayBack {
    std::mutex mutex;
    std::optional<asio::any_io_executor> executor;
    std::function<void(const std::string& host, result<Addresses>)> deliver;  // on the io thread
};

awaitable<result<Addresses>> answer_of(PendingPtr pending) {
    while (!pending->answer) {
        auto woken = co_await pending->changed.wait();
        if (!woken) co_return woken.error();
    }
    co_return *pending->answer;
}

}  // namespace

struct Resolver::State {
    struct Known {
        Addresses addresses;
        SteadyTime learnt;
    };
    State(asio::any_io_executor ex, aio::Time& t, LookUp l) : executor(ex), time(t), look_up(std::move(l)) {
        way_back->executor = std::move(ex);
    }

    asio::any_io_executor executor;
    aio::Time& time;
    LookUp look_up;
    std::map<std::string, Known> known;
    std::map<std::string, PendingPtr> pending;
    std::shared_ptr<WayBack> way_back = std::make_shared<WayBack>();

    const Known* find(const std::string& host, std::chrono::steady_clock::duration max_age) const {
        const auto it = known.find(host);
        return it != known.end() && time.steady() - it->second.learnt < max_age ? &it->second : nullptr;
    }
};

namespace {
template <class State>
void deliver(State& state, const std::string& host, result<Addresses> answer) {
    const auto node = state.pending.extract(host);
    if (answer) state.known.insert_or_assign(host, typename State::Known{*answer, state.time.steady()});
    if (node.empty()) return;
    node.mapped()->answer = std::move(answer);
    node.mapped()->changed.notify_all();
}

template <class State>
PendingPtr start(const std::shared_ptr<State>& state, const std::string& host) {
    auto pending = std::make_shared<Pending>(state->executor);
    auto work = [look_up = state->look_up, way_back = state->way_back, host] {
        result<Addresses> answer = look_up(host);
        const std::lock_guard lock(way_back->mutex);
        if (!way_back->executor) return;
        asio::post(*way_back->executor, [way_back, host, answer = std::move(answer)]() mutable {
            way_back->deliver(host, std::move(answer));
        });
    };
    try {
        std::thread(std::move(work)).detach();
    } catch (const std::system_error& e) {
        pending->answer = retryable(Errc::network, std::string("no thread to resolve names: ") + e.what(),
                                    "raise the limit on tasks (TasksMax)");
        return pending;
    }
    state->pending.emplace(host, pending);
    return pending;
}
}  // namespace

Resolver::Resolver(asio::any_io_executor executor, aio::Time& time, LookUp look_up)
    : state_(std::make_shared<State>(std::move(executor), time, std::move(look_up))) {
    state_->way_back->deliver = [weak = std::weak_ptr(state_)](const std::string& host,
                                                               result<Addresses> answer) {
        if (const auto state = weak.lock()) deliver(*state, host, std::move(answer));
    };
}

Resolver::~Resolver() {
    const std::lock_guard lock(state_->way_back->mutex);
    state_->way_back->executor.reset();
}

awaitable<result<Addresses>> Resolver::resolve(std::string host, Deadline deadline) {
    auto state = state_;
    boost::system::error_code not_literal;
    const auto literal = asio::ip::make_address(host, not_literal);
    if (!not_literal) co_return Addresses{literal};
    if (const auto* known = state->find(host, fresh_for)) co_return known->addresses;

    const auto under_way = state->pending.find(host);
    PendingPtr pending = under_way != state->pending.end() ? under_way->second : start(state, host);
    auto waiting = answer_of(pending);
    auto answer = co_await aio::with_deadline(state->time, deadline, std::move(waiting));
    if (answer || answer.error().code == Errc::cancelled) co_return answer;
    if (const auto* known = state->find(host, usable_for)) co_return known->addresses;
    if (answer.error().code == Errc::timeout)
        co_return retryable(Errc::timeout, "the name " + host + " was not resolved in time",
                            "check the DNS servers of this machine (resolvectl status)");
    co_return answer;
}

result<Addresses> system_look_up(const std::string& host) {
    if (is_localhost(host))
        return Addresses{asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int status = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (status == EAI_NONAME || status == EAI_NODATA)
        return retryable(Errc::network, "the name " + host + " does not exist",
                         "check its spelling and the DNS servers");
    if (status != 0)
        return retryable(Errc::network, "the name " + host + " cannot be resolved: " + gai_strerror(status),
                         "check the DNS servers of this machine (resolvectl status)");
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
    Addresses out;
    for (const addrinfo* a = list; a; a = a->ai_next) {
        asio::ip::tcp::endpoint endpoint;
        if (a->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), a->ai_addr, a->ai_addrlen);
        endpoint.resize(a->ai_addrlen);
        if (std::find(out.begin(), out.end(), endpoint.address()) == out.end())
            out.push_back(endpoint.address());
    }
    if (out.empty())
        return retryable(Errc::network, "the name " + host + " has no address", "check the DNS servers");
    return out;
}

}  // namespace audienced::http
