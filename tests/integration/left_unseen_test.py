#!/usr/bin/env python3
"""A contact left a Constant Contact list, and nothing that is remembered tells that it was ever on it: the call that put it there has no known
outcome, or was made after the backup that was restored. No run and no undo puts it back by itself: a run asks."""
import sys

from harness import equal, main
from meanwhile import HELD, meanwhile
from restore_test import DAY, backup, restored
from sides import ConstantContact, each_provider
from timed_world import Hold
from undo_test import undo

ASKS = "are not on the list after a call that put them there"


def stays_off(world, side, email):
    """The next run asks, whatever --existing says; without an approval nothing happens."""
    for existing in ("ask", "add"):
        world.ctl("export", "edit", side.name, "--existing", existing)
        run = side.run(expect=HELD)
        equal((run["status"], ASKS in run["reason"]), ("held", True), f"a run with --existing {existing}: {run['reason']}")
        equal(side.state()[email].on, False, "the contact")
        said = world.ctl("export", "explain", side.name, "-", stdin=email + "\n").out
        equal("was never put there, or it has left" in said, True, f"why: {said}")
    world.ctl("runs", "cancel", str(run["id"]))
    world.ctl("export", "edit", side.name, "--existing", "leave")
    world.check_run(side.run(), suppressed=1)
    side.out.add(email)
    side.check()
    equal(side.incidents(), [], "what the sandbox saw")


@each_provider(ConstantContact)
def after_the_record_of_its_job_is_gone(world, side):
    """The daemon was killed behind the call, and came back after the provider had forgotten the job."""
    side.first()
    left, _ = side.come(2)
    hold = Hold(side, "poll", apply=True)
    run = side.start()
    hold.wait()
    world.daemon.kill()
    hold.release()
    world.sandbox.faults([])
    world.pass_time(3600)
    equal(side.state()[left].on, True, "the job put the contact on the list")
    side.act("left", left)
    world.pass_time(11 * DAY)
    world.daemon.start()
    side.finish(run, expect=None)
    equal(side.state()[left].on, False, "after the run went on")
    stays_off(world, side, left)


@each_provider(ConstantContact)
def while_its_job_timed_out(world, side):
    """The provider gives the job up after it put some contacts on the list; the rest is sent again, in halves."""
    side.first()
    fresh = side.come(6)
    world.sandbox.knobs(cc_next_activity="timed_out", cc_next_activity_count=1)
    hold = Hold(side, "poll", apply=True)
    run = side.start()
    hold.wait()
    world.sandbox.advance_clock(1)  # the job works by its clock
    left = next(e for e in fresh if e in side.state() and side.state()[e].on)
    side.act("left", left)
    world.pass_time(120)
    hold.release()
    world.check_run(side.finish(run, expect=None), added=5, suppressed=1)
    equal(side.state()[left].on, False, "after the batch was sent again")
    stays_off(world, side, left)


@each_provider(ConstantContact)
def after_a_backup_in_which_it_was_off(world, side):
    left, *_ = side.first()
    row = side.rows[left]
    side.leave(left)
    taken_out = side.run()
    world.check_run(taken_out, removed=1)
    path = backup(world)
    world.pass_time(3600)
    side.rows[left] = row
    side.write()
    world.check_run(side.run(), added=1)
    world.pass_time(3600)
    side.act("left", left)
    world.pass_time(DAY)
    restored(world, path)
    undone = undo(side, taken_out["id"], expect=None)
    equal((undone["counts"]["added"], side.state()[left].on), (0, False), f"an undo of the run that took it out: {undone['reason']}")
    stays_off(world, side, left)


@each_provider(ConstantContact)
def after_a_backup_that_was_made_meanwhile(world, side):
    side.first()
    left, _ = side.come(2)
    paths = []
    world.check_run(meanwhile(side, "batch", lambda: paths.append(backup(world)), apply=True), added=2)
    side.act("left", left)
    world.pass_time(DAY)
    restored(world, paths[0])
    stays_off(world, side, left)


if __name__ == "__main__":
    sys.exit(main(globals()))
