// Certificates made on the spot, good and bad.
#pragma once

#include <memory>
#include <string>

namespace audienced::test {

struct Certificate {
    std::string chain_pem;  // leaf first
    std::string key_pem;
};

/// Days from now; negative lies in the past.
struct Validity {
    int from_day = -1;
    int to_day = 1;
};

class TestCa {
public:
    TestCa();
    ~TestCa();
    const std::string& pem() const noexcept { return pem_; }
    /// For a DNS name or an IP literal.
    Certificate issue(const std::string& host, Validity validity = {}) const;
    /// By an intermediate CA of this one; the chain sent leaves it out if told so.
    Certificate issue_by_intermediate(const std::string& host, bool send_intermediate) const;

private:
    struct Keys;
    std::unique_ptr<Keys> keys_;
    std::string pem_;
};

Certificate self_signed(const std::string& host);

}  // namespace audienced::test
