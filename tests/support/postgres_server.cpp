#include "support/postgres_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <stdexcept>
#include <vector>

extern char** environ;

namespace audienced::test {
namespace {
namespace fs = std::filesystem;

std::string find_bin() {
    const fs::path root = "/usr/lib/postgresql";
    std::string best;
    std::error_code none;
    for (fs::directory_iterator it(root, none), end; !none && it != end; ++it)
        if (fs::exists(it->path() / "bin/initdb")) best = std::max(best, (it->path() / "bin").string());
    return best;
}

std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

unsigned free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no free port");
    ::close(fd);
    return ntohs(address.sin_port);
}

}  // namespace

std::string PostgresServer::run(const std::string& command) const {
    FILE* pipe = ::popen((as_ + command + " 2>&1").c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot run " + command);
    std::string out;
    char piece[4096];
    while (const std::size_t n = std::fread(piece, 1, sizeof piece, pipe)) out.append(piece, n);
    if (::pclose(pipe) != 0) throw std::runtime_error(command + " failed: " + out);
    return out;
}

std::unique_ptr<PostgresServer> PostgresServer::start() {
    const std::string bin = find_bin();
    if (bin.empty()) {
        std::cerr
            << "*** NOT TESTED: no PostgreSQL server below /usr/lib/postgresql (Debian: postgresql) ***\n";
        return nullptr;
    }
    std::unique_ptr<PostgresServer> server(new PostgresServer);
    server->bin_ = bin;
    char folder[] = "/tmp/audienced-pg-XXXXXX";
    if (!::mkdtemp(folder)) throw std::runtime_error("no scratch directory");
    server->folder_ = folder;
    if (::geteuid() == 0) {  // the server refuses to run as root
        const char* user = ::getpwnam("postgres") ? "postgres" : "nobody";
        const passwd* entry = ::getpwnam(user);
        if (::chown(folder, entry->pw_uid, entry->pw_gid) != 0) throw std::runtime_error("chown failed");
        server->as_ = "cd / && setpriv --reuid " + std::string(user) + " --regid " +
                      std::to_string(entry->pw_gid) + " --clear-groups ";
    }
    const std::string data = server->folder_ + "/data";
    server->run(quoted(bin + "/initdb") + " -D " + data +
                " -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync");
    server->run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost "
        "-addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout " +
        server->folder_ + "/server.key -out " + server->certificate());
    std::ofstream(data + "/pg_hba.conf") << "local all reader scram-sha-256\nlocal all all trust\n"
                                            "hostssl all reader 127.0.0.1/32 scram-sha-256\n";
    server->port_ = free_port();
    server->launch();
    server->sql(
        "CREATE ROLE reader LOGIN PASSWORD '" + std::string("p4ss w''rd\\") + "'; CREATE DATABASE crm",
        "postgres");
    return server;
}

void PostgresServer::launch() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const std::string command = as_ + "--pdeathsig KILL ";
    const std::string line =
        "exec " + (as_.empty() ? std::string() : command.substr(command.find("setpriv"))) +
        quoted(bin_ + "/postgres") + " -D " + folder_ + "/data -k " + folder_ + " -p " +
        std::to_string(port_) +
        " -c listen_addresses=127.0.0.1 -c fsync=off -c ssl=on -c ssl_cert_file=" + certificate() +
        " -c ssl_key_file=" + folder_ + "/server.key -c max_connections=20 -c shared_buffers=16MB";
    const char* argv[] = {"sh", "-c", line.c_str(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    const int failed = ::posix_spawn(&pid_, "/bin/sh", &actions, nullptr, const_cast<char**>(argv), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed) throw std::runtime_error("cannot start postgres");
    // The log says when the server is ready; after that it only has to be kept from filling the pipe.
    std::promise<std::string> ready;
    auto answer = ready.get_future();
    log_ = std::thread([fd = ends[0], promise = std::move(ready)]() mutable {
        std::string seen;
        bool told = false;
        char piece[4096];
        for (ssize_t n; (n = ::read(fd, piece, sizeof piece)) > 0;) {
            if (told) continue;
            seen.append(piece, static_cast<std::size_t>(n));
            if (seen.find("ready to accept connections") == seen.npos) continue;
            promise.set_value({});
            told = true;
        }
        if (!told) promise.set_value(seen);
        ::close(fd);
    });
    const std::string trouble = answer.get();
    if (!trouble.empty()) throw std::runtime_error("postgres did not start: " + trouble);
}

void PostgresServer::stop() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGQUIT);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    log_.join();
}

void PostgresServer::restart() {
    launch();
}

PostgresServer::~PostgresServer() {
    stop();
    if (log_.joinable()) log_.join();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string PostgresServer::conninfo() const {
    return "host=" + folder_ + " port=" + std::to_string(port_) + " user=postgres dbname=crm";
}

std::string PostgresServer::conninfo_behind(const std::string& host, const std::string& port) const {
    return "host=" + host + "," + folder_ + " port=" + port + "," + std::to_string(port_) +
           " user=postgres dbname=crm";
}

std::string PostgresServer::reader_conninfo(bool tcp) const {
    return "host=" + (tcp ? "127.0.0.1" : folder_) + " port=" + std::to_string(port_) +
           " user=reader dbname=crm";
}

std::string PostgresServer::sql(const std::string& text, const std::string& database) const {
    std::string command = quoted(bin_ + "/psql") + " -X -q -A -t -v ON_ERROR_STOP=1 -h " + folder_ + " -p " +
                          std::to_string(port_) + " -U postgres -d " + database;
    std::size_t from = 0;  // CREATE DATABASE and its like want a command of their own
    for (std::size_t at; text.find("DATABASE") != text.npos && (at = text.find(';', from)) != text.npos;
         from = at + 1)
        command += " -c " + quoted(text.substr(from, at - from));
    return run(command + " -c " + quoted(text.substr(from)));
}

}  // namespace audienced::test
