#!/usr/bin/env python3
"""An older state is put back, and its journal of forgets is damaged or lost: no forgotten person is sent, and what nothing knows is told."""
import os
import shutil
import sys

from harness import equal, main
from restore_test import await_event, backup, restore
from sides import BOTH, each_provider

HELD = 7


def check_of(world, name):
    return [one for one in world.ctl("doctor", "--json", expect=None).json()["checks"] if one["name"] == name]


def forget_again(world, side, address):
    """The first run of a state that does not know the forgets is held; the forget is repeated; the next plan is approved."""
    equal(check_of(world, "forgets")[0]["state"], "problem", "what doctor says of the forgets")
    run = side.finish(side.start(), expect=HELD)
    equal("restored without its journal of forgets: repeat each forget since 20" in run["reason"], True, run["reason"])
    world.ctl("forget", "-", stdin=address + "\n")
    run = side.finish(side.start(), expect=HELD)
    world.ctl("runs", "approve", str(run["id"]))
    world.check_run(side.finish(run["id"]), suppressed=1)
    world.check_run(side.run(), suppressed=1)  # held no more
    equal(check_of(world, "forgets")[0]["state"], "ok", "what doctor says of the forgets afterwards")


def damage_journal(world):
    """One bit of the newest forget."""
    path = os.path.join(world.daemon.state, "forgotten")
    with open(path, "rb") as file:
        content = bytearray(file.read())
    content[content.rindex(b"forget ") + 60] ^= 1
    with open(path, "wb") as file:
        file.write(content)


@each_provider(*BOTH)
def without_the_journal_a_due_schedule_sends_nothing(world, side):
    """A new customer asks to be forgotten before any run; the restored state does not know it, and its schedule is due."""
    side.first()
    world.ctl("export", "edit", side.name, "--schedule", "0 * * * *", "--timezone", "UTC")
    path = backup(world)
    new, = side.come(1)
    world.ctl("forget", "-", stdin=new + "\n")
    world.daemon.stop()
    elsewhere = world.path("elsewhere")
    os.mkdir(elsewhere, 0o700)
    shutil.copy(os.path.join(world.daemon.state, "master.key"), elsewhere)
    world.pass_time(2 * 3600)
    text = restore(world, path, state=elsewhere, says=["Start the service, and repeat each forget since"])
    equal("Then start the service" in text, False, text)
    world.daemon.state = elsewhere
    world.daemon.start()
    due, = [run["id"] for run in world.ctl.runs(side.name) if run["trigger"] == "schedule"]
    side.finish(due, expect=HELD)
    equal(new in side.state(), False, "the forgotten customer is a contact")
    world.ctl("export", "edit", side.name, "--schedule", "manual")
    forget_again(world, side, new)
    equal(new in side.state(), False, "the forgotten customer is a contact")
    del side.rows[new]
    side.write()
    side.check()


@each_provider(*BOTH)
def a_damaged_journal_loses_nothing_that_the_database_knows(world, side):
    """At a restore, whose replaced database knows the forget; and at a start, which writes it again."""
    first, second, *_ = side.first()
    path = backup(world)
    world.ctl("forget", "-", stdin=first + "\n")
    side.theirs |= {first, second}
    world.daemon.stop()
    damage_journal(world)
    text = restore(world, path, says=["Lines of the journal of forgets", "are damaged: 1.", "are forgotten again: 1."])
    equal("repeat each forget" in text, False, text)
    world.daemon.start()
    side.move(first)
    world.check_run(side.run(), suppressed=1, updated=0)
    world.ctl("forget", "-", stdin=second + "\n")
    damage_journal(world)
    equal(check_of(world, "forgets")[0]["state"], "problem", "what doctor says of a damaged journal")
    world.daemon.stop()
    world.daemon.start()
    await_event(world, "lines of the journal of forgets are damaged")
    equal(check_of(world, "forgets")[0]["state"], "ok", "what doctor says of a journal that was written again")
    world.daemon.stop()
    os.remove(f"{world.daemon.state}/audienced.db")
    text = restore(world, path, says=["are forgotten again: 2."])
    equal("damaged" in text or "repeat each forget" in text, False, text)
    world.daemon.start()
    side.move(second)
    world.check_run(side.run(), suppressed=2, updated=0)


@each_provider(*BOTH)
def a_damaged_journal_alone_is_told(world, side):
    first, *_ = side.first()
    path = backup(world)
    world.ctl("forget", "-", stdin=first + "\n")
    side.theirs.add(first)
    world.daemon.stop()
    damage_journal(world)
    os.remove(f"{world.daemon.state}/audienced.db")
    restore(world, path, says=["are damaged: 1.", "are not known", "repeat each forget since"])
    world.daemon.start()
    await_event(world, "repeat each forget since")
    side.move(first)
    forget_again(world, side, first)
    side.rows[first] = side.state()[first].values
    side.write()
    side.check()


if __name__ == "__main__":
    sys.exit(main(globals()))
