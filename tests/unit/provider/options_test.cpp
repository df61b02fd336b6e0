#include "provider/options.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "provider/registry.hpp"

namespace audienced::unit::provider_options_test {

using namespace audienced;
using namespace audienced::provider;

TEST_CASE("every provider has its table of options, and a way to sign in", "[unit][provider]") {
    REQUIRE(kinds().size() == option_tables().size());
    for (std::size_t i = 0; i < kinds().size(); ++i) {
        const Kind& kind = kinds()[i];
        INFO("provider " << kind.name);
        CHECK(kind.name == option_tables()[i].name);
        CHECK(!kind.title.empty());
        CHECK(!kind.connection.empty());
        CHECK(kind.default_api_base != nullptr);
        CHECK(kind.make != nullptr);
        const bool oauth = find_option(kind.connection, client_id_option.name) != nullptr;
        CHECK(oauth == !kind.oauth.token_path.empty());
        CHECK((kind.learn_api_base.request == nullptr) == (kind.learn_api_base.read == nullptr));
    }
}

TEST_CASE("providers that share an option's name mean the same by it", "[unit][provider]") {
    std::map<std::string_view, model::Option> seen;
    for (const auto& table : option_tables())
        for (const auto* options : {&table.connection, &table.exports})
            for (const auto& option : *options) {
                INFO("option " << option.name);
                const auto& first = seen.emplace(option.name, option).first->second;
                CHECK(first.as == option.as);
                CHECK(first.value == option.value);
                CHECK(first.secret == option.secret);
            }
}

TEST_CASE("what one provider alone can do with an export stands in its table alone", "[unit][provider]") {
    CHECK(!find_option(find_kind("mailchimp")->exports, tag_segments_option.name));
    CHECK(find_option(find_kind("constant-contact")->exports, tag_segments_option.name));
    CHECK(!find_option(find_kind("mailchimp")->exports, existing_option.name));
    CHECK(find_option(find_kind("constant-contact")->exports, existing_option.name));
}

}  // namespace audienced::unit::provider_options_test
