// A small Customer Insights instance over real TLS: one segment, knobs for what may go wrong.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "support/certificates.hpp"
#include "support/temp_dir.hpp"
#include "support/tls_server.hpp"

namespace audienced::test {

struct InsightsService {
    using Profile = std::map<std::string, std::string>;  // a JSON value for each column

    InsightsService();
    ~InsightsService();

    std::string base() const;
    std::string ca_file() const { return dir.path().string() + "/ca.pem"; }
    void profile(const std::string& id, const std::string& email_json);

    // Set before the calls, or from `before` (which runs before each answer, with the request's first line).
    std::vector<std::string> columns{"CustomerId", "EMail"};
    std::vector<Profile> profiles;
    std::string state = "active", job = "CompletedSuccess", evaluated = "2026-02-28T10:00:00Z";
    std::optional<std::size_t> count;  // what the instance says; the true number if not set
    std::size_t most_rows = 100;       // a page never has more, whatever $top says
    bool ignores_skip = false;
    std::string good_key = "key-one", good_secret = "s3cret&=";
    std::vector<std::string> partitions;  // of the fast path
    std::string raw_answer;               // sent in place of every page, if not empty
    std::function<void(const std::string& line)> before;
    std::function<std::string(const std::string& line)> instead;  // a whole answer, or "" for the usual one

    // Seen.
    int sign_ins = 0, pages = 0;
    std::string page_target;  // of the first page
    bool partition_saw_credentials = false;

private:
    std::string answer(const std::string& request);
    std::string page(const std::string& target);
    std::mutex mutex_;
    TempDir dir;
    TestCa ca_;
    int tokens_ = 0;
    std::unique_ptr<TlsServer> server_;
};

}  // namespace audienced::test
