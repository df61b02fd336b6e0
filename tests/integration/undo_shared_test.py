#!/usr/bin/env python3
"""`runs undo` where two exports feed one tag or list: each has a hold of its own on the members that it wants there. An undo reverses the hold of
its export; the membership comes and goes with the first and the last hold, in whatever order the runs are undone."""
import sys

from daemon import adds_up
from harness import equal, main
from sides import BOTH, each_provider
from timed_world import Hold
from undo_test import on, undo

def second_export(side):
    side.export("second", side.name)
    side.world.check_run(side.world.ctl.run("second"), added=len(side.rows))


def both_run(side):
    return side.run(), side.world.ctl.run("second")


def held_by(side, email):
    """-> the exports that hold the member, as `export explain` has it"""
    told = side.world.ctl("export", "explain", side.name, "-", "--json", stdin=email + "\n").json()
    return sorted(name for one in told["memberships"] for name in one["held_by"])


def undo_each(side, runs, **counts):
    for run in runs:
        before = on(side)
        undone = undo(side, run["id"])
        equal(adds_up(undone), True, f"counts: {undone['counts']}")
        side.world.check_run(undone, **counts)
        yield before, undone


@each_provider(*BOTH)
def both_gave(world, side):
    """The members stay until both runs are undone, and the last undo takes them out; then each undo is undone."""
    for turn in (0, 1):
        known = on(side) or set(side.first())
        if turn == 0:
            second_export(side)
        fresh = set(side.come(3))
        runs = both_run(side)
        for run in runs:
            world.check_run(run, added=3)
        order = runs if turn == 0 else runs[::-1]
        undos = []
        for number, (before, undone) in enumerate(undo_each(side, order, removed=3, added=0)):
            equal(before, known | fresh, "who is on while an export holds them")
            equal(on(side), known | (set() if number else fresh), "who is on after the undo")
            equal(undone["writes"] > 0, number == 1, "only the last one asks the provider")
            undos.append(undone)
        for number, (_, undone) in enumerate(undo_each(side, undos[::-1] if turn else undos, added=3, removed=0)):
            equal(on(side), known | fresh, "who is on after the undo of an undo")
            equal(undone["writes"] > 0, number == 0, "only the first one asks the provider")
        equal(held_by(side, sorted(fresh)[0]), sorted(["second", side.name]), "who holds it")
        side.settles()
        world.check_run(world.ctl.run("second"), added=0, removed=0)
        side.leave(*fresh)
        for run in both_run(side):
            world.check_run(run, removed=3)
        equal(on(side), known, "both let go")


@each_provider(*BOTH)
def both_took_out(world, side):
    """A wrong query of one segment that two exports have; each undo brings back the hold of its export, in whatever order."""
    side.first()
    second_export(side)
    everyone = on(side)
    for turn in (0, 1):
        gone = {email: side.rows[email] for email in sorted(side.rows)[:2]}
        side.leave(*gone)
        runs = both_run(side)
        for run in runs:
            world.check_run(run, removed=2)
        equal(on(side), everyone - set(gone), "who is on after the wrong query")
        for number, (_, undone) in enumerate(undo_each(side, runs[::-1] if turn else runs, added=2, removed=0, read=2)):
            equal(on(side), everyone, "who is on after the undo")
            equal(undone["writes"] > 0, number == 0, "only the first one asks the provider")
        equal(held_by(side, sorted(gone)[0]), sorted(["second", side.name]), "who holds it")
        side.rows |= gone
        side.write()
        for run in both_run(side):
            world.check_run(run, removed=0, rejected=0)
        side.check()


@each_provider(*BOTH)
def opted_out_after_a_hold_was_let_go(world, side):
    """One export let go of two members, the other keeps them. One of them opts out: the undo gives no hold on it."""
    first, second, *_ = side.first()
    second_export(side)
    rows = {email: side.rows[email] for email in (first, second)}
    side.leave(first, second)
    run = side.run()
    world.check_run(run, removed=2)
    equal({first, second} <= on(side), True, "the other export keeps them")
    side.act("unsubscribe", first)
    undone = undo(side, run["id"])
    world.check_run(undone, read=2, added=1, suppressed=1)
    equal(held_by(side, second), sorted(["second", side.name]), "who holds the other one")
    equal(side.name in held_by(side, first), False, "the hold on the one that opted out")
    side.rows |= rows
    side.write()
    side.out.add(first)


@each_provider(*BOTH)
def killed_while_holds_are_let_go(world, side):
    """kill -9 in an undo that takes one member out and lets go of two: the same counts, whatever was settled before."""
    side.first()
    second_export(side)
    shared = side.come(2)
    world.check_run(world.ctl.run("second"), added=2)
    mine = side.come(1)
    run = side.run()
    world.check_run(run, added=3)
    hold = Hold(side, "removal")
    number = world.ctl("runs", "undo", str(run["id"]), "--json").json()["runs"][0]["id"]
    hold.wait()
    world.daemon.kill()
    world.sandbox.faults([])
    world.daemon.start()
    undone = side.finish(number)
    equal(adds_up(undone), True, f"counts: {undone['counts']}")
    world.check_run(undone, removed=3, read=0)
    equal(on(side) & set(shared + mine), set(shared), "who is on")


if __name__ == "__main__":
    sys.exit(main(globals()))
