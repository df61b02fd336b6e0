// One connection to a server, every wait of which ends when the reader is told to stop.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "source/postgres/postgres.hpp"

struct pg_conn;
struct pg_result;

namespace audienced::source::postgres {

struct CloseConnection {
    void operator()(pg_conn*) const noexcept;
};
struct ClearResult {
    void operator()(pg_result*) const noexcept;
};
using ResultPtr = std::unique_ptr<pg_result, ClearResult>;

class Connection {
public:
    /// Errors: see connect_error(); not_ready, cancelled.
    static result<std::unique_ptr<Connection>> open(const Options& options, std::stop_token stop);
    ~Connection();

    /// One statement, sent in the way that allows one only. Gives its rows as text, all of them.
    /// Errors: see error_of(); not_ready when the connection breaks or the server says nothing for too long;
    /// cancelled (the server is told to stop too).
    result<ResultPtr> run(const std::string& sql);
    /// What a statement would give, without running it.
    result<ResultPtr> describe(const std::string& sql);
    /// What the server said of itself at the start, such as "server_encoding"; empty if nothing.
    std::string parameter(const char* name) const;
    /// 150003 for 15.3.
    int version() const;
    /// "PostgreSQL 15.3" or what else the server calls itself.
    std::string server() const;

private:
    enum class Wait { ready, stopped, timed_out };
    Connection(const Options& options, std::stop_token stop);
    Wait wait(bool reading, bool writing, int seconds) const;
    result<void> connect(const Options& options);
    result<void> connect_to(const ConnInfo& conninfo, const Secret& password);
    result<void> follow_connecting(int seconds);
    result<ResultPtr> finish(std::string_view sql);
    result<void> flush();
    static Error lost(const pg_result* last = nullptr);
    void cancel();

    std::stop_token stop_;
    int wake_ = -1;       // an eventfd that the stop token writes to
    int wake_error_ = 0;  // why there is none
    int patience_seconds_;
    std::unique_ptr<pg_conn, CloseConnection> handle_;
};

}  // namespace audienced::source::postgres
