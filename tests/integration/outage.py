"""A customer base that one export keeps in one audience, and what may happen to its source meanwhile: a run is exact, or it changes
nothing and says why. Either way no member that only could not be read is taken for a leaver."""
import os
import signal
import time

import expect
from daemon import Failed
from harness import NotTested, AUDIENCE, equal
from rows import fed

FINAL = ("succeeded", "completed_with_rejects", "failed", "skipped", "cancelled", "held")


class Shop:
    """`source` and `segment` are the words behind `source add NAME` and `segment add NAME --source S`."""

    def __init__(self, world, source, segment, *words, name="all", title="Customers", stdin=""):
        self.world, self.name, self.title = world, name, title
        self.expected = {}  # as the audience must be
        if name == "all":
            world.connect()
        world.ctl("source", "add", f"source-{name}", *source, stdin=stdin)
        world.ctl("segment", "add", f"segment-{name}", "--source", f"source-{name}", *segment, "--title", title)
        world.export(name, [f"segment-{name}"], "--max-removal-percent", "20", *words)

    def begin(self):
        """A run of its own, not followed -> its id."""
        answer = self.world.ctl("run", self.name, "--json").json()
        return answer.get("id") or answer["runs"][0]["id"]

    def end(self, run, code=0):
        self.world.ctl("runs", "follow", str(run), expect=code, timeout=600)
        return self.world.ctl.show(run)

    def now(self, rows):
        """From here on the audience is to be what these rows say."""
        plan = expect.Plan().segment(self.title, fed(rows))
        for address in set(self.expected) - set(plan.members):
            self.expected[address] = (*self.expected[address][:1], frozenset(), *self.expected[address][2:])
        for address, (values, tags) in plan.members.items():
            self.expected[address] = ("subscribed", frozenset(tags), tuple(value or "" for value in values))
        return plan

    def exact(self, run, rows, **counts):
        plan = self.now(rows)
        self.world.check_run(run, read=plan.read, rejected=0, **counts)
        self.as_it_was()

    def nothing_done(self, run, status, *says):
        """It ended so, with a reason that says these words, and not one call of it wrote anything."""
        why = f"{run.get('reason')} {run.get('error')}"
        equal(run["status"], status, f"the run's end ({why})")
        for word in says:
            if word.lower() not in why.lower():
                raise Failed(f"the reason does not say {word!r}: {why}")
        calls = self.world.sandbox.counters()["calls"]
        equal([kind for kind in calls if "/3.0/" in kind and not kind.startswith("GET ")], [], "calls that write")
        self.as_it_was()

    def as_it_was(self):
        equal(expect.differences(self.expected, self.world.sandbox.dump(AUDIENCE)), [], "the audience")
        self.world.count_anew()


def stopped_while_reading(shop, path, beyond):
    """Begins a run, and holds the whole daemon when it has read more than `beyond` bytes of the file, but not all of them. A run that
    was too quick is left to finish, and another one begun -> the id of the run that is held in the middle."""
    if os.geteuid() != 0:
        raise NotTested("only root sees how far a daemon has read that keeps its memory to itself")
    process = shop.world.daemon.process
    size = os.stat(path).st_size
    for _ in range(50):
        run = shop.begin()
        while True:
            if beyond < position(process.pid, path) < size:
                process.send_signal(signal.SIGSTOP)
                wait_stopped(process.pid)
                if beyond < position(process.pid, path) < size:
                    return run
                process.send_signal(signal.SIGCONT)
            if shop.world.ctl.show(run)["status"] in FINAL:
                break
            until = time.monotonic() + 0.5
            while time.monotonic() < until and not beyond < position(process.pid, path) < size:
                pass
    raise Failed("the daemon was never caught while it read the file")


def go_on(shop):
    shop.world.daemon.process.send_signal(signal.SIGCONT)


def position(pid, path):
    """How far the process has read the file; -1 if it does not have it open."""
    folder = f"/proc/{pid}/fd"
    try:
        for number in os.listdir(folder):
            try:
                if os.readlink(f"{folder}/{number}") == path:
                    with open(f"/proc/{pid}/fdinfo/{number}", encoding="ascii") as info:
                        return int(info.readline().split()[1])
            except OSError:
                pass  # closed since
    except OSError:
        pass
    return -1


def wait_stopped(pid):
    while True:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            if stat.read().rsplit(")", 1)[1].split()[0] == "T":
                return
