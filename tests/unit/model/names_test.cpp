#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>

#include "model/batch.hpp"
#include "model/connection.hpp"
#include "model/counted_as.hpp"
#include "model/export.hpp"
#include "model/run.hpp"
#include "model/source.hpp"

namespace audienced::unit::model_names_test {

using namespace audienced;
using namespace audienced::model;

TEST_CASE("every status has the word of the documentation, and the word leads back to it", "[unit][model]") {
    const char* const words[] = {
        "queued", "planning", "held",     "delivering", "settling", "succeeded", "completed_with_rejects",
        "failed", "skipped",  "cancelled"};
    const RunStatus all[] = {RunStatus::queued,
                             RunStatus::planning,
                             RunStatus::held,
                             RunStatus::delivering,
                             RunStatus::settling,
                             RunStatus::succeeded,
                             RunStatus::completed_with_rejects,
                             RunStatus::failed,
                             RunStatus::skipped,
                             RunStatus::cancelled};
    for (std::size_t i = 0; i < std::size(all); ++i) {
        CHECK(std::string(to_string(all[i])) == words[i]);
        CHECK(run_status(words[i]) == all[i]);
        CHECK(is_final(all[i]) == (i >= 5));
    }
    for (const char* none : {"", "Queued", "queue", "queuedd"}) CHECK(!run_status(none));
}

TEST_CASE("every trigger has its word, and the word leads back to it", "[unit][model]") {
    for (Trigger t : {Trigger::schedule, Trigger::on_demand, Trigger::undo, Trigger::retry})
        CHECK(trigger(to_string(t)) == t);
    CHECK(std::string(to_string(Trigger::on_demand)) == "on_demand");
    CHECK(!trigger("refresh"));
}

TEST_CASE("the words of the other enumerations are those of the documentation", "[unit][model]") {
    CHECK(std::string(to_string(ConnectionState::ready)) == "ready");
    CHECK(std::string(to_string(ConnectionState::needs_sign_in)) == "needs_sign_in");
    CHECK(std::string(to_string(ConnectionState::stopped)) == "stopped");
    CHECK(std::string(to_string(AuthKind::api_key)) == "api_key");
    CHECK(std::string(to_string(AuthKind::oauth)) == "oauth");
    CHECK(std::string(to_string(Mode::mirror)) == "mirror");
    CHECK(std::string(to_string(Mode::upsert)) == "upsert");
    CHECK(std::string(to_string(Segment::Kind::query)) == "query");
    CHECK(std::string(to_string(Segment::Kind::table)) == "table");
    CHECK(std::string(to_string(Segment::Kind::file)) == "file");
    CHECK(std::string(to_string(Segment::Kind::entity)) == "entity");
    CHECK(std::string(to_string(RejectClass::none)) == "none");
    CHECK(std::string(to_string(RejectClass::fix_data)) == "fix_data");
    CHECK(std::string(to_string(RejectClass::retry_later)) == "retry_later");
    CHECK(std::string(to_string(RejectClass::never)) == "never");
}

namespace {

/// Every value has its word, the word leads back to it, and nothing else does.
template <class Enum, class Parse>
void check_words(std::initializer_list<std::pair<Enum, const char*>> table, Parse parse) {
    std::set<std::string> words;
    for (const auto& [value, word] : table) {
        INFO(word);
        CHECK(std::string(to_string(value)) == word);
        CHECK(parse(word) == value);
        CHECK(words.insert(word).second);
    }
    for (const char* unknown : {"", " ", "0", "a", "None", "none ", "UNSUBSCRIBED", "un-subscribed", "later"})
        CHECK(!parse(unknown));
}

}  // namespace

TEST_CASE("what a record counts as is printed and read back, and other words are refused", "[unit][model]") {
    check_words<CountedAs>({{CountedAs::none, "none"},
                            {CountedAs::added, "added"},
                            {CountedAs::updated, "updated"},
                            {CountedAs::removed, "removed"}},
                           parse_counted_as);
}

TEST_CASE("reject classes are printed and read back, and other words are refused", "[unit][model]") {
    check_words<RejectClass>({{RejectClass::none, "none"},
                              {RejectClass::fix_data, "fix_data"},
                              {RejectClass::retry_later, "retry_later"},
                              {RejectClass::never, "never"}},
                             parse_reject_class);
}

TEST_CASE("opt-out reasons are printed and read back, and other words are refused", "[unit][model]") {
    check_words<OptOutReason>({{OptOutReason::unsubscribed, "unsubscribed"},
                               {OptOutReason::cleaned, "cleaned"},
                               {OptOutReason::pending, "pending"},
                               {OptOutReason::archived, "archived"},
                               {OptOutReason::deleted, "deleted"},
                               {OptOutReason::on_hold, "on_hold"},
                               {OptOutReason::left_list, "left_list"},
                               {OptOutReason::forgotten, "forgotten"},
                               {OptOutReason::deleted_for_good, "deleted_for_good"},
                               {OptOutReason::address_changed, "address_changed"},
                               {OptOutReason::opted_out_before, "opted_out_before"},
                               {OptOutReason::not_on_list, "not_on_list"},
                               {OptOutReason::compliance, "compliance"},
                               {OptOutReason::removed_by_person, "removed_by_person"},
                               {OptOutReason::not_mailable, "not_mailable"},
                               {OptOutReason::unspecified, "unspecified"}},
                              parse_opt_out_reason);
}

TEST_CASE("counts add up when every profile that was read has one fate, removals apart", "[unit][model]") {
    Counts c;
    CHECK(c.add_up());
    for (std::uint64_t Counts::*fate :
         {&Counts::duplicate, &Counts::invalid, &Counts::suppressed, &Counts::unchanged, &Counts::added,
          &Counts::updated, &Counts::rejected, &Counts::not_sent}) {
        c.*fate += 3;
        CHECK(!c.add_up());
        c.read += 3;
        CHECK(c.add_up());
    }
    c.removed = 7;
    CHECK(c.add_up());
}

}  // namespace audienced::unit::model_names_test
