// Every column of the schema that can hold a member's hash is emptied by a forget. A column that is new, and
// of which this file does not say whether it can, makes the first case fail.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "state.hpp"
#include "store/forgotten.hpp"

namespace audienced::unit::store_forgotten_columns_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct Column {
    std::string table, name;
    bool operator<(const Column& o) const { return std::tie(table, name) < std::tie(o.table, o.name); }
};

/// Each holds the hash of one member, or, in acts, those of many.
const std::set<Column> of_members{{"acts", "members"},           {"contacts", "member"},
                                  {"contacts", "moved_to"},      {"deferred_rejects", "member"},
                                  {"delivered", "member"},       {"memberships", "member"},
                                  {"opt_outs", "member"},        {"people", "came"},
                                  {"people", "member"},          {"planned_leavers", "member"},
                                  {"rejects", "member"},         {"runs", "only_member"},
                                  {"suppressed_keys", "member"}, {"unfinished_forgets", "member"}};

/// Bytes that are no hash of a member. What is sealed is read by its own tests: an intent lasts until its
/// outcome is known.
const std::set<Column> of_others{
    {"audit", "hash"},       {"contacts", "address"},         {"intents", "records"},
    {"people", "key_hash"},  {"suppressed_keys", "key_hash"}, {"secrets", "sealed"},
    {"vault_keys", "sealed"}};

std::vector<std::string> texts(store::Database& db, const std::string& sql) {
    std::vector<std::string> out;
    auto& query = db.prepare(std::string_view(sql));
    while (query.step().value()) out.push_back(query.text(0));
    return out;
}

void change(store::Database& db, const std::string& sql) {
    REQUIRE(db.execute(sql.c_str()));
}

std::vector<std::string> tables(store::Database& db) {
    return texts(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
}

/// A row of the table whose named column holds the hash; the other columns that must not be null hold what
/// the schema's checks and references accept.
void plant(State& s, const Column& column, model::DestinationId destination, std::int64_t run,
           const MemberHash& member) {
    const std::map<std::string, std::string> values{
        {"kind", column.table == "rejects" ? "1" : "'upsert'"},
        {"run", std::to_string(run)},
        {"destination", std::to_string(destination.value())},
        {"group_no", "(SELECT min(no) FROM groups)"},
        {"state", "1"},
        {"key_hash", "x'0000000000000001'"},
        {"reason", column.table == "opt_outs" ? "'unsubscribed'" : "''"},
        {"evidence", "'pull'"},
        {"trigger", "'on_demand'"},
        {"status", "'succeeded'"},
        {"export", "'weekly'"},
        {"export_id", "(SELECT id FROM exports WHERE name = 'weekly')"}};
    const std::string hash = "x'" + to_hex(member.view()) + "'";
    std::string names, cells;
    auto& info = s.db.prepare(
        "SELECT name, type FROM pragma_table_info(?1) WHERE (\"notnull\" AND dflt_value IS NULL) OR name = "
        "?2");
    info.bind(1, column.table).bind(2, column.name);
    while (info.step().value()) {
        const std::string name = info.text(0), type = info.text(1);
        std::string cell = type == "BLOB" ? "zeroblob(16)" : type == "TEXT" ? "''" : "1";
        if (const auto known = values.find(name); known != values.end()) cell = known->second;
        if (name == column.name) cell = column.table == "acts" ? "x'" + to_hex(member.view()) + "00'" : hash;
        if (name == "id") continue;  // the database numbers the row
        names += (names.empty() ? "" : ", ") + name;
        cells += (cells.empty() ? "" : ", ") + cell;
    }
    INFO(column.table << "." << column.name);
    change(s.db, "INSERT INTO " + column.table + "(" + names + ") VALUES(" + cells + ")");
}

}  // namespace

TEST_CASE("of every column of bytes it is known whether it can hold a member's hash", "[unit][store]") {
    State s;
    std::set<Column> known = of_members, there;
    known.insert(of_others.begin(), of_others.end());
    for (const std::string& table : tables(s.db))
        for (const std::string& name :
             texts(s.db, "SELECT name FROM pragma_table_info('" + table + "') WHERE type = 'BLOB'"))
            there.insert({table, name});
    std::vector<std::string> differ;
    std::vector<Column> difference;
    std::set_symmetric_difference(known.begin(), known.end(), there.begin(), there.end(),
                                  std::back_inserter(difference));
    for (const Column& one : difference) differ.push_back(one.table + "." + one.name);
    CHECK(differ == std::vector<std::string>{});
}

TEST_CASE("a forget leaves the hash in no column, opt-outs and the person's key apart", "[unit][store]") {
    for (const Column& column : of_members) {
        INFO(column.table << "." << column.name);
        State s;
        const auto id = define_sample(s);
        const auto destination = bind(s, id);
        const auto run = store::queue_run(s.db, sample_run()).value();
        change(s.db, "INSERT INTO groups VALUES(1, " + std::to_string(destination.value()) +
                         ", 'g', 'Buyers', 0, 1, 0)");
        const MemberHash member = s.member("ann@example.org");
        plant(s, column, destination, run, member);
        const std::string where = " WHERE instr(" + column.name + ", x'" + to_hex(member.view()) + "') > 0";
        REQUIRE(cell(s.db, "SELECT count(*) FROM " + column.table + where) == "1");

        const auto person = store::person_of(s.db, member, from_unix(9000)).value();
        store::Erased count;
        REQUIRE(store::forget(s.db, person, count));
        store::HistoryPlace place;
        while (!store::erase_from_history(s.db, {member}, place, 1, count).value()) {
        }
        const bool keeps = column.table == "opt_outs" || column.table == "people" ||
                           column.table == "suppressed_keys" || column.table == "unfinished_forgets";
        CHECK(cell(s.db, "SELECT count(*) FROM " + column.table + where) ==
              (column.name == "member" && keeps ? "1" : "0"));
    }
}

}  // namespace audienced::unit::store_forgotten_columns_test
