// Secrets in files, and the users that a connection may name, as a process.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "desk.hpp"

namespace audienced::unit::daemon_audiencectl_connection_secrets_test {

using namespace audienced;
using test::Desk;

namespace {

const std::string key = std::string(32, 'a') + "-us6";

std::vector<std::string> add(const std::string& name, const std::string& file,
                             std::vector<std::string> more = {}) {
    std::vector<std::string> words{"connection",     "add", name, "--provider", "mailchimp", "--consent",
                                   "--api-key-file", file};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("a key file as editors leave it is understood, and what is no key names the file",
          "[unit][control]") {
    Desk desk;
    int number = 0;
    for (const char* around : {"%\n\n", "%\r\n\r\n", "  % \n", "\xEF\xBB\xBF%\r\n", "\n%"}) {
        std::string text = around;
        text.replace(text.find('%'), 1, key);
        const std::string file = desk.dir.write("key", text);
        desk.expect(0, add("c" + std::to_string(++number), file));
        CHECK(desk.live.last_key == key);
    }
    for (const auto& [text, says] : std::vector<std::pair<std::string, std::string>>{
             {"", "is empty"}, {"hush hush", "a blank in line 1"}, {key + "\n" + key + "\n", "2 lines"}}) {
        const std::string file = desk.dir.write("key", text);
        desk.refused(2, add("other", file), "the file " + file);
        const auto said = desk.ctl(add("other", file));
        CHECK(said.err.find(says) != std::string::npos);
        CHECK(said.err.find("hush") == std::string::npos);
        CHECK(said.err.find(key) == std::string::npos);
    }
    desk.refused(2, add("other", "-"), "standard input", "two words");
}

TEST_CASE("no way in takes a secret that no request can carry", "[unit][control]") {
    Desk desk;
    desk.furnish();
    control::Caller root;
    root.role = control::Role::administrator;
    const auto refused = [&](const char* method, const char* path, const std::string& body) {
        const auto reply = desk.ask(root, method, path, body);
        INFO(reply.body);
        CHECK(reply.status == 400);
        CHECK(reply.body.find("line 1") != std::string::npos);
        CHECK(reply.body.find("hush") == std::string::npos);
    };
    refused("PATCH", "/v1/connections/shop", R"({"api_key":"hush hush"})");
    refused("POST", "/v1/connections/shop/token", R"({"access_token":"hush\thush"})");
    refused(
        "POST", "/v1/connections",
        R"({"name":"n","provider":"mailchimp","consent":true,"client_id":"i","client_secret":"hush\u0007"})");
    refused(
        "POST", "/v1/sources",
        R"({"name":"n","kind":"postgres","settings":{"postgres":"host=db"},"secrets":{"password":"hush\u0007"}})");
    desk.expect(0, {"source", "add", "db", "--postgres", "host=db", "--password-file", "-"}, " a b \r\n\r\n");
}

TEST_CASE("a token file names what is wrong with it", "[unit][control]") {
    Desk desk;
    desk.expect(
        0, {"connection", "add", "mail", "--provider", "constant-contact", "--consent", "--client-id", "i"});
    const auto import = [&](const std::string& text) {
        return std::vector<std::string>{"connection", "import-token", "mail", "--token-file",
                                        desk.dir.write("token", text)};
    };
    desk.refused(2, import("{}"), "the file " + (desk.dir / "token").string() + " is not a JSON object");
    desk.refused(2, import(R"({"access_token":"a b"})"), "the access_token of the file ");
    desk.refused(2, import(R"({"access_token":"a","refresh_token":"b\nc"})"),
                 "the refresh_token of the file ");
}

TEST_CASE("a file of a secret that others can read is named, and taken all the same", "[unit][control]") {
    Desk desk;
    const std::string file = desk.dir.write("key", key);
    REQUIRE(::chmod(file.c_str(), 0644) == 0);
    const auto open = desk.expect(0, add("one", file, {"--json"}));
    CHECK(open.err.find("warning: other users can read " + file) != std::string::npos);
    CHECK(open.err.find("mode 0644") != std::string::npos);
    CHECK(open.err.find("chmod 600 " + file) != std::string::npos);
    CHECK(open.json()["name"] == "one");
    REQUIRE(::chmod(file.c_str(), 0600) == 0);
    CHECK(desk.expect(0, add("two", file)).err.empty());
    CHECK(desk.expect(0, add("three", "-"), key).err.empty());
}

TEST_CASE("a user or group that the machine does not know is not allowed anything", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.live.strangers = {"eev", "taem"};
    desk.refused(5, add("other", "-", {"--allow-user", "eev", "--allow-group", "taem"}),
                 "user eev, group taem", key);
    desk.refused(5, {"connection", "edit", "shop", "--allow-user", "eve", "--allow-user", "eev"}, "user eev");
    desk.expect(0, {"connection", "edit", "shop", "--allow-user", "eve"});
    // One who left the machine stays until the name is taken off.
    desk.live.strangers = {"eve"};
    desk.expect(0, {"connection", "edit", "shop", "--title", "Shop"});
}

}  // namespace audienced::unit::daemon_audiencectl_connection_secrets_test
