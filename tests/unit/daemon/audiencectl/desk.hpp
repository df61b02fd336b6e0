// A daemon on a temporary state directory, real but for what lies behind it, and the real audiencectl against
// it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "aio/task_group.hpp"
#include "aio/time.hpp"
#include "control/router.hpp"
#include "control/server.hpp"
#include "scripted_live.hpp"
#include "store/open.hpp"
#include "support/temp_dir.hpp"

namespace audienced::test {

struct Said {
    int code = -1;
    std::string out, err;
    nlohmann::json json() const;  // of out; fails the test where it is none
};

class Desk {
public:
    explicit Desk(control::RoleGroups roles = {}, aio::Time& time = aio::system_time());
    ~Desk();
    /// Runs audiencectl; --socket is added.
    Said ctl(std::vector<std::string> words, const std::string& input = {});
    /// The same with just these words.
    Said bare(std::vector<std::string> words, const std::string& input = {});
    /// The same in a pseudo terminal of so many columns: all that it shows is in `out`.
    Said in_terminal(std::vector<std::string> words, unsigned short columns = 80);
    /// With the exit code wanted, or the test fails with everything that was said.
    Said expect(int code, std::vector<std::string> words, const std::string& input = {});
    /// All that people defined, and the audit: the same after a refusal as before.
    std::string definitions();
    /// Exits with `code`, says `says` on standard error, and changes nothing.
    void refused(int code, std::vector<std::string> words, const std::string& says = {},
                 const std::string& input = {});
    /// On the io thread, and back when it is done.
    void on_io(const std::function<void()>& f);
    template <class F>
    auto in_store(F f) {
        return store_->run_blocking(std::move(f));
    }
    /// What the router answers to another caller.
    control::Reply ask(control::Caller caller, std::string method, std::string path, std::string body = {});

    void restart_server();
    /// A source, a segment "customers", a connection "shop" and an export "spring" on them.
    void furnish();

    TempDir dir;
    boost::asio::io_context io{1};
    ScriptedLive live{io.get_executor()};
    const std::string socket = (dir / "s").string();
    /// Beside and before what this process has: TZ, NO_COLOR.
    std::map<std::string, std::string> environment;

private:
    void start_server();
    void stop_server();
    /// What exec takes; made before the fork, since a child of several threads may not allocate.
    struct Program {
        std::vector<std::string> words, variables;
        std::vector<char*> argv, envp;
    };
    std::unique_ptr<Program> program(std::vector<std::string> words) const;

    store::Opened opened_;
    std::unique_ptr<store::Store> store_;
    control::Context context_;
    control::RoleGroups roles_;
    std::string bug_;
    std::unique_ptr<control::Router> router_;
    aio::TaskGroup group_;
    std::unique_ptr<control::Server> server_;
    std::thread thread_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
};

}  // namespace audienced::test
