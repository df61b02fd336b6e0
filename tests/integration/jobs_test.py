#!/usr/bin/env python3
"""Constant Contact's jobs end badly: as failed, timed out, cancelled, unknown to it, or not at all. Imports are few and counted, each member that
was not delivered is named with a reason and a class, the counts add up, and the next run delivers it."""
import sys

from clock import can_travel, jumping
from contact_list import ContactList
from daemon import adds_up
from harness import FULL, World, equal, main

HANGS = 30_000  # seconds; longer than the daemon's patience, shorter than the life of a token
IMPORT, REMOVAL = "contacts_file_import", "remove_list_memberships"


def furnished(world, people=40):
    world.sandbox.knobs(login_token_per_second=0)
    letters = ContactList(world, "letters")
    counts = letters.change(come=people)
    world.check_run(letters.run(), **counts)
    letters.check_list()
    return letters


def next_jobs(world, how, count=-1):
    world.sandbox.knobs(cc_next_activity=how, cc_next_activity_count=count)


def rejects(world, run):
    return world.ctl("runs", "rejects", str(run["id"]), "--json").json()


def new_jobs(letters, before, kind=IMPORT):
    return len([job for job in letters.jobs(kind) if job["activity_id"] not in before])


def known_jobs(letters):
    return {job["activity_id"] for job in letters.jobs()}


def makes_good(world, letters):
    """The next run delivers the members that were not delivered, and another one finds nothing to do."""
    next_jobs(world, "completed")
    letters.finish(letters.start())
    letters.check_list()
    run = letters.finish(letters.start())
    world.check_run(run, unchanged=len(letters.rows), rejected=0)


def test_once(binaries):
    """A job that fails and succeeds the next time: the run's outcome does not change."""
    with World(binaries) as world:
        letters = furnished(world)
        for how, imports in (("failed", 1 + 2), ("timed_out", 1 + 2)) + ((("vanished", 1),) if FULL else ()):
            next_jobs(world, how, 1)
            before, counts = known_jobs(letters), letters.change(come=60, move=20)
            world.check_run(letters.run(), **counts)
            equal(new_jobs(letters, before), imports, f"imports that were kept, after one {how}")
            letters.check_list()
        next_jobs(world, "failed", 1)
        before, counts = known_jobs(letters), letters.change(leave=30)
        world.check_run(letters.run(), **counts)
        equal(new_jobs(letters, before, REMOVAL), 1 + 2, "removals, after one that failed")
        letters.check_list()
        world.check_nobody_harmed()


def test_never_well(binaries):
    """Every job of the run ends like that. Small batches, since each is sent six times at the most."""
    with World(binaries) as world:
        letters = furnished(world)
        # Three rows: three, two and one, one and one; and each of the single ones until it was sent for the sixth time.
        worst = 1 + 1 + 5 + 4 + 4
        cases = [("failed", 3, "job_failed", worst), ("vanished", 3, "job_vanished", 6), ("cancelled", 3, "job_cancelled", 1)]
        cases += [("timed_out", 3, "job_failed", worst), ("failed", 400, "job_failed", 63)] if FULL else []
        for how, people, code, imports in cases:
            world.sandbox.reset_counters()
            next_jobs(world, how)
            counts = letters.change(come=people)
            run = letters.run()
            equal(run["status"], "completed_with_rejects", f"how the run ended: {run}")
            world.check_run(run, **counts | {"added": 0, "rejected": people})
            named = rejects(world, run)
            equal(len(named), people, "rejects")
            equal({(one["code"], one["class"]) for one in named}, {(code, "retry_later")}, "what is said of them")
            equal(f"{people} profiles were not delivered" in run["reason"], True, f"the reason: {run['reason']}")
            sent = [line for line in letters.log() if IMPORT in line["target"]]
            equal(len(sent), imports, f"imports when all end as {how}")
            makes_good(world, letters)
        world.check_nobody_harmed()


