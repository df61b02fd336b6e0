#include "source/postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "source/postgres/failure.hpp"
#include "source/settings.hpp"

namespace audienced::source::postgres {
namespace {
constexpr int connect_seconds = 15;
// The server ends a statement itself; only a server that is gone without a word is waited for longer.
constexpr int grace_seconds = 30;

bool has(const ConnInfo& conninfo, std::string_view key) {
    for (const auto& [k, v] : conninfo)
        if (k == key) return true;
    return false;
}
}  // namespace

void CloseConnection::operator()(pg_conn* c) const noexcept {
    PQfinish(c);
}
void ClearResult::operator()(pg_result* r) const noexcept {
    PQclear(r);
}

Connection::Connection(const Options& options, std::stop_token stop)
    : stop_(std::move(stop)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      wake_error_(wake_ < 0 ? errno : 0),
      patience_seconds_(static_cast<int>(options.statement_seconds) + grace_seconds) {}

Connection::~Connection() {
    if (wake_ >= 0) ::close(wake_);
}

result<std::unique_ptr<Connection>> Connection::open(const Options& options, std::stop_token stop) {
    std::unique_ptr<Connection> connection(new Connection(options, std::move(stop)));
    if (auto fine = connection->connect(options); !fine) return fine.error();
    return connection;
}

Connection::Wait Connection::wait(bool reading, bool writing, int seconds) const {
    const std::stop_callback wake(stop_, [fd = wake_] { (void)!::write(fd, "\1\0\0\0\0\0\0\0", 8); });
    pollfd fds[2] = {{PQsocket(handle_.get()), 0, 0}, {wake_, POLLIN, 0}};
    if (reading) fds[0].events |= POLLIN;
    if (writing) fds[0].events |= POLLOUT;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    for (;;) {
        if (stop_.stop_requested()) return Wait::stopped;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left.count() <= 0) return Wait::timed_out;
        const int n = ::poll(fds, 2, static_cast<int>(left.count()));
        if (n > 0 && fds[0].revents != 0) return Wait::ready;
    }
}

result<void> Connection::connect(const Options& options) {
    if (wake_ < 0)
        return retryable(Errc::not_ready,
                         std::string("no descriptor for a connection: ") + std::strerror(wake_error_));
    // libpq goes on to the next server by itself if one refuses, but not if one is silent.
    for (ConnInfo conninfo = options.conninfo;;) {
        auto connected = connect_to(conninfo, options.password);
        if (connected) PQsetnonblocking(handle_.get(), 1);
        if (connected || connected.error().code != Errc::timeout) return connected;
        const char *host = PQhost(handle_.get()), *port = PQport(handle_.get());
        if (!drop_host(conninfo, host ? host : "", port ? port : ""))
            return retryable(Errc::not_ready, connected.error().message,
                             "check host and port, and the network");
    }
}

/// Errors: those of open(); timeout.
result<void> Connection::connect_to(const ConnInfo& conninfo, const Secret& secret) {
    std::vector<const char*> keys, values;
    const auto add = [&](const char* key, const char* value) {
        keys.push_back(key);
        values.push_back(value);
    };
    for (const auto& [key, value] : conninfo) add(key.c_str(), value.c_str());
    const std::string password(secret.reveal());
    if (!password.empty()) add("password", password.c_str());
    add("client_encoding", "UTF8");
    add("application_name", "audienced");
    // Detects a server that vanished, even if the network drops our packets silently.
    if (!has(conninfo, "tcp_user_timeout")) add("tcp_user_timeout", "60000");
    if (!has(conninfo, "keepalives_idle")) add("keepalives_idle", "30");
    add(nullptr, nullptr);
    handle_.reset(PQconnectStartParams(keys.data(), values.data(), 0));
    if (!handle_) return retryable(Errc::not_ready, "no memory for a connection");
    PQsetErrorVerbosity(handle_.get(),
                        PQERRORS_VERBOSE);  // else no SQLSTATE is said before there is a connection

    // PQconnectPoll does not heed connect_timeout; that is ours to do, over all addresses together.
    int seconds = connect_seconds;
    for (const auto& [key, value] : conninfo)
        if (key == "connect_timeout" && std::atoi(value.c_str()) > 0) seconds = std::atoi(value.c_str());
    if (auto followed = follow_connecting(seconds); !followed) return followed;
    if (PQstatus(handle_.get()) != CONNECTION_OK)
        return connect_error(PQerrorMessage(handle_.get()), PQconnectionNeedsPassword(handle_.get()) != 0);
    PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
    return {};
}

/// Errors: cancelled, timeout.
result<void> Connection::follow_connecting(int seconds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (PQstatus(handle_.get()) != CONNECTION_BAD && state != PGRES_POLLING_OK) {
        if (state == PGRES_POLLING_FAILED) break;
        const auto left = std::chrono::ceil<std::chrono::seconds>(until - std::chrono::steady_clock::now());
        switch (wait(state == PGRES_POLLING_READING, state == PGRES_POLLING_WRITING,
                     static_cast<int>(left.count()))) {
            case Wait::stopped:
                return cancelled();
            case Wait::timed_out:
                return make_error(Errc::timeout,
                                  "the server did not answer within " + std::to_string(seconds) + " s");
            case Wait::ready:
                break;
        }
        state = PQconnectPoll(handle_.get());
    }
    return {};
}

/// `last`: what came before it broke; a server says there why it hangs up.
Error Connection::lost(const pg_result* last) {
    if (last && PQresultErrorField(last, PG_DIAG_SQLSTATE)) return error_of(refusal_of(last));
    return retryable(Errc::not_ready, "the connection to the server was lost while the segment was read");
}

/// Tells the server to stop without waiting for it: the connection is closed next.
void Connection::cancel() {
    if (PGcancel* request = PQgetCancel(handle_.get())) {
        char why[256];
        PQcancel(request, why, sizeof why);
        PQfreeCancel(request);
    }
}

result<void> Connection::flush() {
    for (;;) {
        const int left = PQflush(handle_.get());
        if (left < 0) return lost();
        if (left == 0) return {};
        const Wait state = wait(true, true, patience_seconds_);
        if (state == Wait::stopped) return cancelled();
        if (state == Wait::timed_out || !PQconsumeInput(handle_.get())) return lost();
    }
}

result<ResultPtr> Connection::finish(std::string_view sql) {
    if (auto fine = flush(); !fine) return fine.error();
    ResultPtr first;
    for (;;) {
        while (PQisBusy(handle_.get())) {
            switch (wait(true, false, patience_seconds_)) {
                case Wait::stopped:
                    cancel();
                    return cancelled();
                case Wait::timed_out:
                    return retryable(Errc::not_ready, "the server stopped responding",
                                     "check the network and the server");
                case Wait::ready:
                    break;
            }
            if (!PQconsumeInput(handle_.get())) return lost(first.get());
        }
        ResultPtr next(PQgetResult(handle_.get()));
        if (!next) break;
        if (!first || PQresultStatus(next.get()) == PGRES_FATAL_ERROR) first = std::move(next);
    }
    if (!first) return lost();
    const auto status = PQresultStatus(first.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return first;
    if (PQstatus(handle_.get()) != CONNECTION_OK) return lost(first.get());
    return error_of(refusal_of(first.get()), sql);
}

result<ResultPtr> Connection::run(const std::string& sql) {
    // The extended protocol: a second statement behind a semicolon is an error of the server's.
    if (!PQsendQueryParams(handle_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0))
        return lost();
    return finish(sql);
}

result<ResultPtr> Connection::describe(const std::string& sql) {
    if (!PQsendPrepare(handle_.get(), "", sql.c_str(), 0, nullptr)) return lost();
    if (auto prepared = finish(sql); !prepared) return prepared.error();
    if (!PQsendDescribePrepared(handle_.get(), "")) return lost();
    return finish(sql);
}

std::string Connection::parameter(const char* name) const {
    const char* value = PQparameterStatus(handle_.get(), name);
    return value ? value : "";
}

int Connection::version() const {
    return PQserverVersion(handle_.get());
}

std::string Connection::server() const {
    const char* host = PQhost(handle_.get());
    const char* database = PQdb(handle_.get());
    return "PostgreSQL " + parameter("server_version") + ", database " + (database ? database : "?") +
           " at " + (host && *host ? host : "the local socket");
}

}  // namespace audienced::source::postgres
