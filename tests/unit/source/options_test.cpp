#include "source/options.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "source/registry.hpp"

namespace audienced::unit::source_options_test {

using namespace audienced;

TEST_CASE("every kind's settings are those of its table", "[unit][source]") {
    REQUIRE(source::kinds().size() == source::option_tables().size());
    for (std::size_t i = 0; i < source::kinds().size(); ++i) {
        const source::Kind& kind = source::kinds()[i];
        const source::OptionTable& table = source::option_tables()[i];
        INFO("kind " << kind.name);
        CHECK(kind.name == table.name);
        REQUIRE(kind.others.size() == table.others.size());
        model::Source s;
        s.kind = kind.name;
        s.settings[std::string(kind.place.name)] = "/x";
        for (const auto& option : kind.others) {
            INFO("option " << option.name);
            if (option.as == model::Option::As::secret) {
                CHECK(!option.secret.empty());
                s.settings[std::string(option.name)] = "x";  // a secret is no setting
                CHECK(kind.validate(s, nullptr)
                          .error()
                          .text()
                          .find("no setting --" + std::string(option.name)) != std::string::npos);
                s.settings.erase(std::string(option.name));
                continue;
            }
            // Known: whatever else is said about the value, it is not that there is no such setting.
            s.settings[std::string(option.name)] = "1";
            const auto checked = kind.validate(s, nullptr);
            if (!checked) CHECK(checked.error().text().find("no setting") == std::string::npos);
        }
    }
}

TEST_CASE("what a kind requires is asked for by name", "[unit][source]") {
    for (const auto& kind : source::kinds()) {
        model::Source s;
        s.kind = kind.name;
        CHECK(kind.validate(s, nullptr).error().text().find("needs --" + std::string(kind.place.name)) !=
              std::string::npos);
        s.settings[std::string(kind.place.name)] = "/x";
        for (const auto& option : kind.others) {
            if (!option.required) continue;
            const auto checked = kind.validate(s, nullptr);
            REQUIRE(!checked);
            CHECK(checked.error().text().find("needs --" + std::string(option.name)) != std::string::npos);
            s.settings[std::string(option.name)] = "1";
        }
    }
}

TEST_CASE("kinds that share an option's name mean the same by it", "[unit][source]") {
    std::map<std::string_view, model::Option> seen;
    std::set<std::string_view> names, places;
    for (const auto& table : source::option_tables()) {
        INFO("kind " << table.name);
        CHECK(names.insert(table.name).second);
        CHECK(places.insert(table.place.name).second);
        CHECK(!table.title.empty());
        std::set<std::string_view> own{table.place.name};
        for (const auto& option : table.others) {
            INFO("option " << option.name);
            CHECK(own.insert(option.name).second);
            CHECK(!option.help.empty());
            CHECK(option.value.empty() == (option.as == model::Option::As::flag));
            const auto& first = seen.emplace(option.name, option).first->second;
            CHECK(first.as == option.as);
            CHECK(first.value == option.value);
            CHECK(first.secret == option.secret);
        }
    }
    for (const auto& place : places) CHECK(!seen.contains(place));
}

}  // namespace audienced::unit::source_options_test
