// What Ctrl-C and other signals do to a program that goes on until it is told to end.
#pragma once

namespace audienced::ctl {

/// While this lives, Ctrl-C ends the process with 0, wherever it is. With a full screen the terminal shows
/// nothing else, no cursor, and nothing of what is typed; it is as before once this ends, or a signal ends or
/// stops the process. A window of another size ends a wait.
class UntilInterrupt {
public:
    /// Of standard output and input. One at a time.
    explicit UntilInterrupt(bool full_screen);
    ~UntilInterrupt();
    UntilInterrupt(const UntilInterrupt&) = delete;
    UntilInterrupt& operator=(const UntilInterrupt&) = delete;
};

}  // namespace audienced::ctl
