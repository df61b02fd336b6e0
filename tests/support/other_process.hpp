// Another process, such as the application whose file is read: its steps run one by one, each to its end.
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

namespace audienced::test {

/// The steps are all given before the process begins. A step that throws ends the process.
class OtherProcess {
public:
    explicit OtherProcess(std::vector<std::function<void()>> steps);
    OtherProcess(const OtherProcess&) = delete;
    ~OtherProcess();  // as crash()

    /// Runs the next step and waits for its end. Throws if the process ended instead.
    void next();
    /// Ends the process at once: no destructor runs in it.
    void crash();

private:
    pid_t pid_ = -1;
    int to_ = -1, from_ = -1;
};

}  // namespace audienced::test
