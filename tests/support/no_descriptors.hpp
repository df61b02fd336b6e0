// As long as it lives this process can open nothing: the descriptors that the limit allows are used up.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <vector>

namespace audienced::test {

class NoDescriptors {
public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &few);
        for (int fd = ::dup(0); fd >= 0; fd = ::dup(0)) used_.push_back(fd);
    }
    NoDescriptors(const NoDescriptors&) = delete;
    ~NoDescriptors() {
        for (const int fd : used_) ::close(fd);
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }

private:
    rlimit before_{};
    std::vector<int> used_;
};

}  // namespace audienced::test
