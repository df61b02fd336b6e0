#include "store/forgotten.hpp"

#include "sealed_state.hpp"
#include "store/acts.hpp"
#include "store/delivered.hpp"
#include "store/memberships.hpp"
#include "store/opt_outs.hpp"
#include "store/people.hpp"
#include "store/rejects.hpp"
#include "store/unfinished_forgets.hpp"

namespace audienced::unit::store_forgotten_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct Scene : State {
    model::ExportId id = define_sample(*this);
    model::DestinationId destination = test::bind(*this, id);
    std::int64_t run = store::queue_run(db, sample_run()).value();

    void contact(const std::string& name, const std::string& now = {}) {
        store::Contact c;
        c.member = member(name);
        c.contact_id = model::ContactId("id of " + name);
        c.address = now.empty() ? name : now;
        if (!now.empty()) c.moved_to = member(now);
        REQUIRE(store::put_contact(db, vault, destination, c));
        REQUIRE(store::put_delivered(db, id, {c.member, 1, run, model::CountedAs::added}));
    }
    void opts_out(const std::string& name, model::OptOutReason why) {
        store::OptOut o;
        o.destination = destination;
        o.member = member(name);
        o.reason = why;
        REQUIRE(store::put_opt_out(db, o));
    }
    std::vector<model::OptOutReason> reasons(const std::string& name) {
        std::vector<model::OptOutReason> out;
        for (const auto& o : store::opt_outs_of(db, destination, member(name)).value())
            out.push_back(o.reason);
        return out;
    }
    store::Erased forget(const std::string& name) {
        const auto person = store::person_of(db, member(name), from_unix(9000)).value();
        store::Erased count;
        REQUIRE(store::forget(db, person, count));
        auto members = person.members;
        std::sort(members.begin(), members.end());
        store::HistoryPlace place;
        while (!store::erase_from_history(db, members, place, 1, count).value()) {
        }
        REQUIRE(store::set_erased(db, person.members));
        REQUIRE(store::finish_by_emptying_log(db));
        return count;
    }
    /// Tables that have the member's hash anywhere, opt-outs for all destinations apart.
    std::vector<std::string> tables_with(const std::string& name) {
        std::vector<std::string> tables, found;
        auto& schema = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'");
        while (schema.step().value()) tables.push_back(schema.text(0));
        for (const std::string& table : tables) {
            const std::string sql =
                "SELECT * FROM \"" + table + "\"" + (table == "opt_outs" ? " WHERE destination <> 0" : "");
            const int columns =
                std::stoi(cell(db, "SELECT count(*) FROM pragma_table_info('" + table + "')"));
            auto& query = db.prepare(std::string_view(sql));
            bool any = false;
            while (query.step().value())
                for (int c = 0; c < columns; ++c)
                    any = any || query.blob(c).find(member(name).view()) != std::string::npos;
            if (any) found.push_back(table);
        }
        return found;
    }
};

using R = model::OptOutReason;

}  // namespace

TEST_CASE("a forgotten address is in no table any more, and is suppressed everywhere", "[unit][store]") {
    Scene s;
    s.contact("ann@example.org");
    s.contact("bob@example.org");
    s.opts_out("ann@example.org", R::unsubscribed);
    store::GroupRow group;
    group.title = "Buyers";
    REQUIRE(store::put_group(s.db, s.destination, s.id, group));
    for (const char* name : {"ann@example.org", "bob@example.org"})
        REQUIRE(store::put_membership(s.db, group.no, s.member(name), {model::Membership::ours, 1}));
    store::Act act;
    act.run = s.run;
    act.destination = s.destination;
    for (const char* name : {"bob@example.org", "ann@example.org", "cid@example.org"})
        act.members.push_back(
            {s.member(name), store::ActMember::Asked::upsert, model::Outcome::Kind::delivered, true});
    act.members.back().changed = false;
    act.members.back().hold = true;
    REQUIRE(store::add_act(s.db, act));
    for (const char* name : {"ann@example.org", "bob@example.org"}) {
        store::Reject reject;
        reject.run = s.run;
        reject.segment = "buyers";
        reject.row = 7;
        reject.member = s.member(name);
        reject.code = "bad_value";
        reject.reject_class = model::RejectClass::fix_data;
        REQUIRE(store::add_reject(s.db, reject));
    }
    CHECK(s.tables_with("ann@example.org").size() >= 6);

    const auto count = s.forget("ann@example.org");
    CHECK(s.tables_with("ann@example.org").empty());
    CHECK(s.reasons("ann@example.org") == std::vector{R::forgotten});
    CHECK(store::forgotten_members(s.db).value() == std::vector{s.member("ann@example.org")});
    CHECK(count.contacts == 1);
    CHECK(count.delivered == 1);
    CHECK(count.acts == 1);
    CHECK(count.rejects == 1);
    // The others are as they were, and the figures of the run still add up.
    CHECK(store::find_contact(s.db, s.vault, s.destination, s.member("bob@example.org")).value());
    const auto acts = store::list_acts(s.db, s.run).value();
    REQUIRE(acts.size() == 1);
    REQUIRE(acts[0].members.size() == 2);
    CHECK(acts[0].members[0].member == s.member("bob@example.org"));
    CHECK(acts[0].members[1].member == s.member("cid@example.org"));
    CHECK(acts[0].members[1].hold);
    CHECK(cell(s.db, "SELECT changed FROM acts") == "2");
    const auto kinds = store::list_reject_kinds(s.db, s.run).value();
    REQUIRE(kinds.size() == 1);
    CHECK(kinds[0].count == 2);
    CHECK(kinds[0].kept == 1);
}

