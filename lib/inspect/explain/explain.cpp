#include "inspect/explain/explain.hpp"

#include <algorithm>

#include "inspect/explain/find_rows.hpp"
#include "inspect/explain/next_step.hpp"
#include "inspect/explain/remembered.hpp"
#include "inspect/explain/words.hpp"
#include "inspect/look.hpp"
#include "plan/address.hpp"
#include "run/open_source.hpp"
#include "run/prepare.hpp"
#include "source/registry.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/permission.hpp"

namespace audienced::inspect {
namespace {

constexpr std::chrono::seconds provider_limit{20};  // a person waits
constexpr std::chrono::seconds contact_limit{10};
constexpr std::chrono::seconds acts_limit{2};

/// What the explanation of one address works with.
struct Inquiry {
    run::Environment& env;
    Explanation out;
    MemoryQuestion question;
    std::shared_ptr<vault::Vault> vault;  // for a reader thread
    std::optional<run::Prepared> prepared;
    std::string not_prepared;             // why
    std::vector<store::GroupRow> groups;  // of the destination
};

result<void> load_inquiry(store::Database& db, const vault::Vault& vault, Inquiry& q) {
    q.vault = std::make_shared<vault::Vault>(vault.clone());
    q.out.member = vault.members().member(q.out.address);
    auto id = store::export_id(db, q.question.definition.name);
    if (!id) return id.error();
    q.question.export_id = *id;
    auto bound = store::bound_destination(db, *id);
    if (!bound) return bound.error();
    q.question.bound = bound->has_value();
    if (*bound) q.question.destination = **bound;
    const model::Export& definition = q.question.definition;
    if (!definition.enabled)
        q.out.no_run = "the export is disabled (audiencectl export enable " + definition.name + ")";
    if (definition.connection.empty()) {
        q.out.no_run = "the export has no connection (audiencectl export attach " + definition.name +
                       " --connection NAME)";
        return {};
    }
    auto connection = store::get_connection(db, definition.connection);
    if (!connection) return connection.error();
    if (auto may = store::may_run(*connection); !may && q.out.no_run.empty())
        q.out.no_run = may.error().text();
    return {};
}

/// The account, the destination, its fields and groups; without them the rest still answers.
awaitable<result<void>> ask_provider(Inquiry& q) {
    auto task = run::prepare(q.env, q.question.definition.name, nullptr, nullptr);
    const Deadline deadline = q.env.time->steady() + provider_limit;
    auto prepared = co_await aio::with_deadline(*q.env.time, deadline, std::move(task));
    if (!prepared && prepared.error().code == Errc::cancelled) co_return prepared.error();
    if (!prepared) {
        q.not_prepared = prepared.error().code == Errc::timeout
                             ? std::string("the provider did not answer in time")
                             : prepared.error().text();
        q.out.now.not_asked = q.not_prepared;
        co_return result<void>{};
    }
    const run::RunDefinition& definition = prepared->definition;
    q.question.bound = definition.slots.own != 0;
    q.question.destination = definition.destination;
    q.prepared = std::move(*prepared);
    co_return result<void>{};
}

awaitable<result<void>> recall(Inquiry& q) {
    const auto read = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto subject = find_subject(db, q.question.destination, q.out.member);
        if (!subject) return subject.error();
        q.question.subject = *subject;
        auto memory = read_memory(db, vault, q.question);
        if (!memory) return memory.error();
        q.out.memory = std::move(*memory);
        auto groups = store::groups_of_destination(db, q.question.destination);
        if (!groups) return groups.error();
        q.groups = std::move(*groups);
        return {};
    };
    if (auto done = co_await q.env.store->run(read); !done) co_return done;
    co_return co_await read_acts(*q.env.store, *q.env.time, q.question, acts_limit, q.out.memory);
}

/// Titles of the groups in which the provider shows the contact.
std::vector<std::string> groups_of(const provider::ContactStatus& status,
                                   const std::vector<store::GroupRow>& groups) {
    std::vector<std::string> titles;
    for (const store::GroupRow& group : groups) {
        const bool tagged = status.tags && std::find(status.tags->begin(), status.tags->end(), group.id) !=
                                               status.tags->end();
        if (!group.id.empty() && (group.is_list ? status.on_list.value_or(false) : tagged))
            titles.push_back(group.title);
    }
    return titles;
}

/// The contact itself, by its id where that is known.
awaitable<result<void>> ask_contact(Inquiry& q) {
    AtProvider& now = q.out.now;
    if (!q.prepared) co_return result<void>{};
    const run::RunDefinition& definition = q.prepared->definition;
    provider::ContactQuestion question;
    question.destination = definition.settings.destination;
    question.address = q.out.address;
    question.contact_id = q.out.memory.contact_id;
    auto task = definition.session->provider->read_contact(std::move(question));
    const Deadline deadline = q.env.time->steady() + contact_limit;
    auto contact = co_await aio::with_deadline(*q.env.time, deadline, std::move(task));
    if (!contact && contact.error().code == Errc::cancelled) co_return contact.error();
    if (!contact) {
        now.not_asked = contact.error().code == Errc::timeout
                            ? std::string("the provider did not answer in time")
                            : contact.error().text();
        co_return result<void>{};
    }
    now.found = contact->has_value();
    if (!now.found) co_return result<void>{};
    now.status = std::move((**contact).status);
    now.words = std::move((**contact).state_word);
    now.moved = now.status.address != q.out.address;
    now.groups = groups_of(now.status, q.groups);
    co_return result<void>{};
}

/// On a reader thread: every segment that can be read within the time.
result<void> read_rows(const run::OpenedSource& opened, const plan::Mapping& mapping, RowFinder& finder,
                       SegmentLook& look, std::stop_token stop) {
    finder.begin_segment(look);
    auto read = opened.source->read(opened.segment, mapping.columns(), finder, stop);
    if (!read) return read.error();
    look.complete = true;
    return {};
}

awaitable<result<SegmentLook>> name_segment(run::Environment& env, std::string name) {
    SegmentLook look;
    look.name = name;
    const auto load = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto segment = store::get_segment(db, name);
        if (!segment) return segment.error();
        look.title = segment->title.empty() ? segment->name : segment->title;
        auto source = store::get_source(db, segment->source);
        if (!source) return source.error();
        const source::Kind* kind = source::find_kind(source->kind);
        look.by_line = kind && kind->rows_are_lines && kind->rows_are_lines(*source, *segment);
        return {};
    };
    auto loaded = co_await env.store->run(load);
    if (!loaded) co_return loaded.error();
    co_return look;
}

