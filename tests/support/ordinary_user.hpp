// As long as it lives this thread sees files as a user without any right of its own does, even if the tests
// run as root.
#pragma once

#include <sys/fsuid.h>
#include <unistd.h>

namespace audienced::test {

class OrdinaryUser {
public:
    static constexpr unsigned nobody = 65534;
    OrdinaryUser() {
        if (!is_root_) return;
        ::setfsgid(nobody);
        ::setfsuid(nobody);  // takes the capabilities over files away from this thread too
    }
    OrdinaryUser(const OrdinaryUser&) = delete;
    ~OrdinaryUser() {
        if (!is_root_) return;
        ::setfsuid(0);
        ::setfsgid(0);
    }

private:
    const bool is_root_ = ::geteuid() == 0;
};

}  // namespace audienced::test
