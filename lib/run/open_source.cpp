#include "run/open_source.hpp"

#include "store/definitions.hpp"

namespace audienced::run {
namespace {

/// Asks the vault when the adapter asks, which blocks.
struct StoredSecrets final : source::Secrets {
    StoredSecrets(store::Store& s, std::string name) : store(s), source(std::move(name)) {}
    std::string get(std::string_view name) const override {
        const auto load = [&](store::Database& db, const vault::Vault& vault) {
            return store::get_source_secret(db, vault, source, name);
        };
        auto secret = store.run_blocking(load);
        return secret ? std::string(secret->reveal()) : std::string();
    }
    store::Store& store;
    std::string source;
};

/// On a reader thread.
result<OpenedSource> open_blocking(Environment& env, const model::Source& definition) {
    OpenedSource out;
    out.secrets = std::make_unique<StoredSecrets>(*env.store, definition.name);
    source::Environment environment;
    environment.clock = env.time;
    environment.http = env.http;
    environment.io = env.io;
    environment.secrets = out.secrets.get();
    auto made = env.make_source(definition, environment);
    if (!made) return made.error();
    out.source = std::move(*made);
    if (env.source_threads)
        out.source =
            env.source_threads->on_own_thread(definition.name, std::move(out.source), std::move(out.secrets),
                                              source::longest_silence(definition));
    return out;
}

awaitable<result<OpenedSource>> open(Environment& env, const model::Source& definition) {
    const auto make = [&] { return open_blocking(env, definition); };
    co_return co_await env.readers->run(make);
}

}  // namespace

awaitable<result<OpenedSource>> open_source(Environment& env, model::Source source) {
    co_return co_await open(env, source);
}

awaitable<result<OpenedSource>> open_segment(Environment& env, model::Segment segment) {
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::get_source(db, segment.source);
    };
    auto source = co_await env.store->run(load);
    if (!source) co_return source.error();
    auto opened = co_await open(env, *source);
    if (opened) opened->segment = std::move(segment);
    co_return opened;
}

awaitable<result<OpenSources>> open_sources(Environment& env, std::vector<std::string> names) {
    OpenSources out;
    for (const std::string& name : names) {
        const auto load = [&](store::Database& db, const vault::Vault&) {
            return store::get_segment(db, name);
        };
        auto segment = co_await env.store->run(load);
        if (!segment) co_return segment.error();
        auto opened = co_await open_segment(env, std::move(*segment));
        if (!opened) co_return opened.error();
        out.opened.push_back(std::move(*opened));
    }
    for (const OpenedSource& o : out.opened) {
        OpenSegment segment;
        segment.segment = o.segment;
        segment.source = o.source.get();
        out.segments.push_back(std::move(segment));
    }
    co_return std::move(out);
}

}  // namespace audienced::run
