// Threads on which sources are read, so that one that hangs holds nothing but itself.
//
// Most calls of a source end soon after they are told to stop. One that hangs in the kernel does not: a file
// of a server that is gone, a disk that does not answer. No program can end such a call. So each call has a
// thread of its own, which owns all that it uses; its caller waits for rows, a stop or the limits below, and
// then goes on and leaves the thread behind. A thread that was left behind ends by itself when the kernel
// answers. Until then it counts as a read of its source, so that they do not grow in number.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "source/source.hpp"

namespace audienced::source {

struct ThreadLimits {
    std::size_t per_source = 4;  // calls of one source at the same time; the next ones wait
    std::chrono::milliseconds grace = std::chrono::seconds{2};  // from the stop to being left behind
};

/// How long a read may give nothing before it is given up. What a source knows of its own waits is far
/// shorter, and says more; this is for the waits that nothing else bounds.
std::chrono::minutes longest_silence(const model::Source&);

/// Any thread. May be destroyed before the threads that it left behind.
class Threads {
public:
    explicit Threads(ThreadLimits limits = {});

    /// `inner` behind a source whose calls always return: soon after a stop, or after `silence` without a row
    /// (not_ready). `inner` and `secrets` are destroyed with it, or with the last call that was left behind.
    std::unique_ptr<Source> on_own_thread(std::string source_name, std::unique_ptr<Source> inner,
                                          std::unique_ptr<Secrets> secrets,
                                          std::chrono::milliseconds silence);

    /// Calls that are not over, those left behind included. While there are any, what they use (and what the
    /// factory of sources gave them: clock, network) must live.
    std::size_t under_way() const;

    struct State;

private:
    std::shared_ptr<State> state_;
};

}  // namespace audienced::source
