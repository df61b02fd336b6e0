// A fresh state directory with its database and vault, and sample definitions.
#pragma once

#include "store/deferred.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/keys.hpp"
#include "store/open.hpp"
#include "store/runs.hpp"
#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

namespace audienced::test {

inline Secret master_key(char fill = 'k') {
    return Secret(std::string(32, fill));
}

struct State {
    TempDir dir;
    store::Opened opened = store::open_state(path()).value();
    store::Database& db = opened.db;
    vault::Vault vault = store::open_vault(db, master_key()).value();

    std::string path() const { return (dir.path() / "state").string(); }
    std::string file() const { return path() + "/audienced.db"; }
    MemberHash member(std::string_view address) const { return vault.members().member(address); }
};

inline model::Source sample_source(std::string name = "crm") {
    return {std::move(name), "postgres", {{"postgres", "host=db"}, {"schema", "sales"}}, from_unix(1000)};
}
inline model::Segment sample_segment(std::string name = "buyers", std::string source = "crm") {
    return {
        name,           std::move(source), model::Segment::Kind::table, "public." + name, "Title of " + name,
        from_unix(1001)};
}
inline model::Connection sample_connection(std::string name = "news") {
    model::Connection c;
    c.name = std::move(name);
    c.title = "Newsletter";
    c.provider = "mailchimp";
    c.consent = model::Consent{"uid:1000", from_unix(1002)};
    c.allow_users = {"ann", "o\"brien"};
    c.allow_groups = {"marketing"};
    c.api_base = "https://localhost:1";
    c.account_id = "acc1";
    c.created_at = from_unix(1003);
    return c;
}
inline model::Export sample_export(std::string name = "weekly", std::string connection = "news") {
    model::Export e;
    e.name = std::move(name);
    e.title = "Weekly";
    e.connection = std::move(connection);
    e.destination = "aud1";
    e.segments = {"lapsed", "buyers"};
    e.email = "mail";
    e.fields = {{"first", "FNAME"}, {"last", "LNAME"}, {"first", "NICK"}};
    e.created_at = e.updated_at = from_unix(1004);
    return e;
}

/// Source, two segments, connection and export; gives the export's id.
inline model::ExportId define_sample(State& s) {
    REQUIRE(store::add_source(s.db, s.vault, sample_source(), {{"password", Secret("pw")}}));
    REQUIRE(store::add_segment(s.db, sample_segment("buyers")));
    REQUIRE(store::add_segment(s.db, sample_segment("lapsed")));
    REQUIRE(store::add_connection(s.db, s.vault, sample_connection(), {}));
    REQUIRE(store::add_export(s.db, sample_export()));
    return store::export_id(s.db, "weekly").value();
}

/// Another export of the same connection and destination.
inline model::ExportId define_export(State& s, const std::string& name) {
    REQUIRE(store::add_export(s.db, sample_export(name)));
    return store::export_id(s.db, name).value();
}

inline model::DestinationId bind(State& s, model::ExportId id, const char* key = "acc1/aud1") {
    return store::bind_export(s.db, id, model::DestinationKey(key)).value().destination;
}

/// All of an export, sorted by member.
inline result<std::vector<store::DeferredReject>> list_deferred(store::Database& db, model::ExportId id) {
    std::vector<store::DeferredMark> marks;
    auto scanned = store::scan_deferred(db, id, 0, [&](const store::DeferredMark& m) { marks.push_back(m); });
    if (!scanned) return scanned.error();
    std::vector<store::DeferredReject> all;
    for (const store::DeferredMark& mark : marks) {
        auto found = store::find_deferred(db, mark.member, mark.words);
        if (!found) return found.error();
        all.push_back(std::move(found->value()));
    }
    return all;
}

/// The first cell of the first row, as text or raw bytes.
inline std::string cell(store::Database& db, const std::string& sql) {
    auto& query = db.prepare(std::string_view(sql));
    REQUIRE(query.step().value());
    std::string value = query.blob(0);
    query.reset();
    return value;
}

inline model::Run sample_run(std::string export_name = "weekly") {
    model::Run run;
    run.export_name = std::move(export_name);
    run.queued_at = from_unix(5000);
    run.requested_by = "ann";
    return run;
}

}  // namespace audienced::test
