#!/usr/bin/env python3
"""`runs undo` of a run whose calls are still open, whose tag is gone, whose export feeds another destination, or which is not kept any more; and of
memberships that the account's staff decided about since."""
import sys
import time

from daemon import adds_up
from harness import Failed, equal, main
from jobs_outlive_test import job_takes_effect, with_a_job_under_way
from sides import BOTH, FIELDS, ConstantContact, Mailchimp, each_provider
from undo_test import GONE, REFUSED, on, refused, rejects, undo

DAY = 86_400


@each_provider(ConstantContact)
def cancelled_with_a_job_under_way(world, side):
    """What the run did is known when its job has ended: the undo waits for that, also when the export is disabled."""
    run, fresh = with_a_job_under_way(world, side)
    world.ctl("export", "disable", side.name)
    side.finish(run, expect=None)
    asked = world.sandbox.calls_of("GET /v3/activities")
    number = world.ctl("runs", "undo", str(run), "--json").json()["runs"][0]["id"]
    equal(world.sandbox.wait(asked + 2, kind="GET%20/v3/activities", timeout=20), True, "the undo asks about the job")
    job_takes_effect(world, side)
    undone = side.finish(number)
    world.check_run(undone, removed=3, added=0, read=0)
    equal(on(side) & set(fresh), set(), "who is on")


@each_provider(ConstantContact)
def cancelled_with_a_job_that_changes_nothing(world, side):
    """The job only sends values."""
    first, *_ = side.first()
    before = on(side)
    side.move(first)
    side.hold_jobs()
    world.sandbox.reset_counters()
    run = side.start()
    equal(world.sandbox.wait(2, kind="GET%20/v3/activities", timeout=30), True, "the job was asked about")
    world.ctl("runs", "cancel", str(run))
    side.finish(run, expect=None)
    job = world.ctl("runs", "undo", str(run), "--json").json()["runs"][0]["id"]
    job_takes_effect(world, side)
    undone = side.finish(job)
    equal((undone["status"], undone["writes"]), ("succeeded", 0), "the undo")
    equal("nothing to undo" in undone["reason"], True, f"its reason: {undone['reason']}")
    equal(on(side), before, "who is on")
    refused(world, REFUSED, ["nothing to undo", "values"], "runs", "undo", str(run))


@each_provider(Mailchimp)
def tag_deleted_since(world, side):
    """Nothing is left to take out; who was taken out cannot be put back, and is listed."""
    first, *_ = side.first()
    side.come(2)
    added = side.run()
    side.leave(first)
    took = side.run()
    side.change(delete_tag=side.title)
    undone = undo(side, added["id"])
    equal((undone["status"], undone["counts"]["removed"], undone["writes"]), ("succeeded", 0, 0), "the undo")
    equal("is not at the provider any more, so there was nothing to take out" in undone["reason"], True, f"its reason: {undone['reason']}")
    undone = undo(side, took["id"])
    equal(adds_up(undone), True, f"counts: {undone['counts']}")
    world.check_run(undone, read=1, suppressed=1, added=0)
    equal(rejects(world, undone["id"]), [("tag_gone", "suppressed")], "who is not put back")
    equal("1 member was not put back" in undone["reason"] and f"audiencectl run {side.name}" in undone["reason"], True, f"its reason: {undone['reason']}")
    world.check_run(side.run(), rejected=0)
    side.check()


@each_provider(*BOTH)
def staff_decided_since(world, side):
    """After the run took it out, staff put a member in and took it out again: a look saw both. It stays out, the other one is put back."""
    first, second, *_ = side.first()
    side.leave(first, second)
    run = side.run()
    for what in ("joined", "left"):
        world.pass_time()
        side.act(what, first)
        world.pass_time()
        world.check_run(side.run(), added=0, removed=0)
    undone = undo(side, run["id"])
    equal((first in on(side), second in on(side)), (False, True), "who is on")
    equal(adds_up(undone), True, f"counts: {undone['counts']}")
    world.check_run(undone, read=2, added=1)


@each_provider(Mailchimp)
def feeds_another_destination(world, side):
    """The export was attached to another account that has an audience of this id; back at the first one, the run can be undone."""
    side.first()
    side.come(1)
    run = side.run()
    key = side.key
    side.key = "f" * 32 + "-us6"
    world.sandbox.account("elsewhere", side.key)
    world.sandbox.audience("elsewhere", side.destination, FIELDS)
    world.ctl("connection", "remove", side.name, "--detach")
    side.connect("elsewhere")
    world.ctl("connection", "test", "elsewhere")
    world.ctl("export", "attach", side.name, "--connection", "elsewhere")
    refused(world, REFUSED, ["feeds another destination now", f"export attach {side.name} --connection"], "runs", "undo", str(run["id"]))
    side.key = key
    side.connect(side.name)
    world.ctl("export", "attach", side.name, "--connection", side.name)
    world.check_run(undo(side, run["id"]), removed=1)


@each_provider(Mailchimp)
def not_kept_any_more(world, side):
    side.first()
    side.come(1)
    old, newer = side.run()["id"], side.run()["id"]
    world.pass_time(401 * DAY)
    until = time.monotonic() + 60
    while world.ctl("runs", "show", str(old), expect=None).code != GONE:
        if time.monotonic() > until:
            raise Failed("the run was never removed")
    refused(world, GONE, [f"run {old} is not kept any more", "retention.runs"], "runs", "undo", str(old))
    refused(world, GONE, ["there is no run 999"], "runs", "undo", "999")
    equal(newer > old, True, "runs")


if __name__ == "__main__":
    sys.exit(main(globals()))
