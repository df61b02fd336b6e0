// A state with something sealed of every sort.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "state.hpp"
#include "store/contacts.hpp"
#include "store/intents.hpp"

namespace audienced::test {

constexpr int contacts = 2500;

inline std::string name_of(int i) {
    return "m" + std::to_string(i);
}
/// Contacts lie at two destinations, in more than one page of either.
inline model::DestinationId at(const std::vector<model::DestinationId>& destinations, int i) {
    return destinations[i % 5 < 2 ? 0 : 1];
}

inline std::vector<model::DestinationId> fill(State& s) {
    const auto id = define_sample(s);
    const std::vector destinations{bind(s, id), bind(s, define_export(s, "other"), "acc1/aud2")};
    auto at_once = store::Transaction::begin(s.db).value();
    model::Credentials c;
    c.api_key = Secret("the-key");
    c.refresh_token = Secret("the-token");
    REQUIRE(store::put_credentials(s.db, s.vault, "news", c));
    for (int i = 0; i < contacts; ++i) {
        store::Contact contact;
        contact.member = s.member(name_of(i));
        if (i % 10 != 0) contact.address = name_of(i) + "@example.com";
        REQUIRE(store::put_contact(s.db, s.vault, at(destinations, i), contact));
    }
    for (int i = 0; i < 3; ++i) {
        store::Intent intent;
        intent.destination = destinations[0];
        intent.export_id = id;
        intent.seq = i;
        REQUIRE(store::put_intent(s.db, s.vault, intent, "records of " + name_of(i)));
    }
    REQUIRE(at_once.commit());
    return destinations;
}

inline void check_all(store::Database& db, const vault::Vault& vault,
                      const std::vector<model::DestinationId>& destinations) {
    CHECK(store::get_source_secret(db, vault, "crm", "password").value().reveal() == "pw");
    auto credentials = store::get_credentials(db, vault, "news").value();
    CHECK(credentials.api_key.reveal() == "the-key");
    CHECK(credentials.refresh_token.reveal() == "the-token");
    for (int i = 0; i < contacts; ++i) {
        const auto member = vault.members().member(name_of(i));
        const auto contact = store::find_contact(db, vault, at(destinations, i), member).value();
        REQUIRE(contact);
        REQUIRE(contact->address == (i % 10 != 0 ? name_of(i) + "@example.com" : ""));
    }
    const auto intents = store::list_intents(db, destinations[0]).value();
    REQUIRE(intents.size() == 3);
    for (const auto& intent : intents)
        CHECK(store::intent_records(db, vault, intent.id).value() ==
              "records of " + name_of(static_cast<int>(intent.seq)));
}

/// The folder of the credentials that systemd gives to the service.
struct Credentials {
    explicit Credentials(const std::string& dir) { ::setenv("CREDENTIALS_DIRECTORY", dir.c_str(), 1); }
    ~Credentials() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
};

}  // namespace audienced::test