awaitable<result<void>> search_segment(Inquiry& q, const plan::Mapping& mapping, RowFinder& finder,
                                       SegmentLook& look, Deadline deadline) {
    std::vector<std::string> only{look.name};
    auto opened = co_await run::open_sources(q.env, std::move(only));
    if (!opened) {
        look.problem = opened.error().text();
        co_return result<void>{};
    }
    std::stop_source stop;
    const run::OpenedSource& source = opened->opened.front();
    const auto read = [&, token = stop.get_token()] {
        return read_rows(source, mapping, finder, look, token);
    };
    auto task = q.env.readers->run(read);
    auto done = co_await aio::with_deadline(*q.env.time, deadline, stop, std::move(task));
    if (done) co_return result<void>{};
    if (done.error().code == Errc::cancelled) co_return done;
    look.problem = done.error().code == Errc::timeout
                       ? "reading was given up after " + std::to_string(look_limit.count()) +
                             " s in all; what was found until then is shown"
                       : done.error().text();
    co_return result<void>{};
}

awaitable<result<std::uint64_t>> search(Inquiry& q, const plan::Mapping& mapping) {
    WantedRows wanted;
    wanted.address = q.out.address;
    for (const auto& [member, under] : q.question.subject.all())
        if (under != Under::asked) wanted.others.emplace_back(member, under);
    RowFinder finder(std::move(wanted), *q.vault);
    const Deadline deadline = q.env.time->steady() + look_limit;
    for (const std::string& name : q.question.definition.segments) {
        auto look = co_await name_segment(q.env, name);
        if (!look) co_return look.error();
        q.out.segments.push_back(std::move(*look));
        auto done = co_await search_segment(q, mapping, finder, q.out.segments.back(), deadline);
        if (!done) co_return done.error();
    }
    const bool found = std::any_of(q.out.segments.begin(), q.out.segments.end(),
                                   [](const SegmentLook& look) { return look.found > 0; });
    if (!found) q.out.near = std::move(finder.near);
    co_return finder.nameless;
}

