#include <algorithm>

#include "aio/task_group.hpp"
#include "aio/with_deadline.hpp"
#include "inspect/doctor/gather.hpp"
#include "provider/registry.hpp"
#include "retry/retry_after.hpp"
#include "run/open_source.hpp"

namespace audienced::inspect::doctor {
namespace {

constexpr std::chrono::seconds patience{10};

/// Where the calls of a connection go. None: it was never signed in.
std::optional<http::Url> address_of(const model::Connection& c) {
    std::string base = c.api_base;
    const auto* kind = provider::find_kind(c.provider);
    if (base.empty() && kind && kind->default_api_base)
        if (auto own = kind->default_api_base({})) base = *own;
    if (base.empty()) return std::nullopt;
    auto url = http::parse_url(base);
    if (!url) return std::nullopt;
    return *url;
}

struct Asked {
    http::Url url;
    std::string ca_file;
    HostFacts facts;
};

/// Without credentials: any answer will do.
awaitable<void> ask(run::Environment& env, Asked& host) {
    http::Request request;
    request.url = host.url;
    request.ca_file = host.ca_file;
    request.head_only = true;
    request.on_new_connection = true;
    host.facts.asked = env.time->now();
    auto answer = co_await env.http->send(std::move(request), env.time->steady() + patience);
    host.facts.answered = env.time->now();
    if (!answer) {
        host.facts.failed = answer.error();
        co_return;
    }
    host.facts.status = answer->status;
    if (const auto date = retry::parse_http_date(answer->header("Date"), host.facts.answered))
        host.facts.date = *date;
}

awaitable<result<std::string>> test_one(run::Environment& env, const model::Source& source) {
    auto opened = co_await run::open_source(env, source);
    if (!opened) co_return opened.error();
    std::stop_source stop;
    auto test = [&opened, token = stop.get_token()] { return opened->source->test(token); };
    auto task = env.readers->run(std::move(test));
    const Deadline deadline = env.time->steady() + patience;
    auto answer = co_await aio::with_deadline(*env.time, deadline, stop, std::move(task));
    if (!answer && answer.error().code == Errc::timeout)
        co_return make_error(
            Errc::timeout, "the source " + source.name + " did not answer within 10 s",
            "look at what holds it; audiencectl source test " + source.name + " waits longer");
    co_return answer;
}

awaitable<void> test_into(run::Environment& env, const model::Source& source, SourceFacts& facts) {
    facts.answer = co_await test_one(env, source);
}

}  // namespace

awaitable<std::vector<HostFacts>> gather_hosts(run::Environment& env,
                                               const std::vector<model::Connection>& connections) {
    std::vector<Asked> hosts;
    for (const model::Connection& c : connections) {
        const auto url = address_of(c);
        if (!url) continue;
        const auto same = std::find_if(hosts.begin(), hosts.end(), [&](const Asked& h) {
            return h.url.same_origin(*url) && h.ca_file == c.ca_file;
        });
        if (same != hosts.end()) {
            same->facts.connections.push_back(c.name);
            continue;
        }
        hosts.push_back({*url, c.ca_file, {}});
        hosts.back().facts.host = url->host;
        hosts.back().facts.connections.push_back(c.name);
    }
    aio::TaskGroup group(env.io);
    for (Asked& host : hosts) group.spawn("doctor asks " + host.facts.host, ask(env, host));
    co_await group.wait();
    std::vector<HostFacts> out;
    for (Asked& host : hosts) out.push_back(std::move(host.facts));
    co_return out;
}

awaitable<std::vector<SourceFacts>> gather_sources(run::Environment& env,
                                                   const std::vector<model::Source>& sources) {
    std::vector<SourceFacts> out(sources.size());
    aio::TaskGroup group(env.io);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        out[i].name = sources[i].name;
        group.spawn("doctor tests the source " + sources[i].name, test_into(env, sources[i], out[i]));
    }
    co_await group.wait();
    co_return out;
}

}  // namespace audienced::inspect::doctor
