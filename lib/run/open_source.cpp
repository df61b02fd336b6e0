#include "run/open_source.hpp"

#include "store/definitions.hpp"

namespace audienced::run {
namespace {

/// Asks the vault when the adapter asks, which blocks.
struct StoredSecrets final : source::Secrets {
    StoredSecrets(store::Store& s, std::string name, DraftsPtr d)
        : store(s), source(std::move(name)), drafts(std::move(d)) {}
    std::string get(std::string_view name) const override {
        const auto* const of_source = drafts ? find_draft(drafts->source_secrets, source) : nullptr;
        if (const Secret* const draft = of_source ? find_draft(*of_source, name) : nullptr)
            return std::string(draft->reveal());
        const auto load = [&](store::Database& db, const vault::Vault& vault) {
            return store::get_source_secret(db, vault, source, name);
        };
        auto secret = store.run_blocking(load);
        return secret ? std::string(secret->reveal()) : std::string();
    }
    store::Store& store;
    std::string source;
    DraftsPtr drafts;
};

Error of_source(Error error) {
    error.quotes = Quotes::source;
    return error;
}

/// Every error of a source passes here, so that it is known whose words they are.
class Marked final : public source::Source {
public:
    explicit Marked(std::unique_ptr<source::Source> inner) : inner_(std::move(inner)) {}
    result<std::string> test(std::stop_token stop) override { return marked(inner_->test(std::move(stop))); }
    result<source::Description> describe(const model::Segment& segment, std::stop_token stop) override {
        return marked(inner_->describe(segment, std::move(stop)));
    }
    result<source::Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                                  source::RowSink& sink, std::stop_token stop) override {
        return marked(inner_->read(segment, columns, sink, std::move(stop)));
    }

private:
    template <class T>
    static result<T> marked(result<T> outcome) {
        if (!outcome) return of_source(outcome.error());
        return outcome;
    }
    std::unique_ptr<source::Source> inner_;
};

/// On a reader thread.
result<OpenedSource> open_blocking(Environment& env, const model::Source& definition, DraftsPtr drafts) {
    OpenedSource out;
    out.secrets = std::make_unique<StoredSecrets>(*env.store, definition.name, std::move(drafts));
    source::Environment environment;
    environment.clock = env.time;
    environment.http = env.http;
    environment.io = env.io;
    environment.secrets = out.secrets.get();
    auto made = env.make_source(definition, environment);
    if (!made) return of_source(made.error());
    out.source = std::move(*made);
    if (env.source_threads)
        out.source =
            env.source_threads->on_own_thread(definition.name, std::move(out.source), std::move(out.secrets),
                                              source::longest_silence(definition));
    out.source = std::make_unique<Marked>(std::move(out.source));
    return out;
}

awaitable<result<OpenedSource>> open(Environment& env, const model::Source& definition, DraftsPtr drafts) {
    const auto make = [&] { return open_blocking(env, definition, drafts); };
    co_return co_await env.readers->run(make);
}

}  // namespace

awaitable<result<OpenedSource>> open_source(Environment& env, model::Source source) {
    co_return co_await open(env, source, nullptr);
}

awaitable<result<OpenedSource>> open_segment(Environment& env, model::Segment segment, DraftsPtr drafts) {
    const auto load = [&](store::Database& db, const vault::Vault&) -> result<model::Source> {
        if (const auto* draft = drafts ? find_draft(drafts->sources, segment.source) : nullptr) return *draft;
        return store::get_source(db, segment.source);
    };
    auto source = co_await env.store->run(load);
    if (!source) co_return source.error();
    auto opened = co_await open(env, *source, drafts);
    if (opened) opened->segment = std::move(segment);
    co_return opened;
}

awaitable<result<OpenSources>> open_sources(Environment& env, std::vector<std::string> names,
                                            DraftsPtr drafts) {
    OpenSources out;
    for (const std::string& name : names) {
        const auto load = [&](store::Database& db, const vault::Vault&) -> result<model::Segment> {
            if (const auto* draft = drafts ? find_draft(drafts->segments, name) : nullptr) return *draft;
            return store::get_segment(db, name);
        };
        auto segment = co_await env.store->run(load);
        if (!segment) co_return segment.error();
        auto opened = co_await open_segment(env, std::move(*segment), drafts);
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
