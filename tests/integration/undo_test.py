#!/usr/bin/env python3
"""`runs undo`: what a run did to memberships is taken back, and nothing else; no contact that opted out since, and nothing that others or later
runs decided. What the next run of the export does is what its segments say."""
import json
import sys

from daemon import adds_up
from harness import equal, main
from meanwhile import HELD, hold_run
from sides import BOTH, ConstantContact, each_provider
from timed_world import Hold

GONE, REFUSED = 5, 6


def undo(side, run, *words, expect=0):
    """-> the run that undoes it, when it has ended"""
    answer = side.world.ctl("runs", "undo", str(run), "--json", *words).json()
    equal(answer["undo_of"], run, "the answer names the run")
    return side.finish(answer["runs"][0]["id"], expect=expect)


def refused(world, code, words, *command):
    """The command exits with this code, says these words, and changes nothing."""
    before = world.ctl("runs", "list", "--json").json()
    done = world.ctl(*command, expect=code)
    equal([word for word in words if word not in done.err], [], f"what {' '.join(command)} says: {done.err}")
    equal([run["id"] for run in world.ctl("runs", "list", "--json").json()], [run["id"] for run in before], "runs")


def on(side):
    return {email for email, contact in side.state().items() if contact.on}


def rejects(world, run):
    return [(one["code"], one["counted_in"]) for one in world.ctl("runs", "rejects", str(run), "--json").json()]


@each_provider(*BOTH)
def run_that_added_is_undone(world, side):
    known = set(side.first())
    fresh = side.come(3)
    side.move(*list(known)[:2])
    run = side.run()
    world.check_run(run, added=3, updated=2)
    held = dict(side.state())
    undone = undo(side, run["id"])
    world.check_run(undone, read=0, removed=3, added=0, suppressed=0)
    equal(on(side), known, "who is on")
    after = side.state()
    equal({email: (one.status, one.values) for email, one in after.items()}, {email: (one.status, one.values) for email, one in held.items()},
          "contacts, and the values that the run sent, stay as they are")
    shown = world.ctl.show(run["id"])
    equal((undone["undo_of"], undone["trigger"], shown["undone_by"]), (run["id"], "undo", undone["id"]), "each names the other")
    screen = world.ctl("runs", "show", str(undone["id"])).out
    equal([words for words in (f"undoes run {run['id']}", "plans from its segments again", f"audiencectl export disable {side.name}") if words not in screen],
          [], f"what runs show says:\n{screen}")
    equal(f"by run {undone['id']}" in world.ctl("runs", "show", str(run["id"])).out, True, "the run that was undone says so")
    # The source says what it said: the next run gives it again, exactly.
    world.check_run(side.run(), added=3, removed=0, rejected=0)
    side.check()
    side.leave(*fresh)
    side.settles()


@each_provider(*BOTH, count=20)
def wrong_query_that_took_members_out_is_undone(world, side):
    """A wrong query takes 15 % out. Before it is undone one of them opts out, staff puts one back, and one is deleted."""
    all_members = set(side.first())
    out, theirs, deleted, *rest = sorted(all_members)[:6]
    rows = {email: side.rows[email] for email in (out, theirs, deleted, *rest)}
    side.leave(*rows)
    run = side.run()
    world.check_run(run, removed=6)
    equal(on(side), all_members - set(rows), "who is on after the wrong query")
    side.act("unsubscribe", out)
    side.act("joined", theirs)
    side.act("deleted", deleted)
    undone = undo(side, run["id"])
    world.check_run(undone, read=6, added=3, suppressed=2, unchanged=1, removed=0, rejected=0)
    equal(on(side) - {out}, all_members - {out, deleted}, "who is on")
    codes = rejects(world, undone["id"])
    equal(sorted(counted for _, counted in codes), ["suppressed"] * 2, f"each that is not put back is listed: {codes}")
    equal("unsubscribed" in {code for code, _ in codes}, True, f"with the reason: {codes}")
    words = world.ctl("runs", "show", str(undone["id"])).out
    equal("not put back" in words, True, f"what runs show says:\n{words}")
    # The query is mended: nothing is left to do but the values, which the wrong run forgot.
    side.rows |= rows
    side.write()
    side.out |= {out, deleted}
    side.theirs.add(theirs)
    side.settles()


