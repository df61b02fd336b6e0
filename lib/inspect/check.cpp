#include "inspect/check.hpp"

#include <algorithm>

#include "inspect/columns.hpp"
#include "inspect/describe_segment.hpp"
#include "inspect/look.hpp"
#include "inspect/sample_values.hpp"
#include "run/open_source.hpp"
#include "run/session.hpp"
#include "store/definitions.hpp"

namespace audienced::inspect {
namespace {

/// Columns that the mapping needs and a segment does not have, or has twice.
awaitable<void> check_columns(run::Environment& env, const model::Export& definition, run::DraftsPtr drafts,
                              Check& out) {
    auto sources = co_await run::open_sources(env, definition.segments, drafts);
    if (!sources) {
        out.problems.push_back(sources.error());
        co_return;
    }
    const std::vector<std::string> wanted = needed_columns(definition);
    for (const run::OpenSegment& open : sources->segments) {
        const auto describe = [&](std::stop_token stop) {
            return open.source->describe(open.segment, std::move(stop));
        };
        auto described = co_await look(env, open.segment.source, describe);
        if (!described) {
            out.problems.push_back(described.error());
            continue;
        }
        plan::MappingGuess guessed;
        if (!missing_columns(wanted, *described).empty()) {
            const auto guess = [&](std::stop_token stop) -> result<plan::MappingGuess> {
                return guess_from(*open.source, open.segment, described->columns, std::move(stop));
            };
            auto guess_made = co_await look(env, open.segment.source, guess);
            if (guess_made) guessed = std::move(*guess_made);
        }
        for (Error& problem : column_problems(open.segment.name, wanted, *described, guessed))
            out.problems.push_back(std::move(problem));
        if (described->rows && *described->rows == 0)
            out.warnings.push_back("segment " + open.segment.name +
                                   " is empty now; runs are skipped until it is not");
        if (described->rows && *described->rows > definition.guards.max_profiles)
            out.warnings.push_back(
                "segment " + open.segment.name + " holds more profiles than --max-profiles " +
                std::to_string(definition.guards.max_profiles) + " allows; runs will be skipped");
    }
}

struct Definitions {
    std::optional<model::Connection> connection;
    std::vector<std::string> titles;
};

result<Definitions> load(store::Database& db, const model::Export& definition, const run::DraftsPtr& drafts,
                         bool with_connection) {
    Definitions out;
    if (const auto* draft = drafts ? run::find_draft(drafts->connections, definition.connection) : nullptr) {
        out.connection = *draft;
    } else if (with_connection) {
        auto connection = store::get_connection(db, definition.connection);
        if (!connection) return connection.error();
        out.connection = std::move(*connection);
    }
    for (const std::string& name : definition.segments) {
        if (const auto* draft = drafts ? run::find_draft(drafts->segments, name) : nullptr) {
            out.titles.push_back(draft->title.empty() ? draft->name : draft->title);
            continue;
        }
        auto segment = store::get_segment(db, name);
        if (!segment) return segment.error();
        out.titles.push_back(segment->title.empty() ? segment->name : segment->title);
    }
    return out;
}

/// What the provider says of the mapping. The entries that it refuses: they need no other advice.
std::vector<bool> check_mapping(const provider::Provider& provider, const model::Export& definition,
                                const provider::Destination& destination, Check& out) {
    std::vector<bool> refused(definition.fields.size());
    for (provider::MappingProblem& problem : provider.check_mapping(definition.fields, destination)) {
        if (problem.refuses) {
            if (problem.at < refused.size()) refused[problem.at] = true;
            out.problems.push_back(std::move(problem.error));
        } else {
            out.warnings.push_back(problem.error.text());
        }
    }
    return refused;
}

/// The fields of the mapping as they are at the destination; of one that is not there only the name.
awaitable<result<std::vector<provider::Field>>> check_fields(run::Session& session,
                                                             const model::Export& definition, bool create,
                                                             Check& out,
                                                             const provider::Destination& destination) {
    const std::vector<bool> refused = check_mapping(*session.provider, definition, destination, out);
    if (definition.clear_empty && !session.provider->limits().clears_empty)
        out.warnings.push_back(
            "--clear-empty has no effect: this provider clears no value, so a value that becomes "
            "empty in the source stays there");
    std::vector<std::string> missing;
    std::vector<provider::Field> fields;
    for (std::size_t i = 0; i < definition.fields.size(); ++i) {
        CheckedField checked;
        checked.mapped = definition.fields[i];
        checked.wire = session.provider->field_name(checked.mapped.field);
        const provider::Field* const found = provider::find_field(destination, checked.wire);
        if (found) {
            checked.label = found->label;
            checked.type = found->type;
        } else if (!refused[i]) {
            missing.push_back(checked.mapped.field);
            if (!create && !definition.create_fields)
                out.problems.push_back(make_error(
                    Errc::not_found, "there is no field " + checked.wire + " at " + out.destination_name,
                    "make it there, or say --create-fields"));
        }
        fields.push_back(found ? *found : provider::Field{{}, checked.wire});
        out.fields.push_back(std::move(checked));
    }
    if (!create || missing.empty() || !out.problems.empty()) co_return std::move(fields);
    auto made = co_await session.provider->create_fields(definition.destination, missing);
    if (!made) co_return made.error();
    for (const std::string& f : missing) out.created_fields.push_back(session.provider->field_name(f));
    co_return std::move(fields);
}

/// A draft is asked with its own credentials.
awaitable<result<std::unique_ptr<run::Session>>> open(run::Environment& env, model::Connection connection,
                                                      const run::DraftsPtr& drafts) {
    const auto* const draft = drafts ? run::find_draft(drafts->credentials, connection.name) : nullptr;
    if (!draft) co_return co_await run::open_session(env, std::move(connection), nullptr, nullptr);
    model::Credentials credentials = *draft;
    co_return co_await run::open_draft(env, std::move(connection), std::move(credentials));
}

/// The tags and lists that members would get, and whether those that are to be made can be.
awaitable<result<void>> check_groups(run::Session& session, const model::Export& definition,
                                     const std::vector<std::string>& titles, Check& out) {
    provider::Provider& provider = *session.provider;
    auto groups = co_await provider.find_groups(definition, titles, {});
    if (!groups) co_return groups.error();
    std::vector<std::string> to_make;
    for (const model::Group& g : groups->groups) {
        out.groups.push_back(g.title);
        if (g.id.empty()) to_make.push_back(g.title);
    }
    for (const std::string& title : titles)
        if (title.size() > provider.limits().title_bytes)
            out.problems.push_back(
                make_error(Errc::usage, "the title \"" + title + "\" is too long for a tag",
                           "at most " + std::to_string(provider.limits().title_bytes) + " bytes"));
    auto can = co_await provider.check_new_groups(definition.destination, std::move(to_make));
    if (!can && can.error().code != Errc::refused) co_return can.error();
    if (!can) out.problems.push_back(can.error());
    co_return result<void>{};
}

}  // namespace

awaitable<result<provider::Account>> check_connection(run::Environment& env, model::Connection connection,
                                                      model::Credentials credentials) {
    auto session = co_await run::open_draft(env, std::move(connection), std::move(credentials));
    if (!session) co_return session.error();
    co_return co_await (*session)->provider->check_account();
}

awaitable<result<std::vector<provider::Destination>>> list_destinations(run::Environment& env,
                                                                        model::Connection connection) {
    if (auto allowed = run::may_run(connection); !allowed) co_return allowed.error();
    auto session = co_await run::open_session(env, std::move(connection), nullptr, nullptr);
    if (!session) co_return session.error();
    co_return co_await (*session)->provider->list_destinations();
}

awaitable<result<Check>> check_export(run::Environment& env, model::Export definition, bool create_fields,
                                      Scope scope, run::DraftsPtr drafts) {
    Check out;
    const auto load_all = [&](store::Database& db, const vault::Vault&) {
        return load(db, definition, drafts, scope.destination);
    };
    auto definitions = co_await env.store->run(load_all);
    if (!definitions) co_return definitions.error();
    if (scope.source) co_await check_columns(env, definition, drafts, out);
    if (!scope.destination) co_return std::move(out);
    if (auto allowed = run::may_run(*definitions->connection); !allowed) {
        out.problems.insert(out.problems.begin(), allowed.error());
        co_return std::move(out);
    }
    auto session = co_await open(env, *definitions->connection, drafts);
    if (!session) co_return session.error();
    // The role of the user who signed in: one that only reads passes every other check.
    auto account = co_await (*session)->provider->check_account();
    if (!account && account.error().code != Errc::refused) co_return account.error();
    if (!account) {
        out.problems.insert(out.problems.begin(), account.error());
        co_return std::move(out);
    }
    auto destination = co_await (*session)->provider->check_destination(definition.destination);
    if (!destination && destination.error().code != Errc::not_found) co_return destination.error();
    if (!destination) {
        out.problems.insert(out.problems.begin(), destination.error());
        co_return std::move(out);
    }
    out.destination_name = destination->name;
    out.destination_members = destination->members;
    out.warnings.insert(out.warnings.end(), destination->remarks.begin(), destination->remarks.end());
    auto tags = co_await check_groups(**session, definition, definitions->titles, out);
    if (!tags) co_return tags.error();
    auto fields = co_await check_fields(**session, definition, create_fields, out, *destination);
    if (!fields) co_return fields.error();
    if (!out.problems.empty() || !scope.source) co_return std::move(out);
    std::vector<std::string> names;
    for (const provider::Field& f : *fields) names.push_back(f.name);
    const auto rules = (*session)->provider->value_rules(std::move(*fields));
    auto sampled = co_await sample_values(env, definition, *rules, names, drafts);
    std::move(sampled.begin(), sampled.end(), std::back_inserter(out.warnings));
    co_return std::move(out);
}

}  // namespace audienced::inspect