TEST_CASE("an address that a contact has now is forgotten under the address that it was delivered to, too",
          "[unit][store]") {
    Scene s;
    s.contact("old@example.org", "new@example.org");
    (void)s.forget("new@example.org");
    for (const char* name : {"old@example.org", "new@example.org"}) {
        CHECK(s.tables_with(name).empty());
        CHECK(s.reasons(name) == std::vector{R::forgotten});
    }
}

TEST_CASE("the address that a forgotten contact has now keeps what holds it back", "[unit][store]") {
    Scene s;
    s.contact("old@example.org", "new@example.org");
    s.opts_out("old@example.org", R::unsubscribed);
    s.opts_out("old@example.org", R::address_changed);
    (void)s.forget("old@example.org");
    CHECK(s.tables_with("old@example.org").empty());
    CHECK(s.reasons("new@example.org") == std::vector{R::unsubscribed});
}

TEST_CASE("with a key the suppression follows the person, whichever address it had", "[unit][store]") {
    Scene s;
    REQUIRE(store::put_person_seen(s.db, s.destination, {77, s.member("first@example.org")}));
    REQUIRE(store::put_person_seen(s.db, s.destination, {77, s.member("ann@example.org")}));  // came
    const auto person = store::person_of(s.db, s.member("ann@example.org"), {}).value();
    CHECK(person.keys == std::vector<std::uint64_t>{77});
    (void)s.forget("ann@example.org");
    // Kept of the person: the key's hash and the forgotten member's, so that another address is held back.
    REQUIRE(store::put_person_seen(s.db, s.destination, {77, s.member("third@example.org")}));
    REQUIRE(store::follow_opt_outs(s.db, s.destination, 0, from_unix(9001)));
    CHECK(s.reasons("third@example.org") == std::vector{R::opted_out_before});
}

TEST_CASE("the places at the provider are named with their exports, and those of removed exports too",
          "[unit][store]") {
    Scene s;
    s.contact("ann@example.org");
    const auto elsewhere = bind(s, define_export(s, "other"), "acc1/aud2");
    store::OptOut o;
    o.destination = elsewhere;
    o.member = s.member("ann@example.org");
    o.reason = R::unsubscribed;
    REQUIRE(store::put_opt_out(s.db, o));
    (void)bind(s, define_export(s, "third"), "acc1/aud3");
    REQUIRE(s.db.execute("DELETE FROM exports WHERE name = 'other'"));
    const auto person = store::person_of(s.db, s.member("ann@example.org"), {}).value();
    const auto places = store::contact_places(s.db, person).value();
    REQUIRE(places.size() == 2);
    CHECK(places[0].connection == "news");
    CHECK(places[0].provider == "mailchimp");
    CHECK(places[0].destination == "aud1");
    CHECK(places[0].exports == std::vector<std::string>{"weekly"});
    CHECK(places[1].connection.empty());
    CHECK(places[1].destination == "aud2");
}

TEST_CASE("the key of a forgotten person is held back at a destination that is made later", "[unit][store]") {
    Scene s;
    REQUIRE(store::put_person_seen(s.db, s.destination, {77, s.member("ann@example.org")}));
    const auto person = store::person_of(s.db, s.member("ann@example.org"), {}).value();
    CHECK(person.keys == std::vector<std::uint64_t>{77});
    store::Erased count;
    REQUIRE(store::forget(s.db, person, count));
    const auto later = test::bind(s, define_export(s, "later"), "acc1/aud9");
    CHECK(store::find_person(s.db, later, 77).value() == s.member("ann@example.org"));
}

}  // namespace audienced::unit::store_forgotten_test