@each_provider(*BOTH)
def next_run_after_an_undo_does_what_the_source_says(world, side):
    """The query stays wrong: the member that was put back leaves once more, for a person was told that it would."""
    first, *_ = side.first()
    side.leave(first)
    run = side.run()
    said = world.ctl("runs", "undo", str(run["id"]))
    equal([words for words in ("plans from its segments again", f"export disable {side.name}") if words not in said.err], [], f"the note: {said.err}")
    side.finish(int(said.out))
    equal(first in on(side), True, "put back")
    world.check_run(side.run(), removed=1, added=0, updated=0)
    side.settles()


@each_provider(*BOTH)
def old_run_after_later_ones(world, side):
    """What later runs did to the same members stands."""
    side.first()
    a, b, c, d = side.come(4)
    run = side.run()
    side.leave(a, b)
    world.check_run(side.run(), removed=2)
    side.rows[a] = ("Again", "Last", "Here")
    side.write()
    world.check_run(side.run(), added=1)
    side.act("left", d)
    undone = undo(side, run["id"])
    world.check_run(undone, read=3, unchanged=3, removed=1)
    equal([email in on(side) for email in (a, b, c, d)], [True, False, False, False], "given again later, taken later, as the run left it, gone by itself")
    if isinstance(side, ConstantContact):
        side.out.add(d)
        side.settles()
    else:  # another took the tag off: only a complete run gives it again
        side.settles("--full")


@each_provider(*BOTH)
def undo_of_an_undo(world, side):
    known = side.first()
    fresh = side.come(2)
    side.leave(known[0])
    run = side.run()
    world.check_run(run, added=2, removed=1)
    first = undo(side, run["id"])
    world.check_run(first, read=1, added=1, removed=2)
    equal(on(side), set(known), "as it was before the run")
    refused(world, REFUSED, [f"undone already, by run {first['id']}", f"runs undo {first['id']}"], "runs", "undo", str(run["id"]))
    second = undo(side, first["id"])
    world.check_run(second, read=2, added=2, removed=1)
    equal(on(side), set(known[1:]) | set(fresh), "as the run had left it")
    side.settles()


@each_provider(*BOTH)
def killed_between_any_two_calls(world, side):
    """kill -9 before the call that takes back and after it took effect: the undo goes on under its number, and the result is exact."""
    known = side.first()
    for kind, apply in ((kind, apply) for kind in ("restore", "removal") if kind in side.calls for apply in (False, True)):
        fresh = side.come(2)
        gone = [email for email in side.rows if email in known][:2]
        side.leave(*gone)
        run = side.run()
        before = on(side)
        hold = Hold(side, kind, apply=apply)
        number = world.ctl("runs", "undo", str(run["id"]), "--json").json()["runs"][0]["id"]
        hold.wait()
        world.daemon.kill()
        world.sandbox.faults([])
        world.daemon.start()
        undone = side.finish(number)
        equal(adds_up(undone), True, f"counts after a kill at {kind}: {undone['counts']}")
        # Off a list after a call without an outcome: put there and left, or never put there. Nothing tells, so it stays off.
        unclear = set(gone) if isinstance(side, ConstantContact) and kind == "restore" and not apply else set()
        world.check_run(undone, added=2 - len(unclear), suppressed=len(unclear), removed=2, read=2, rejected=0)
        equal(on(side), (before | set(gone)) - set(fresh) - unclear, "who is on")
        side.rows |= {email: ("Back", "Last", "Here") for email in set(gone) - unclear}
        side.leave(*fresh)
        side.settles()


@each_provider(*BOTH)
def opted_out_while_the_undo_was_held(world, side):
    """The plan is a minute old when it is approved: it goes out on a new look."""
    first, second, *_ = side.first()
    side.leave(first, second)
    run = side.run()
    number = world.ctl("runs", "undo", str(run["id"]), "--hold", "--json").json()["runs"][0]["id"]
    shown = side.finish(number, expect=HELD)
    equal((shown["status"], shown["planned"]["added"]), ("held", 2), "the plan")
    side.act("unsubscribe", first)
    world.pass_time()
    world.ctl("runs", "approve", str(number))
    undone = side.finish(number)
    world.check_run(undone, read=2, added=1, suppressed=1)
    equal(rejects(world, number), [("unsubscribed", "suppressed")], "who was not put back")
    equal(second in on(side) and first not in {email for email in on(side) if side.state()[email].mailed}, True, "who is on")


