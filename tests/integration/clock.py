"""The daemon and the sandbox on a day of the test's choice: libfaketime moves the wall clock of the daemon, the control API that of the
sandbox. The monotonic clock, by which everything waits, stays as it is."""
import glob
import os

from harness import not_tested

LIBRARY = next(iter(sorted(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1"))), None)


def can_travel():
    """False, with a message, where Debian's package faketime is missing, or a sanitizer must be the first library."""
    if LIBRARY and not any(name in os.environ for name in ("ASAN_OPTIONS", "TSAN_OPTIONS")):
        return True
    not_tested("what needs another day's clock, since the package faketime is missing here or a sanitizer is in its way")
    return False


class Clock:
    """Seconds ahead of this machine's clock; the daemon uses it from its next start on."""

    def __init__(self, world):
        self.world, self.ahead = world, 0.0

    def set_ahead(self, seconds):
        self.world.sandbox.call("POST", "clock", {"advance_seconds": seconds - self.ahead})
        self.ahead = seconds
        self.world.daemon.environment = {"LD_PRELOAD": LIBRARY, "FAKETIME": f"{seconds:+f}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class jumping:
    """The daemon's clocks, both of them, read from a file: it continues from its next start, and jump() moves them while it runs. What
    already waits keeps its duration, until the next timer of the daemon ends: then all that are over end. With `monotonic=False` the wall
    clock alone moves: deadlines of calls under way stay as they are, however slow the machine is after the jump."""

    def __init__(self, world, monotonic=True):
        self.path, self.ahead = world.path("clock"), 0.0
        self.jump(0)
        world.daemon.environment = {"LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": self.path, "FAKETIME_NO_CACHE": "1"}
        if not monotonic:
            world.daemon.environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"

    def jump(self, seconds):
        self.ahead += seconds
        with open(self.path + ".new", "w", encoding="ascii") as file:
            file.write(f"{self.ahead:+f}\n")
        os.replace(self.path + ".new", self.path)
