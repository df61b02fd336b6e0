#include "store/definitions.hpp"
#include "store/json_text.hpp"
#include "store/naming.hpp"
#include "store/query.hpp"
#include "store/secrets.hpp"

namespace audienced::store {
namespace {

model::Source source_of(const Statement& s) {
    return model::Source{s.text(0), s.text(1), parse_map(s.blob_view(2)), from_unix(s.integer(3))};
}

result<void> put_secrets(Database& db, const vault::Vault& vault, std::string_view source,
                         const std::vector<std::pair<std::string, Secret>>& secrets) {
    for (const auto& [name, secret] : secrets)
        if (auto done = put_secret(db, vault, "source", source, name, secret); !done) return done;
    return {};
}

}  // namespace

result<void> add_source(Database& db, const vault::Vault& vault, const model::Source& source,
                        const std::vector<std::pair<std::string, Secret>>& secrets) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto fine = must_not_exist(db, "sources", "source", source.name); !fine) return fine;
    auto done = db.prepare("INSERT INTO sources(name, kind, settings, created_at) VALUES(?1, ?2, ?3, ?4)")
                    .bind(1, source.name)
                    .bind(2, source.kind)
                    .bind(3, print_map(source.settings))
                    .bind(4, to_unix(source.created_at))
                    .run();
    if (!done) return done;
    if (done = put_secrets(db, vault, source.name, secrets); !done) return done;
    return transaction->commit();
}

result<void> update_source(Database& db, const vault::Vault& vault, const model::Source& source,
                           const std::vector<std::pair<std::string, Secret>>& secrets) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto there = must_exist(db, "sources", "source", source.name); !there) return there;
    auto done = db.prepare("UPDATE sources SET settings = ?2 WHERE name = ?1")
                    .bind(1, source.name)
                    .bind(2, print_map(source.settings))
                    .run();
    if (!done) return done;
    if (done = put_secrets(db, vault, source.name, secrets); !done) return done;
    return transaction->commit();
}

result<model::Source> get_source(Database& db, std::string_view name) {
    if (auto there = must_exist(db, "sources", "source", name); !there) return there.error();
    auto& query = db.prepare("SELECT name, kind, settings, created_at FROM sources WHERE name = ?1");
    query.bind(1, name);
    model::Source source;
    auto read = first_row(query, [&](const Statement& s) { source = source_of(s); });
    if (!read) return read.error();
    return source;
}

result<std::vector<model::Source>> list_sources(Database& db) {
    std::vector<model::Source> all;
    auto read = each_row(db.prepare("SELECT name, kind, settings, created_at FROM sources ORDER BY name"),
                         [&](const Statement& s) { all.push_back(source_of(s)); });
    if (!read) return read.error();
    return all;
}

result<void> remove_source(Database& db, std::string_view name) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto there = must_exist(db, "sources", "source", name); !there) return there;
    auto& users = db.prepare("SELECT name FROM segments WHERE source = ?1 ORDER BY name");
    users.bind(1, name);
    auto used_by = names_joined(users);
    if (!used_by) return used_by.error();
    if (!used_by->empty())
        return make_error(Errc::wrong_state,
                          "the source \"" + std::string(name) + "\" is used by the segments " + *used_by,
                          "remove those first");
    if (auto done = db.prepare("DELETE FROM sources WHERE name = ?1").bind(1, name).run(); !done) return done;
    if (auto done = remove_secrets(db, "source", name); !done) return done;
    return transaction->commit();
}

result<Secret> get_source_secret(Database& db, const vault::Vault& vault, std::string_view source,
                                 std::string_view name) {
    return get_secret(db, vault, "source", source, name);
}

}  // namespace audienced::store
