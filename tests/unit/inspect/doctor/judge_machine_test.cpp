// (What judge_machine.cpp finds.)
#include <catch2/catch.hpp>

#include "inspect/doctor/judge.hpp"

namespace audienced::unit::inspect_doctor_judge_machine_test {

using namespace audienced;
using namespace audienced::inspect::doctor;

namespace {

const SysTime in_december_2026 = from_unix(1'796'000'000);

const Finding& only(const Findings& found) {
    REQUIRE(found.size() == 1);
    return found[0];
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("faults of the configuration come with what to do apart", "[unit][inspect]") {
    ConfigurationFacts facts;
    facts.file = "/etc/audienced/audienced.toml";
    CHECK(only(judge_configuration(facts)).state == State::ok);
    facts.findings = {{"hook.command", "the program /x is not executable; chmod 755 /x", true},
                      {"roles.viewers", "there is no group v", false}};
    const auto found = judge_configuration(facts);
    REQUIRE(found.size() == 2);
    CHECK(found[0].state == State::problem);
    CHECK(found[0].message == "hook.command: the program /x is not executable");
    CHECK(found[0].remedy == "chmod 755 /x");
    CHECK(found[1].state == State::warning);
    CHECK(found[1].remedy.empty());
}

TEST_CASE("zone data that is missing, old, or newer than the daemon", "[unit][inspect]") {
    struct Row {
        const char* version;
        std::int64_t since;
        State state;
        const char* words;
    };
    const SysTime started = from_unix(1'790'000'000);
    for (const Row& row :
         {Row{"2025b", 1'700'000'000, State::ok, "2025b"},
          Row{"2024b", 1'700'000'000, State::warning, "zone data of this machine is of 2024b"},
          Row{"", 1'700'000'000, State::ok, "known"},
          Row{"2026a", 1'791'000'000, State::warning, "renewed after"}}) {
        CAPTURE(row.version);
        ZoneFacts facts{row.version, from_unix(row.since), {}};
        const auto found = judge_zones(facts, in_december_2026, started);
        CHECK(only(found).state == row.state);
        CHECK(contains(only(found).message, row.words));
    }
    ZoneFacts unknown;
    unknown.zones = {
        {"Europe/Berlin", {"the refresh schedule", "the export a"}, std::nullopt},
        {"Mars/Base", {"the export a", "the export b"}, make_error(Errc::usage, "no such zone")}};
    const auto found = judge_zones(unknown, in_december_2026, started);
    CHECK(only(found).state == State::problem);
    CHECK(contains(found[0].message, "Mars/Base of the export a and 1 more cannot be used: no such zone"));
    CHECK(contains(found[0].remedy, "tzdata"));
}

TEST_CASE("a store of certificates that is not there, and CA files that hold none", "[unit][inspect]") {
    CertificateFacts facts;
    facts.files = {{"/ca.pem", "the connection shop", std::nullopt, 2}};
    CHECK(only(judge_certificates(facts)).state == State::ok);
    facts.files = {
        {"/empty.pem", "the connection shop", std::nullopt, 0},
        {"/closed.pem", "the setting webhook.ca_file", make_error(Errc::not_ready, "closed", "setfacl"), 0}};
    auto found = judge_certificates(facts);
    REQUIRE(found.size() == 2);
    CHECK(contains(found[0].message, "/empty.pem of the connection shop holds no certificate"));
    CHECK(contains(found[1].message, "closed (the setting webhook.ca_file names it)"));
    CHECK(found[1].remedy == "setfacl");
    CertificateFacts none;
    none.has_store = false;
    CHECK(contains(only(judge_certificates(none)).remedy, "ca-certificates"));
}

TEST_CASE("a proxy that only the environment names is not used, and is told", "[unit][inspect]") {
    CHECK(judge_proxy({"", ""}).state == State::ok);
    CHECK(judge_proxy({"p:3128", "https_proxy"}).state == State::ok);
    const auto found = judge_proxy({"", "HTTPS_PROXY"});
    CHECK(found.state == State::warning);
    CHECK(contains(found.message, "HTTPS_PROXY"));
    CHECK(contains(found.remedy, "[proxy]"));
}

}  // namespace audienced::unit::inspect_doctor_judge_machine_test
