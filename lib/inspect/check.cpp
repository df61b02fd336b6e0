#include "inspect/check.hpp"

#include <algorithm>

#include "inspect/columns.hpp"
#include "inspect/describe_segment.hpp"
#include "inspect/look.hpp"
#include "run/open_source.hpp"
#include "run/session.hpp"
#include "store/definitions.hpp"

namespace audienced::inspect {
namespace {

/// Columns that the mapping needs and a segment does not have, or has twice.
awaitable<void> check_columns(run::Environment& env, const model::Export& definition, Check& out) {
    auto sources = co_await run::open_sources(env, definition.segments);
    if (!sources) {
        out.problems.push_back(sources.error());
        co_return;
    }
    std::vector<std::string> wanted{definition.email};
    for (const model::FieldMap& f : definition.fields) wanted.push_back(f.attribute);
    if (!definition.key.empty()) wanted.push_back(definition.key);
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
            out.warnings.push_back("segment " + open.segment.name + " holds more than max_profiles = " +
                                   std::to_string(definition.guards.max_profiles) +
                                   " profiles; runs will be skipped");
    }
}

struct Definitions {
    model::Connection connection;
    std::vector<std::string> titles;
};

result<Definitions> load(store::Database& db, const model::Export& definition) {
    Definitions out;
    auto connection = store::get_connection(db, definition.connection);
    if (!connection) return connection.error();
    out.connection = std::move(*connection);
    for (const std::string& name : definition.segments) {
        auto segment = store::get_segment(db, name);
        if (!segment) return segment.error();
        out.titles.push_back(segment->title.empty() ? segment->name : segment->title);
    }
    return out;
}

awaitable<result<void>> check_fields(run::Session& session, const model::Export& definition, bool create,
                                     Check& out, const std::vector<provider::Field>& there) {
    std::vector<std::string> missing;
    for (const model::FieldMap& f : definition.fields) {
        CheckedField checked;
        checked.mapped = f;
        checked.wire = session.provider->field_name(f.field);
        const auto found = std::find_if(there.begin(), there.end(),
                                        [&](const provider::Field& p) { return p.name == checked.wire; });
        if (found == there.end()) {
            missing.push_back(f.field);
            if (!create)
                out.problems.push_back(make_error(
                    Errc::not_found, "there is no field " + checked.wire + " at " + out.destination_name,
                    "make it there, or say --create-fields"));
        } else {
            checked.label = found->label;
            checked.type = found->type;
        }
        out.fields.push_back(std::move(checked));
    }
    if (!create || missing.empty() || !out.problems.empty()) co_return result<void>{};
    auto made = co_await session.provider->create_fields(definition.destination, missing);
    if (!made) co_return made.error();
    for (const std::string& f : missing) out.created_fields.push_back(session.provider->field_name(f));
    co_return result<void>{};
}

}  // namespace

awaitable<result<provider::Account>> check_connection(run::Environment& env, model::Connection connection,
                                                      model::Credentials credentials) {
    auto session = co_await run::open_draft(env, std::move(connection), std::move(credentials));
    if (!session) co_return session.error();
    co_return co_await (*session)->provider->check_account();
}

awaitable<result<Check>> check_export(run::Environment& env, model::Export definition, bool create_fields) {
    Check out;
    const auto load_all = [&](store::Database& db, const vault::Vault&) { return load(db, definition); };
    auto definitions = co_await env.store->run(load_all);
    if (!definitions) co_return definitions.error();
    co_await check_columns(env, definition, out);
    if (auto allowed = run::may_run(definitions->connection); !allowed) {
        out.problems.insert(out.problems.begin(), allowed.error());
        co_return std::move(out);
    }
    auto session = co_await run::open_session(env, definitions->connection, nullptr, nullptr);
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
    auto groups = co_await (*session)->provider->find_groups(definition, definitions->titles, {});
    if (!groups) co_return groups.error();
    for (const model::Group& g : groups->groups) out.groups.push_back(g.title);
    for (const std::string& title : definitions->titles)
        if (title.size() > (*session)->provider->limits().title_bytes)
            out.problems.push_back(make_error(
                Errc::usage, "the title \"" + title + "\" is too long for a tag",
                "at most " + std::to_string((*session)->provider->limits().title_bytes) + " bytes"));
    auto checked = co_await check_fields(**session, definition, create_fields, out, destination->fields);
    if (!checked) co_return checked.error();
    co_return std::move(out);
}

}  // namespace audienced::inspect
