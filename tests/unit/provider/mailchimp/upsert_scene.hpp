// Answers to an upsert, address by address.
#pragma once

#include <catch2/catch.hpp>

#include "mailchimp_bench.hpp"

namespace audienced::test {

/// What the server says of one address: created, updated (with a status), or an error text; "" for not a
/// word.
struct Say {
    enum { created, updated, error, nothing } what = created;
    std::string text = "subscribed";
};

inline http::Response answer_each(const http::Request& r, const std::function<Say(const std::string&)>& say) {
    using Json = MailchimpBench::Json;
    Json out{{"new_members", Json::array()}, {"updated_members", Json::array()}, {"errors", Json::array()}};
    for (const std::string& a : MailchimpBench::addresses(r)) {
        const Say s = say(a);
        if (s.what == Say::created) out["new_members"].push_back({{"email_address", a}, {"status", s.text}});
        if (s.what == Say::updated)
            out["updated_members"].push_back({{"email_address", a}, {"status", s.text}});
        if (s.what == Say::error)
            out["errors"].push_back({{"email_address", a}, {"error", s.text}, {"field", ""}});
    }
    return json_reply(200, out.dump());
}

inline std::vector<model::Outcome> upsert_outcomes(MailchimpBench& bench, const model::Batch& batch) {
    auto submitted = bench.run(bench.provider->submit(batch));
    REQUIRE(submitted.has_value());
    CHECK(submitted->ticket.empty());
    REQUIRE(submitted->outcomes.size() == batch.members.size());
    return submitted->outcomes;
}

}  // namespace audienced::test
