// Runs of three new members, and what the provider was sent.
#pragma once

#include "unit/run/run_bench.hpp"

namespace audienced::test {

struct DeliverScene : RunBench {
    DeliverScene() { rows(three_rows); }
    std::vector<ProviderCall> submits(model::BatchKind kind) const {
        std::vector<ProviderCall> out;
        for (const auto& call : service.of(CallKind::submit))
            if (call.batch.kind == kind) out.push_back(call);
        return out;
    }
    std::vector<ProviderCall> upserts() const { return submits(model::BatchKind::upsert); }
    std::vector<ProviderCall> memberships() const { return submits(model::BatchKind::membership); }
    model::Connection connection() {
        return in_store(
            [](store::Database& db, const vault::Vault&) { return store::get_connection(db, "news"); });
    }
};

}  // namespace audienced::test
