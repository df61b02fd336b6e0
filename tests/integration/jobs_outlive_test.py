#!/usr/bin/env python3
"""A job of Constant Contact belongs to the list and outlives the run that began it: whatever became of the run, what the job did is known before
the next run decides anything."""
import sys

from contacts import IMPORTS
from harness import equal, main
from sides import ConstantContact, each_provider
from timed_world import Hold

AWAY = [{"name": "away", "path": "^/v3/", "action": "reset_before"}]


def with_a_job_under_way(world, side):
    """-> the run, a newcomer and a leaver of it; its import was taken and does not begin"""
    known = side.first()
    fresh = side.come(3)
    side.move(known[1])
    side.hold_jobs()
    world.sandbox.reset_counters()
    run = side.start()
    equal(world.sandbox.wait(2, kind="GET%20/v3/activities", timeout=30), True, "the job was asked about")
    return run, fresh


def job_takes_effect(world, side):
    side.hold_jobs(False)
    world.sandbox.advance_clock(10)
    side.state()


def what_the_job_did_is_known(world, side, fresh):
    """One newcomer leaves the list, one leaves the segment: the first stays off, the second is taken off."""
    job_takes_effect(world, side)
    side.act("left", fresh[0])
    side.out.add(fresh[0])
    side.leave(fresh[1])
    side.move(fresh[0])
    side.settles()


@each_provider(ConstantContact)
def run_cancelled(world, side):
    run, fresh = with_a_job_under_way(world, side)
    world.ctl("runs", "cancel", str(run))
    ended = side.finish(run, expect=None)
    equal((ended["open_calls"]["jobs"], ended["counts"]["not_sent"] > 0), (1, True), "what the run left with the provider")
    shown = world.ctl("runs", "show", str(run)).out
    for words in ("1 job of the provider with 4 members", "learned before the next run there decides anything", "but for those that are under way"):
        equal(words in shown, True, f"{words!r} in:\n{shown}")
    what_the_job_did_is_known(world, side, fresh)
    equal("job of the provider with" in world.ctl("runs", "show", str(run)).out, False, "once it is known")


@each_provider(ConstantContact)
def run_cancelled_and_next_run_before_the_job_ends(world, side):
    """The next run waits for the job of the cancelled one."""
    run, fresh = with_a_job_under_way(world, side)
    world.ctl("runs", "cancel", str(run))
    side.finish(run, expect=None)
    side.leave(fresh[1])
    asked = world.sandbox.calls_of("GET /v3/activities")
    next_run = side.start()
    equal(world.sandbox.wait(asked + 2, kind="GET%20/v3/activities", timeout=20), True, "the next run asks about the job")
    equal(len(side.log("batch")), 1, "imports while the job of before is under way")
    job_takes_effect(world, side)
    side.finish(next_run)
    side.check()
    side.settles()


@each_provider(ConstantContact)
def network_away(world, side):
    """For longer than the run waits, or until it is there again: both are fine."""
    run, fresh = with_a_job_under_way(world, side)
    world.sandbox.faults(AWAY)
    equal(world.sandbox.wait(3, struck="away", timeout=60), True, "calls that failed")
    world.pass_time(1200)
    world.sandbox.wait(5, struck="away", timeout=30)
    job_takes_effect(world, side)
    side.act("left", fresh[0])
    side.out.add(fresh[0])
    world.sandbox.faults([])
    side.finish(run, expect=None)
    side.leave(fresh[1])
    side.move(fresh[0])
    side.settles()


@each_provider(ConstantContact)
def edited_and_killed(world, side):
    run, fresh = with_a_job_under_way(world, side)
    world.ctl("export", "edit", side.name, *side.maps("last_name"))
    world.daemon.kill()
    world.daemon.start()
    job_takes_effect(world, side)
    side.finish(run, expect=None)
    world.ctl("export", "edit", side.name, *side.maps())
    what_the_job_did_is_known(world, side, fresh)


@each_provider(ConstantContact)
def export_removed(world, side):
    """The job belongs to the list: an export that is made later finds what it did."""
    run, fresh = with_a_job_under_way(world, side)
    world.ctl("runs", "cancel", str(run))
    side.finish(run, expect=None)
    world.ctl("export", "remove", side.name)
    side.export(side.name, side.name)
    what_the_job_did_is_known(world, side, fresh)


@each_provider(ConstantContact)
def consent_withdrawn(world, side):
    run, fresh = with_a_job_under_way(world, side)
    world.ctl("connection", "consent", side.name, "--withdraw")
    job_takes_effect(world, side)
    side.finish(run, expect=None)
    world.ctl("connection", "consent", side.name, "--give")
    what_the_job_did_is_known(world, side, fresh)


def killed_before_the_ticket(world, side, kills):
    """The import was taken, its answer never came; who came onto the list by it leaves before the daemon is back."""
    side.first()
    fresh = side.come(4)
    world.sandbox.reset_counters()
    imported = Hold(side, "batch", apply=True)
    run = side.start()
    imported.wait()
    world.daemon.kill()
    world.sandbox.faults([])
    world.sandbox.advance_clock(10)
    side.state()
    side.act("left", fresh[0])
    side.out.add(fresh[0])
    for number in range(kills):
        again = Hold(side, "any", apply=number % 2 == 0, skip=number)
        world.daemon.start()
        again.came(timeout=3)
        world.daemon.kill()
        world.sandbox.faults([])
    world.daemon.start()
    shown = side.finish(run, expect=None)
    side.harmless()
    world.check_run(shown, rejected=0)
    equal(shown["counts"]["added"] + shown["counts"]["suppressed"], 4, f"the newcomers are counted: {shown['counts']}")
    side.settles()


@each_provider(ConstantContact)
def killed_before_the_ticket_was_stored(world, side):
    killed_before_the_ticket(world, side, 0)


@each_provider(ConstantContact)
def killed_again_on_the_way_up(world, side):
    killed_before_the_ticket(world, side, 3)


@each_provider(ConstantContact)
def answer_lost_after_the_import_was_taken(world, side):
    """The daemon asks for the jobs before it sends the import again."""
    side.first()
    fresh = side.come(4)
    world.sandbox.reset_counters()
    side.hold_jobs()
    world.sandbox.faults([{"name": "lost", "path": side.calls["batch"][1], "next": 1, "action": "lost_reply"}])
    run = side.start()
    equal(world.sandbox.wait(1, struck="lost", timeout=20), True, "the answer was lost")
    world.sandbox.wait(2, kind="GET%20/v3/activities", timeout=10)
    equal(len(world.sandbox.activities(side.name, *IMPORTS)), 2, "imports that were taken, the first run's among them")
    job_takes_effect(world, side)
    side.act("left", fresh[0])
    side.out.add(fresh[0])
    world.pass_time()
    side.finish(run, expect=None)
    side.settles()


@each_provider(ConstantContact)
def vanished_job_is_not_sent_again_without_a_look(world, side):
    """The service forgot the job, though it took effect; who left since is not put back by sending it again."""
    known = side.first()
    side.move(known[0], known[1])
    world.sandbox.knobs(cc_next_activity="vanished", cc_next_activity_count=1)
    asked = Hold(side, "poll")
    run = side.start()
    asked.wait()
    side.act("left", known[0])
    side.out.add(known[0])
    world.pass_time()
    asked.release()
    side.finish(run, expect=None)
    side.settles()


if __name__ == "__main__":
    sys.exit(main(globals()))
