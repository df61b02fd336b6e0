// A real PostgreSQL server on a scratch directory, run by an unprivileged user, gone when the test ends.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <thread>

namespace audienced::test {

class PostgresServer {
public:
    /// Null, with a message on standard error, if this machine has no PostgreSQL server. Throws if it has
    /// one that does not start.
    static std::unique_ptr<PostgresServer> start();
    ~PostgresServer();

    /// For the superuser "postgres", over the Unix socket, without a password.
    std::string conninfo() const;
    /// As the second of two servers.
    std::string conninfo_behind(const std::string& host, const std::string& port) const;
    /// For the user "reader" (password below), who may only sign in with it; over TCP with TLS or the Unix
    /// socket.
    std::string reader_conninfo(bool tcp) const;
    static std::string password() { return "p4ss w'rd\\"; }
    std::string certificate() const { return folder_ + "/server.crt"; }
    /// Runs SQL as the superuser, by psql; throws if it fails. Gives its output, unaligned.
    std::string sql(const std::string& text, const std::string& database = "crm") const;

    void stop();     // at once, as if the power failed
    void restart();  // after stop()

private:
    PostgresServer() = default;
    void launch();
    std::string run(const std::string& command) const;
    std::string bin_, folder_, as_;
    unsigned port_ = 0;
    pid_t pid_ = -1;
    std::thread log_;
};

}  // namespace audienced::test
