"""The daemon and the sandbox on a day of the test's choice: libfaketime moves the wall clock of the daemon, the side door that of the
sandbox. The monotonic clock, by which everything waits, stays as it is."""
import glob
import os

LIBRARY = next(iter(sorted(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1"))), None)


def can_travel():
    """False, loudly, where Debian's package faketime is missing, or a sanitizer wants to be the first library."""
    if LIBRARY and not any(name in os.environ for name in ("ASAN_OPTIONS", "TSAN_OPTIONS")):
        return True
    print("SKIPPED: what needs another day's clock, since the package faketime is missing here or a sanitizer is in its way", flush=True)
    return False


class Clock:
    """Seconds ahead of this machine's clock; the daemon goes by it from its next start on."""

    def __init__(self, world):
        self.world, self.ahead = world, 0.0

    def set_ahead(self, seconds):
        self.world.sandbox.call("POST", "clock", {"advance_seconds": seconds - self.ahead})
        self.ahead = seconds
        self.world.daemon.environment = {"LD_PRELOAD": LIBRARY, "FAKETIME": f"{seconds:+f}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
