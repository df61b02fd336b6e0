#include "control/server.hpp"

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <map>

#include "aio/task_group.hpp"
#include "aio/time.hpp"
#include "aio/worker.hpp"
#include "control/problem.hpp"
#include "control/session.hpp"

namespace audienced::control {
namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace {

/// One place among the connections; given back when destroyed.
class Place {
public:
    Place(std::map<uid_t, std::size_t>& by_user, std::size_t& others, uid_t uid, bool administrator)
        : by_user_(by_user), others_(others), uid_(uid), administrator_(administrator) {
        if (!administrator_) ++others_, ++by_user_[uid_];
    }
    Place(const Place&) = delete;
    ~Place() {
        if (administrator_) return;
        --others_;
        if (--by_user_[uid_] == 0) by_user_.erase(uid_);
    }

private:
    std::map<uid_t, std::size_t>& by_user_;
    std::size_t& others_;
    uid_t uid_;
    bool administrator_;
};

}  // namespace

Reply problem_reply(const Error& error) {
    Reply reply;
    reply.status = http_status(error.code);
    reply.content_type = "application/problem+json";
    reply.body = print_problem(error);
    return reply;
}

struct Server::State {
    Listener listener;
    stream_protocol::acceptor acceptor;
    Responder& responder;
    Settings settings;
    uid_t own_uid = ::geteuid();
    bool stopping = false;
    aio::TaskGroup sessions;
    aio::Worker names;  // the user database may block
    std::map<uid_t, std::size_t> by_user;
    std::size_t others = 0;

    State(asio::any_io_executor io, Listener l, Responder& r, Settings s)
        : listener(std::move(l)),
          acceptor(io),
          responder(r),
          settings(std::move(s)),
          sessions(io, settings.on_bug) {
        acceptor.assign(stream_protocol(), listener.release());
    }

    const char* why_not(const Caller& caller) const {
        const Bounds& bounds = settings.bounds;
        if (caller.role == Role::administrator) return nullptr;
        const auto mine = by_user.find(caller.peer.uid);
        if (mine != by_user.end() && mine->second >= bounds.connections_per_user)
            return "this user has too many connections open";
        return others >= bounds.connections_of_others ? "too many connections are open" : nullptr;
    }

    awaitable<void> admit(stream_protocol::socket socket) {
        auto ids = read_peer(socket.native_handle());
        if (!ids) co_return;
        Caller caller;
        if (ids->uid == 0 || ids->uid == own_uid) {
            // No look-up that may block stands before those who must always get in.
            caller.peer.uid = ids->uid;
            caller.peer.user = ids->uid == 0 ? "root" : own_name;
        } else {
            auto look_up = [&ids] { return name_peer(*ids); };
            caller.peer = co_await names.run(std::move(look_up));
        }
        caller.role = role_of(caller.peer, settings.roles, own_uid);
        caller.roles = &settings.roles;
        if (const char* refusal = why_not(caller)) {
            auto why = retryable(Errc::wrong_state, refusal, "try again in a moment");
            co_await refuse_session(std::move(socket), settings.bounds, std::move(why));
            co_return;
        }
        const Place place(by_user, others, caller.peer.uid, caller.role == Role::administrator);
        try {
            co_await run_session(std::move(socket), std::move(caller), settings.bounds, responder);
        } catch (const boost::system::system_error& e) {
            if (e.code() != asio::error::operation_aborted) throw;  // cut by stop(): no bug
        }
    }

    std::string own_name = name_of_self();
    static std::string name_of_self() {
        PeerIds self;
        self.uid = ::geteuid();
        self.gid = ::getegid();
        return name_peer(self).user;
    }
};

Server::Server(asio::any_io_executor io, Listener listener, Responder& responder, Settings settings)
    : state_(std::make_unique<State>(std::move(io), std::move(listener), responder, std::move(settings))) {}

Server::~Server() = default;

awaitable<void> Server::serve() {
    State& state = *state_;
    co_await asio::this_coro::throw_if_cancelled(false);
    auto token = asio::as_tuple(asio::use_awaitable);
    while (!state.stopping) {
        auto [ec, socket] = co_await state.acceptor.async_accept(token);
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (state.stopping || cancellation.cancelled() != asio::cancellation_type::none) break;
        if (ec) {
            // No descriptors or no memory: the client waits in the backlog, and this loop must not spin
            // meanwhile.
            (void)co_await aio::system_time().sleep_for(std::chrono::milliseconds(100));
            continue;
        }
        if (state.sessions.size() >= state.settings.bounds.connections) {
            auto why = retryable(Errc::wrong_state, "too many connections are open", "try again in a moment");
            // A refusal is a task too; twice the bound is where even those stop.
            if (state.sessions.size() < 2 * state.settings.bounds.connections)
                state.sessions.spawn(
                    "refuse", refuse_session(std::move(socket), state.settings.bounds, std::move(why)));
            continue;
        }
        state.sessions.spawn("control session", state.admit(std::move(socket)));
    }
    boost::system::error_code ignored;
    state.acceptor.close(ignored);
    state.sessions.cancel();
    co_await state.sessions.wait();
    co_await asio::this_coro::throw_if_cancelled(true);
}

void Server::stop() {
    state_->stopping = true;
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
}

void Server::set_roles(RoleGroups roles) {
    state_->settings.roles = std::move(roles);
}

std::size_t Server::connections() const noexcept {
    return state_->sessions.size();
}

}  // namespace audienced::control
