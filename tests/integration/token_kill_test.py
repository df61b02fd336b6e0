#!/usr/bin/env python3
"""A refresh of rotating tokens in the middle of runs: whenever the daemon dies, the connection has its token, or says that it needs
signing in and why. One refresh serves all waiters; one event tells of a grant that is gone."""
import os
import signal
import subprocess
import sys

from clock import Clock, can_travel
from contact_list import ContactList, start
from daemon import Failed
from harness import FULL, equal, main, not_tested
from hooked import Hooked

STATE = 6
DAY = 86400
GRANT = {"method": "POST", "path": "/v1/token"}


def furnished(world):
    letters = ContactList(world, "letters")
    counts = letters.change(come=60)
    world.check_run(letters.run(), **counts)
    return letters


def expire(world, **more):
    world.sandbox.call("POST", "revoke", {"client_id": "app-letters", "account": "letters", "access_only": True, **more})


def refreshes(world):
    """What the calls of the token endpoint were answered; a second one in the same second is only asked to wait."""
    return [line["status"] for line in world.sandbox.call("GET", "log?last=20000")
            if line["target"].endswith("/v1/token") and line["status"] not in (0, 429)]


def state(world):
    return world.ctl("connection", "show", "letters", "--json").json()


def begin_and_die(world, letters, rule):
    """A run whose token has to be refreshed; the daemon dies when the call of the rule is held -> run and what it has to count."""
    expire(world)
    world.sandbox.reset_counters()
    counts = letters.change(come=5, move=5, leave=5)
    world.sandbox.faults([{"name": "hold", "next": 1, **rule}])
    number = letters.start()
    equal(world.sandbox.wait(1, held="hold", timeout=30), True, "the call came")
    world.daemon.kill()
    world.sandbox.faults([])
    return number, counts


def goes_on(world, letters, number, counts):
    world.check_run(letters.finish(number), **counts)
    letters.check_list()
    equal(state(world)["state"], "ready", "the connection")


def says_lost(world, letters, number, counts):
    """The run fails with a sentence, once; after a sign-in the next one does it all."""
    run = letters.finish(number, expect=1)
    for word in ("needs a new sign-in: the answer", "lost", "audiencectl connection authenticate letters"):
        equal(word in run["error"] and run["error"].startswith("connection letters needs"), True, f"the run says {word!r}: {run['error']}")
    equal("lost" in state(world)["state_reason"], True, "the connection says why")
    world.ctl("run", "letters", expect=STATE)
    letters.sign_in()
    world.check_run(letters.run(), **counts)
    letters.check_list()


def test_before_and_after(binaries):
    with Hooked(binaries) as world:
        letters = furnished(world)
        # The service never saw it: nothing is lost, and one more refresh is made.
        number, counts = begin_and_die(world, letters, GRANT | {"action": {"kind": "hold", "apply": False}})
        world.daemon.start()
        goes_on(world, letters, number, counts)
        equal(refreshes(world), [200], "refreshes, when the first one never arrived")
        # Its answer arrived: the new token was on disk before it was used, so the next life needs no other.
        number, counts = begin_and_die(world, letters, {"path": "^/v3/contact_lists", "action": {"kind": "hold", "apply": False}})
        world.daemon.start()
        goes_on(world, letters, number, counts)
        equal(refreshes(world), [200], "refreshes, when the answer of the first one had arrived")
        world.daemon.stop()
        equal((world.events("needs_sign_in"), world.hooks("needs_sign_in")), (0, 0), "events, when nothing was lost")
        world.check_nobody_harmed()


def test_answer_lost(binaries):
    with Hooked(binaries) as world:
        letters = furnished(world)
        lost = GRANT | {"action": {"kind": "hold", "apply": True}}
        # A service that takes the old token a little longer, or keeps it: it goes on.
        for knobs in ({"login_grace_seconds": 600}, {"login_grace_seconds": 0, "login_refresh_tokens": "long_lived"}):
            world.sandbox.knobs(**knobs)
            number, counts = begin_and_die(world, letters, lost)
            world.daemon.start()
            goes_on(world, letters, number, counts)
        # One that does not: a person has to sign in, is told so once, and nothing else is lost.
        world.sandbox.knobs(login_refresh_tokens="rotating")
        number, counts = begin_and_die(world, letters, lost)
        world.daemon.start()
        says_lost(world, letters, number, counts)
        equal(refreshes(world), [200, 400], "refreshes: the lost one, and the one that was refused")
        world.daemon.stop()
        equal((world.events("needs_sign_in"), world.hooks("needs_sign_in")), (1, 1), "events")
        world.check_nobody_harmed()


def die_at_write(world, nth):
    """Kills the daemon at its nth write from now on. It is traced when this returns; gives how to wait for the end of that."""
    trace = subprocess.Popen(["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(world.daemon.process.pid), "-e", "trace=pwrite64,fdatasync",
                              "-e", f"inject=pwrite64,fdatasync:signal=SIGKILL:when={nth}"], stderr=subprocess.PIPE, text=True)
    threads = f"/proc/{world.daemon.process.pid}/task"
    while trace.poll() is None and not all(traced(os.path.join(threads, thread)) for thread in os.listdir(threads)):
        pass
    return trace


