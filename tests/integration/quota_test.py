#!/usr/bin/env python3
"""Three kinds of 429 from Constant Contact. The day's calls are spent in the middle of a run: it says so and waits for midnight UTC with
what it has, through SIGTERM and kill -9, can be cancelled, and continues by itself. Too many a second: a moment later. A full queue of
jobs: half a minute later."""
import datetime
import re
import subprocess
import sys
import threading

from clock import Clock, can_travel
from contact_list import ContactList, start
from daemon import Failed
from harness import FULL, equal, main
from hooked import Hooked

IMPORT = "contacts_file_import"


class Tomorrow(Clock):
    """The day after the one on which the test began."""

    def __init__(self, world):
        super().__init__(world)
        self.day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)

    def at(self, hour, minute=0, second=0):
        """Restarts the daemon at this time of that day, UTC."""
        self.world.daemon.kill()
        then = self.day.replace(hour=hour, minute=minute, second=second)
        self.set_ahead((then - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
        self.world.daemon.start()


def until_told(world, number, words):
    """Follows a run until its events say that."""
    follower = subprocess.Popen([world.ctl.program, "runs", "follow", str(number), "--socket", world.daemon.socket], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    patience = threading.Timer(60, follower.kill)
    patience.start()
    told = []
    for line in follower.stdout:
        told.append(line)
        if words in line:
            break
    patience.cancel()
    follower.kill()
    follower.communicate()
    if not told or words not in told[-1]:
        raise Failed(f"the run never said {words!r}: {told}\n{world.daemon.tail()}")


def accepted(one):
    """Calls that the sandbox counts against the application's day."""
    return len([line for line in one.log() if line["status"] not in (0, 401, 429)])


def furnished(world, people, wide=True):
    world.sandbox.knobs(login_token_per_second=0)
    letters = ContactList(world, "letters", wide=wide)
    counts = letters.change(come=people)
    world.check_run(letters.run(), **counts)
    letters.check_list()
    return letters


def spend_the_day(world, letters):
    """A run of three imports, whose day is spent when the third is on its way -> its number and what it has to count."""
    world.sandbox.reset_counters()
    spent_before = world.sandbox.spent
    counts = letters.change(move=1400, leave=20)
    world.sandbox.faults([{"name": "third", "path": IMPORT, "skip": 2, "next": 1, "action": {"kind": "hold", "apply": False}}])
    number = letters.start()
    equal(world.sandbox.wait(1, held="third", timeout=60), True, "the third import came")
    world.sandbox.knobs(cc_per_day=spent_before + accepted(letters) + 1)
    world.sandbox.release("third")
    until_told(world, number, "the day's budget of calls")
    return number, counts


def waiting(world, number):
    run = world.ctl.show(number)
    equal(run["status"], "delivering", "the waiting run")
    equal("00:00:00Z" in run["progress"]["waiting_for"], True, f"what it waits for: {run['progress']}")
    equal(run["counts"]["updated"] >= 600, True, f"what was settled is kept: {run['counts']}")
    equal(bool(re.search(r" 10,000 +10,000 ", world.ctl("status").text)), True, "status tells what the day has spent")
    limits = [one for one in world.ctl("status", "--json").json()["limits"] if one["share_key"] == "constant-contact/app-letters"]
    equal([one["spent_today"] for one in limits], [10000], "the day's budget")


def test_the_day_is_spent(binaries):
    if not can_travel():
        return
    with Hooked(binaries) as world:
        clock = Tomorrow(world)
        clock.at(10)
        letters = furnished(world, 1500)
        world.sandbox.spent = accepted(letters)
        number, counts = spend_the_day(world, letters)
        waiting(world, number)
        equal(world.events("waiting_for_quota"), 1, "log lines that say so")
        calls = len(letters.log())
        # Told to stop, it stops; started again, it knows what was spent and asks nothing.
        world.daemon.stop()
        equal(world.events("daemon_drain_expired"), 0, "drains that had to be cut off")
        world.daemon.start()
        until_told(world, number, "the day's budget of calls")
        waiting(world, number)
        world.daemon.kill()
        world.daemon.start()
        until_told(world, number, "the day's budget of calls")
        waiting(world, number)
        equal(len(letters.log()), calls, "calls while the day was spent")
        # Midnight comes.
        clock.at(23, 59, 56)
        until_told(world, number, "the day's budget of calls")
        world.check_run(letters.finish(number), **counts)
        letters.check_list()
        equal(len([line for line in letters.log() if IMPORT in line["target"]]), 3, "imports")
        world.check_nobody_harmed()


def test_cancelled_while_it_waits(binaries):
    """Two runs behind one key: the one behind the other in the queue reports the wait too, and both can be cancelled."""
    if not can_travel():
        return
    with Hooked(binaries) as world:
        clock = Tomorrow(world)
        clock.at(10)
        letters = furnished(world, 40, wide=False)
        more = ContactList(world, "more", 2, beside=letters)
        counts = more.change(come=30)
        world.check_run(more.run(), **counts)
        wanted = [letters.change(come=5, move=5, leave=5), more.change(come=5, move=5, leave=5)]
        world.sandbox.faults([{"name": "held", "path": IMPORT, "next": 2, "action": {"kind": "hold", "apply": False}}])
        numbers = start(world, ["letters", "more"])
        equal(world.sandbox.wait(2, held="held", timeout=60), True, "both imports came")
        world.sandbox.knobs(cc_per_day=1)
        world.sandbox.release("held")
        for number in numbers:
            until_told(world, number, "the day's budget of calls")
        for number in reversed(numbers):
            world.ctl("runs", "cancel", str(number))
            world.ctl("runs", "follow", str(number), expect=None)
            equal(world.ctl.show(number)["status"], "cancelled", "the run")
        # The next day everything is made good.
        world.sandbox.knobs(cc_per_day=10000)
        clock.at(23, 59, 56)
        for one, number, counted in zip([letters, more], start(world, ["letters", "more"]), wanted):
            world.check_run(one.finish(number), removed=5, read=counted["read"], rejected=0, suppressed=0)
            one.check_list()
        world.check_nobody_harmed()


def test_too_many_a_second(binaries):
    """Throttled for a moment: more calls than the daemon believes to be allowed, and no message about a spent daily budget."""
    with Hooked(binaries) as world:
        letters = furnished(world, 40, wide=False)
        world.sandbox.knobs(cc_per_second=2)
        counts = letters.change(come=10, move=10, leave=10)
        run = letters.run()
        world.check_run(run, **counts)
        letters.check_list()
        equal(run["retries"] > 0, True, "calls that were made again")
        equal((world.events("waiting_for_quota"), run["provider_jobs"]), (0, 2), "words of a spent day, and jobs")
        equal(max(one["spent_today"] for one in world.ctl("status", "--json").json()["limits"]) < 100, True, "the day's budget is not spent")
        world.check_nobody_harmed()


def test_the_queue_is_full(binaries):
    """A thousand jobs wait already: that is said, half a minute passes, and meanwhile the run can be cancelled and the daemon stopped."""
    with Hooked(binaries) as world:
        letters = furnished(world, 40, wide=False)
        world.sandbox.knobs(cc_queue_limit=0)
        counts = letters.change(come=10, move=10)
        number = letters.start()
        until_told(world, number, "queue of jobs is full")
        equal("queue of jobs is full" in world.ctl.show(number)["progress"]["waiting_for"], True, "what it waits for")
        world.daemon.stop()
        equal(world.events("daemon_drain_expired"), 0, "drains that had to be cut off")
        world.daemon.start()
        until_told(world, number, "queue of jobs is full")
        if FULL:
            world.sandbox.knobs(cc_queue_limit=1000)
            world.check_run(letters.finish(number), **counts)
        else:
            world.ctl("runs", "cancel", str(number))
            world.ctl("runs", "follow", str(number), expect=None)
            equal(world.ctl.show(number)["status"], "cancelled", "the run")
            world.sandbox.knobs(cc_queue_limit=1000)
            world.check_run(letters.run(), **counts)
        letters.check_list()
        equal(world.events("waiting_for_quota"), 0, "words of a spent day")
        world.check_nobody_harmed()


if __name__ == "__main__":
    sys.exit(main(globals()))
