#include "notify/ways/command.hpp"

#include "notify/ways/run_command.hpp"

namespace audienced::notify {

std::string CommandWay::leads_to() const {
    std::string out;
    for (const std::string& word : argv_) out += word + '\n';
    return out;
}

awaitable<result<std::string>> CommandWay::tell(const Message& message, Deadline) {
    const auto call = [&] { return run_command(argv_, message.body + "\n", timeout_); };
    auto done = co_await worker_->run(call);
    if (!done) co_return done.error();
    co_return std::string("exit code 0");
}

}  // namespace audienced::notify