/// An opt-out of the provider that the memory does not know yet.
bool opted_out_now(const AtProvider& now) {
    return now.not_asked.empty() && now.found && provider::opt_out_of(now.status.state).has_value();
}

run::PlanInput plan_input(const Inquiry& q, const provider::ValueRules& rules) {
    const run::RunDefinition& definition = q.prepared->definition;
    run::PlanInput in;
    in.definition = definition.settings;
    in.export_id = definition.export_id;
    in.run = -1;  // of no row that is stored
    for (const SegmentLook& look : q.out.segments) {
        run::OpenSegment segment;
        segment.segment.name = look.name;
        in.segments.push_back(std::move(segment));
    }
    in.groups = q.prepared->groups;
    in.wire_fields = definition.wire_fields;
    in.field_ids = definition.field_ids();
    in.rules = &rules;
    in.destination = definition.destination;
    if (opted_out_now(q.out.now)) in.opted_out.push_back(q.question.subject.contact());
    in.slots = definition.slots;
    in.now = q.env.time->now();
    in.store = q.env.store;
    in.vault = q.vault.get();
    return in;
}

awaitable<result<void>> look_ahead(Inquiry& q, std::uint64_t nameless) {
    NextStep& next = q.out.next;
    const auto unread = std::find_if(q.out.segments.begin(), q.out.segments.end(),
                                     [](const SegmentLook& look) { return !look.complete; });
    if (!q.prepared) {
        next.why_unknown = q.not_prepared;
        co_return result<void>{};
    }
    if (unread != q.out.segments.end()) {
        next.why_unknown = "segment " + unread->name + " could not be read to its end";
        co_return result<void>{};
    }
    const run::RunDefinition& definition = q.prepared->definition;
    const auto rules = definition.session->provider->value_rules(definition.fields);
    const run::PlanInput in = plan_input(q, *rules);
    const auto work = [&] {
        return work_out_next_step(in, q.question.subject, q.question.bound, q.out.segments, nameless);
    };
    auto step = co_await q.env.readers->run(work);
    if (!step) co_return step.error();
    next = std::move(*step);
    co_return result<void>{};
}

}  // namespace

awaitable<result<Explanation>> explain_address(run::Environment& env, model::Export definition,
                                               std::string address) {
    Inquiry q{env, {}, {}, {}, {}, {}, {}};
    q.question.definition = std::move(definition);
    const model::Export& settings = q.question.definition;
    const auto problem = plan::normalise_address(address, q.out.address);
    if (problem != plan::AddressProblem::none) {
        q.out.address.clear();
        q.out.invalid = plan::words_of(problem);
        q.out.headline = headline(q.out, settings, {});
        co_return std::move(q.out);
    }
    const auto load = [&](store::Database& db, const vault::Vault& vault) {
        return load_inquiry(db, vault, q);
    };
    if (auto done = co_await env.store->run(load); !done) co_return done.error();
    if (auto done = co_await ask_provider(q); !done) co_return done.error();
    if (auto done = co_await recall(q); !done) co_return done.error();
    if (auto done = co_await ask_contact(q); !done) co_return done.error();
    std::vector<std::string> field_ids;
    if (q.prepared) field_ids = q.prepared->definition.field_ids();
    const bool clear_empty = q.prepared ? q.prepared->definition.settings.clear_empty : settings.clear_empty;
    const plan::Mapping mapping(settings.email, settings.fields, clear_empty, field_ids, settings.key);
    auto nameless = co_await search(q, mapping);
    if (!nameless) co_return nameless.error();
    if (auto done = co_await look_ahead(q, *nameless); !done) co_return done.error();
    q.out.headline = headline(q.out, settings, q.out.no_run);
    co_return std::move(q.out);
}

}  // namespace audienced::inspect
