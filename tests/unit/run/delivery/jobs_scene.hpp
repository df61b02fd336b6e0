// Runs of four new members that are delivered by jobs.
#pragma once

#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::test {

inline const std::vector<std::string> four_addresses{"ann@example.org", "bob@example.org", "cid@example.org",
                                                     "dan@example.org"};

inline provider::JobState job_state(provider::JobState::Kind kind, std::string why = {}) {
    provider::JobState out;
    out.kind = kind;
    out.why = std::move(why);
    return out;
}

/// Four new members in one batch for a list, delivered by jobs.
struct JobsScene : RunBench {
    JobsScene() {
        rows({{"ann@example.org", "Ann"},
              {"bob@example.org", "Bob"},
              {"cid@example.org", "Cid"},
              {"dan@example.org", "Dan"}});
        service.account.list_id = "l1";
        service.by_jobs = true;
        service.limits.members_per_upsert = 10;
    }
    std::vector<std::vector<std::string>> submitted() const {
        std::vector<std::vector<std::string>> out;
        for (const auto& call : service.of(CallKind::submit)) out.push_back(call.members());
        return out;
    }
    void check_delivered(const model::Run& run) {
        CHECK(run.status == model::RunStatus::succeeded);
        CHECK(run.counts.added == 4);
        CHECK(run.counts.add_up());
        CHECK(service.members_of("l1") == four_addresses);
    }
    /// A run of which no member is delivered, since its job came to such an end.
    void check_given_up(const model::Run& run, const char* code, const std::string& why) {
        CHECK(run.status == model::RunStatus::completed_with_rejects);
        CHECK(run.counts.rejected == 4);
        CHECK(run.counts.add_up());
        const auto rejected = rejects(run.id);
        REQUIRE(rejected.size() == 4);
        CHECK(rejected[0].code == code);
        CHECK(rejected[0].detail == why);
        CHECK(rejected[0].reject_class == model::RejectClass::retry_later);
        CHECK(rejected[0].next_try <= time.now());  // the next run
        // What became of it is not known: its values are sent again, and what it holds is ours to take back.
        CHECK_FALSE(ledger("ann@example.org")->delivered);
        CHECK(standing("ann@example.org", "l1").state == model::Membership::maybe);
    }
};

}  // namespace audienced::test
