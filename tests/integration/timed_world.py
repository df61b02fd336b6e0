"""A world whose clocks a test moves, the calls that it holds up, and what it waits for."""
import itertools
import time

from clock import LIBRARY, jumping
from daemon import Failed
from harness import NotTested, World
from outage import position


class TimedWorld(World):
    """Its daemon's clocks can be moved while it runs, and the sandbox's with them."""
    monotonic = True  # both clocks of the daemon, or the wall clock alone

    def __init__(self, binaries, **options):
        super().__init__(binaries, **options)
        if not LIBRARY:
            raise NotTested("what a look is worth a minute later, since the package faketime is missing")
        self.clock = jumping(self, self.monotonic)
        self.ctl.patience = 40

    def __enter__(self):
        super().__enter__()
        self.sandbox.knobs(login_token_per_second=0, cc_per_second=0, cc_activity_seconds=0.05, login_token_seconds=31_000_000)
        return self

    def pass_time(self, seconds=65):
        """By default more than a look is worth."""
        self.sandbox.advance_clock(seconds)
        self.clock.jump(seconds)


class Hold:
    """One call, or so many, that the sandbox holds up, before they take effect or (`apply`) after they did."""
    numbers = itertools.count(1)

    def __init__(self, side, kind, apply=False, skip=0, calls=1):
        method, path = side.calls[kind]
        self.sandbox, self.what, self.name = side.world.sandbox, f"{kind} of {side.name}", f"hold{next(Hold.numbers)}"
        self.calls = calls
        self.sandbox.call("POST", "faults", {"append": True, "rules": [{
            "name": self.name, "method": method, "path": path, "client": side.client, "skip": skip, "next": calls,
            "action": {"kind": "hold", "apply": apply}}]})

    def wait(self, timeout=20):
        if not self.sandbox.wait(self.calls, held=self.name, timeout=timeout):
            raise Failed(f"the call never came: {self.what}")
        return self

    def came(self, timeout=5):
        return self.sandbox.wait(1, held=self.name, timeout=timeout)

    def release(self):
        self.sandbox.release(self.name)


def wait_reading(side):
    """Until the daemon has the source open."""
    until = time.monotonic() + 30
    while position(side.world.daemon.process.pid, side.path) < 0:
        if time.monotonic() > until:
            raise Failed("the source was never read")