def test_removal_refused(binaries):
    """A user cancels the job that takes members off the list: they are named, and the next run does it."""
    with World(binaries) as world:
        letters = furnished(world)
        next_jobs(world, "cancelled")
        counts = letters.change(leave=7)
        run = letters.run()
        world.check_run(run, **counts | {"removed": 0})
        equal(run["status"], "completed_with_rejects", "how the run ended")
        equal("7 members were not removed" in run["reason"], True, f"the reason: {run['reason']}")
        equal({(one["code"], one["class"]) for one in rejects(world, run)}, {("job_cancelled", "retry_later")}, "what is said of them")
        next_jobs(world, "completed")
        world.check_run(letters.finish(letters.start()), removed=7)
        letters.check_list()


def test_killed_in_a_split(binaries):
    """The import failed and was cut in halves; the daemon dies while they are on their way, before and after each took effect."""
    with World(binaries) as world:
        letters = furnished(world)
        for number, apply in ((1, False), (2, True)) if not FULL else [(n, a) for n in (1, 2, 3) for a in (False, True)]:
            next_jobs(world, "failed", 2 if number == 3 else 1)
            counts = letters.change(come=40, move=40)
            world.sandbox.faults([{"name": "hold", "path": IMPORT, "skip": number, "next": 1, "action": {"kind": "hold", "apply": apply}}])
            run = letters.start()
            equal(world.sandbox.wait(1, held="hold", timeout=60), True, "the import of a half came")
            world.daemon.kill()
            world.sandbox.faults([])
            world.daemon.start()
            world.check_run(letters.finish(run), **counts)
            letters.check_list()
        world.check_nobody_harmed()


def hangs(world, letters, **change):
    """A run whose job does not end -> its number, once it was asked about twice."""
    world.sandbox.knobs(cc_activity_seconds=HANGS)
    world.sandbox.reset_counters()
    counts = letters.change(**change)
    number = letters.start()
    equal(world.sandbox.wait(2, kind="GET%20/v3/activities", timeout=60), True, "the job was asked about")
    return number, counts


def moves_again(world):
    """What hung has ended, and the next jobs are quick."""
    world.sandbox.knobs(cc_activity_seconds=0.05)
    world.sandbox.call("POST", "clock", {"advance_seconds": HANGS + 5_000})


def test_stopped_while_a_job_hangs(binaries):
    with World(binaries) as world:
        letters = furnished(world)
        number, counts = hangs(world, letters, come=20, move=5)
        world.daemon.stop()  # it does not wait for the job, and its ticket is kept
        world.daemon.start()
        moves_again(world)
        world.check_run(letters.finish(number), **counts)
        letters.check_list()
        equal(len([line for line in letters.log() if IMPORT in line["target"]]), 1, "imports")
        # Cancelled by a person, after the removal was asked for: what it took off the list comes back without a trace of doubt.
        number, _ = hangs(world, letters, leave=10)
        world.ctl("runs", "cancel", str(number))
        world.ctl("runs", "follow", str(number), expect=None)
        equal(world.ctl.show(number)["status"], "cancelled", "the run")
        moves_again(world)
        letters.check_list()  # the job took its effect
        letters.change(back=True)
        run = letters.finish(letters.start())
        world.check_run(run, suppressed=0, rejected=0, read=len(letters.rows))
        letters.check_list()
        world.check_nobody_harmed()


def test_a_job_that_never_ends(binaries):
    """Hours later the run fails; its job is not sent again, and the next run settles it before anything else."""
    if not can_travel():
        return
    with World(binaries) as world:
        letters = furnished(world)
        world.daemon.stop()
        clock = jumping(world)
        world.daemon.start()
        number, counts = hangs(world, letters, come=20, move=5)
        clock.jump(7 * 3600)
        run = letters.finish(number, expect=1)
        equal((run["status"], "did not end within 6 hours" in run["error"]), ("failed", True), f"how the run ended: {run['error']}")
        equal((adds_up(run), run["counts"]["not_sent"]), (True, 25), f"what it did not get to know: {run['counts']}")
        equal(len([line for line in letters.log() if IMPORT in line["target"]]), 1, "imports")
        moves_again(world)
        makes_good(world, letters)
        world.check_nobody_harmed()


if __name__ == "__main__":
    sys.exit(main(globals()))
