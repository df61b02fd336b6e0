// What runs need from outside. Built once by the daemon; everything pointed to outlives every run.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "aio/time.hpp"
#include "aio/worker.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "log/log.hpp"
#include "provider/limiter.hpp"
#include "provider/registry.hpp"
#include "retry/patience.hpp"
#include "source/registry.hpp"
#include "source/threads.hpp"
#include "store/store.hpp"

namespace audienced::run {

class SignIns;
class Turns;

struct Environment {
    boost::asio::any_io_executor io;
    aio::Time* time = nullptr;
    Random* random = nullptr;
    store::Store* store = nullptr;
    http::Client* http = nullptr;
    provider::Limiters* limiters = nullptr;
    SignIns* sign_ins = nullptr;  // null: connections with OAuth are refused
    log::Log* log = nullptr;
    aio::Worker* readers = nullptr;  // threads that make plans and look at sources; more come when needed
    /// Where sources are read, so that none of `readers` hangs with them; null: on `readers` themselves.
    source::Threads* source_threads = nullptr;
    std::string spool_dir;                               // 0700, in the state directory
    int reject_tries = 5;                                // limits.reject_tries of the configuration
    retry::Patience patience = retry::patience_of_runs;  // of each call of a run
    /// How providers and sources are made; tests put scripted ones in their place.
    std::function<result<provider::ProviderPtr>(const provider::ProviderArgs&)> make_provider =
        provider::make;
    std::function<result<std::unique_ptr<source::Source>>(const model::Source&, const source::Environment&)>
        make_source = source::make;
    /// Where runs of one destination wait for each other; null: they do not. The queue sets it, for its runs.
    Turns* turns = nullptr;
    /// Runs under way by this connection send nothing new from now on. The queue sets it, for its runs.
    std::function<void(const std::string& connection, const Error& why)> revoke_connection;
};

}  // namespace audienced::run