def traced(thread):
    with open(os.path.join(thread, "status"), encoding="ascii") as status:
        return any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in status)


def can_trace():
    if os.geteuid() != 0:
        return False  # the daemon keeps its memory to itself
    try:
        return subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def test_at_each_write_of_the_answer(binaries):
    """The answer is there and is being written down: it is lost, or it is durable, and from some write on it is durable."""
    if not can_trace():
        not_tested("strace is missing or may not trace here, so nothing was killed at a write")
        return
    with Hooked(binaries) as world:
        letters = furnished(world)
        fates = []
        for nth in range(1, 25, 1 if FULL else 12):
            expire(world)
            counts = letters.change(come=5, move=5, leave=5)
            world.sandbox.faults([{"name": "hold", "next": 1, **GRANT, "action": {"kind": "hold", "apply": True}}])
            number = letters.start()
            equal(world.sandbox.wait(1, held="hold", timeout=30), True, "the refresh came")
            trace = die_at_write(world, nth)
            world.sandbox.release("hold")
            if world.daemon.process.wait(60) != -signal.SIGKILL:
                raise Failed(f"the daemon outlived its write {nth}: {trace.communicate()[1]}")
            trace.communicate()
            world.daemon.kill()
            world.sandbox.faults([])
            world.daemon.start()
            world.ctl("runs", "follow", str(number), expect=None)
            kept = state(world)["state"] == "ready"
            (goes_on if kept else says_lost)(world, letters, number, counts)
            fates.append("kept" if kept else "lost")
        print(f"   killed at write 1, 2, ... of the answer: {fates}")
        equal(fates, sorted(fates, reverse=True), "fates: lost before it was durable, kept ever after")
        equal("kept" in fates, True, "some death came after it was durable")
        world.check_nobody_harmed()


def test_many_wait_for_one(binaries):
    with Hooked(binaries) as world:
        letters = furnished(world)
        lists = [letters] + [ContactList(world, f"more{n}", n, beside=letters) for n in range(2, 7)]
        names = [one.name for one in lists]
        counts = [one.change(come=30) for one in lists]
        expire(world)
        world.sandbox.reset_counters()
        world.sandbox.faults([{"name": "hold", "next": 1, **GRANT, "action": {"kind": "hold", "apply": False}}])
        numbers = start(world, names)
        equal(world.sandbox.wait(1, held="hold", timeout=30), True, "the refresh came")
        equal(world.sandbox.wait(len(lists), counter="reads"), True, "each of them was refused")
        world.sandbox.release("hold")
        for one, number, wanted in zip(lists, numbers, counts):
            world.check_run(one.finish(number), **wanted)
            one.check_list()
        equal(refreshes(world), [200], "refreshes for all of them")
        # The grant itself is taken back: every run says so, one event and one hook tell of it.
        expire(world, access_only=False)
        for one, number in zip(lists, start(world, names)):
            run = one.finish(number, expect=1)
            equal("audiencectl connection authenticate letters" in run["error"], True, f"what to do: {run['error']}")
        equal(state(world)["state"], "needs_sign_in", "the connection")
        world.daemon.stop()
        equal((world.events("needs_sign_in"), world.hooks("needs_sign_in")), (1, 1), "events")
        world.check_nobody_harmed()


def test_unused_for_months(binaries):
    """A refresh token dies of 180 idle days: a warning comes before that, and a sentence after."""
    if not can_travel():
        return
    with Hooked(binaries) as world:
        letters = furnished(world)
        clock = Clock(world)
        for days, warnings in ((160, 0), (170, 1)):
            world.daemon.stop()
            clock.set_ahead(days * DAY)
            world.daemon.start()
            world.ctl("status")
            world.daemon.stop()
            equal((world.events("sign_in_expires"), world.hooks("sign_in_expires")), (warnings, warnings), f"warnings after {days} idle days")
            world.daemon.start()
        # It is used, so it lives on.
        counts = letters.change(come=5)
        world.check_run(letters.run(), **counts)
        letters.check_list()
        warned = world.events("sign_in_expires")
        world.daemon.stop()
        world.daemon.start()
        world.ctl("status")
        equal(world.events("sign_in_expires"), warned, "warnings after it was used")
        # It was unused for longer than that.
        world.daemon.stop()
        clock.set_ahead(170 * DAY + 181 * DAY)
        world.daemon.start()
        letters.change(come=5)
        run = letters.run(expect=1)
        equal("audiencectl connection authenticate letters" in run["error"], True, f"what to do: {run['error']}")
        equal(state(world)["state"], "needs_sign_in", "the connection")
        world.daemon.stop()
        equal((world.events("needs_sign_in"), world.hooks("needs_sign_in")), (1, 1), "events")


if __name__ == "__main__":
    sys.exit(main(globals()))