@each_provider(*BOTH)
def opted_out_after_the_last_look(world, side):
    """The answer of the last look takes more than a minute, and a member opts out behind it: another look comes before the call."""
    first, second, *_ = side.first()
    side.leave(first, second)
    run = side.run()
    before = len(side.log("look"))
    undo(side, run["id"], "--dry-run")
    hold = Hold(side, "look", apply=True, skip=len(side.log("look")) - before - 1)
    number = world.ctl("runs", "undo", str(run["id"]), "--json").json()["runs"][0]["id"]
    hold.wait()
    side.act("unsubscribe", first)
    world.pass_time()
    hold.release()
    undone = side.finish(number)
    world.check_run(undone, read=2, added=1, suppressed=1)
    equal(rejects(world, number), [("unsubscribed", "suppressed")], "who was not put back")


@each_provider(*BOTH)
def undo_while_another_run_waits(world, side):
    """One that exports and one that undoes wait side by side; a second undo does not."""
    side.first()
    side.come(2)
    run = side.run()
    hold = Hold(side, "batch")
    side.move(next(iter(side.rows)))
    busy = side.start()
    hold.wait()
    waiting = side.start()
    number = world.ctl("runs", "undo", str(run["id"]), "--json").json()["runs"][0]["id"]
    refused(world, REFUSED, [f"run {number} undoes run {run['id']} already, and is queued"], "runs", "undo", str(run["id"]))
    equal(len({busy, waiting, number}), 3, "three runs")
    hold.release()
    side.finish(busy)
    side.finish(waiting)
    world.check_run(side.finish(number), removed=2)
    side.settles()


@each_provider(*BOTH)
def cancelled_and_dry(world, side):
    side.first()
    side.come(2)
    run = side.run()
    before = on(side)
    dry = undo(side, run["id"], "--dry-run")
    equal((dry["status"], dry["counts"]["removed"], dry["writes"]), ("succeeded", 2, 0), "a dry run plans, and sends nothing")
    equal(on(side), before, "who is on")
    number = world.ctl("runs", "undo", str(run["id"]), "--hold", "--json").json()["runs"][0]["id"]
    side.finish(number, expect=HELD)
    world.ctl("runs", "cancel", str(number))
    side.finish(number, expect=1)
    equal(on(side), before, "a cancelled undo did nothing")
    world.check_run(undo(side, run["id"]), removed=2)  # neither of them undid it


@each_provider(*BOTH)
def disabled_export_can_be_undone(world, side):
    """Who stops a wrong query disables its export first."""
    side.first()
    side.come(2)
    run = side.run()
    world.ctl("export", "disable", side.name)
    said = world.ctl("runs", "undo", str(run["id"]))
    equal("is disabled" in said.err, True, f"what follows: {said.err}")
    world.check_run(side.finish(int(said.out)), removed=2)


@each_provider(*BOTH)
def refusals(world, side):
    first, *_ = side.first()
    only_values = side.move(first) or side.run()
    refused(world, REFUSED, ["nothing to undo", "values"], "runs", "undo", str(only_values["id"]))
    dry = side.run("--dry-run")
    refused(world, REFUSED, ["was a dry run"], "runs", "undo", str(dry["id"]))
    refused(world, GONE, ["there is no run 999"], "runs", "undo", "999")
    held = hold_run(side)
    refused(world, REFUSED, [f"run {held} is held", f"runs cancel {held}"], "runs", "undo", str(held))
    world.ctl("runs", "cancel", str(held))
    side.finish(held, expect=1)
    side.come(1)
    run = side.run()
    world.ctl("connection", "consent", side.name, "--withdraw")
    refused(world, REFUSED, ["no consent"], "runs", "undo", str(run["id"]))
    world.ctl("connection", "consent", side.name, "--give")
    problem = world.ctl("runs", "undo", str(dry["id"]), "--json", expect=REFUSED)
    equal(json.loads(problem.out)["type"], "urn:audienced:error:wrong_state", "as JSON")
    undone = undo(side, run["id"])
    refused(world, REFUSED, [f"undoes run {run['id']}"], "runs", "retry", str(undone["id"]))
    side.settles()
    run = next(one for one in world.ctl.runs(side.name) if one["counts"]["added"] == 1)
    world.ctl("export", "remove", side.name)
    refused(world, GONE, [f"the export {side.name} of run {run['id']} was removed by"], "runs", "undo", str(run["id"]))
    side.export(side.name, side.name)
    refused(world, REFUSED, ["is another one"], "runs", "undo", str(run["id"]))


if __name__ == "__main__":
    sys.exit(main(globals()))
