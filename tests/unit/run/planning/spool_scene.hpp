// A plan that is spooled, and what lies in the spool.
#pragma once

#include <catch2/catch.hpp>

#include "run/planning/spool_plan.hpp"
#include "spool/file.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::test {

/// A SpoolPlan of run 1; the provider counts an address' bytes.
struct SpoolScene : RunBench {
    provider::Limits limits;
    provider::ProviderPtr provider;
    std::optional<run::SpoolPlan> plan;
    model::RunId id = queue_run();

    SpoolScene() {
        limits.members_per_upsert = 3;
        limits.members_per_membership = 2;
        provider = *service.make({});
    }
    void begin() {
        plan.emplace(env.spool_dir, id, 99, limits, *provider, std::vector<std::string>{"FNAME"}, *store);
    }
    static spool::Record record(spool::Record::Kind kind, const std::string& address) {
        spool::Record r;
        r.kind = kind;
        r.sent.address = address;
        r.sent.values = {"x"};
        // The order of the alphabet is that of the hashes.
        for (std::size_t i = 0; i < std::min<std::size_t>(address.size(), 16); ++i)
            r.member.bytes[i] = static_cast<std::uint8_t>(address[i]);
        return r;
    }
    void upsert(const std::string& address) {
        REQUIRE(plan->upsert(record(spool::Record::Kind::upsert, address)));
    }
    void regroup(int bit, spool::Record::Kind kind, const std::string& address) {
        REQUIRE(plan->regroup(bit, record(kind, address)));
    }
    /// What lies in the spool where the batch says.
    std::vector<std::string> read(const store::BatchRow& batch) {
        const auto bytes = spool::read_batch(env.spool_dir, batch).value();
        std::string_view in = bytes;
        std::vector<std::string> out;
        while (!in.empty()) {
            const auto r = spool::decode(in);
            REQUIRE(r);
            out.push_back((r->kind == spool::Record::Kind::leave ? "-" : "") + r->sent.address);
        }
        return out;
    }
};

}  // namespace audienced::test
