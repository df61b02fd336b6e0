#!/usr/bin/env python3
"""`export remove NAME --withdraw`: what the export gave is taken back by a run, and only then the export goes."""
import os
import pty
import subprocess
import sys

from daemon import adds_up
from harness import equal, main
from sides import BOTH, Mailchimp, each_provider
from timed_world import Hold
from undo_test import on, refused

GONE, REFUSED, USAGE = 5, 6, 2


def withdraw(side, *words, expect=0):
    """-> the run that takes back, when it has ended"""
    said = side.world.ctl("export", "remove", side.name, "--withdraw", "--yes", *words)
    return side.finish(int(said.out), expect=expect)


@each_provider(*BOTH, count=8)
def what_the_export_gave_goes_and_nothing_else(world, side):
    """Staff had members there, another export holds one, one opted out, and one was put there by others before the export had it."""
    theirs = [f"{side.name}90@example.org", f"{side.name}91@example.org"]
    side.seed(*theirs, on=True)
    side.rows[theirs[0]] = ("Theirs", "Last", "Here")
    side.write()
    world.check_run(side.run(), rejected=0)
    mine = set(side.rows) - set(theirs)
    shared, out, *_ = sorted(mine)
    world.ctl("segment", "add", "one", "--source", side.name, "--query", f"SELECT * FROM people WHERE email = '{shared}'", "--title", side.title)
    side.export("other", "one", "--existing", "add") if not isinstance(side, Mailchimp) else side.export("other", "one")
    world.check_run(side.run(export="other"), rejected=0)
    side.act("unsubscribe", out)
    before = side.state()
    said = world.ctl("export", "remove", side.name, "--withdraw", expect=USAGE)
    equal([words for words in (f"takes back {len(mine) - 1} memberships", "1 that other exports hold too stay", "--withdraw --yes") if words not in said.err],
          [], f"without --yes it says how many, and what to type: {said.err}")
    equal(on(side), {email for email, one in before.items() if one.on}, "nothing was changed")
    run = withdraw(side)
    equal((run["status"], run["trigger"], run["options"]["withdraw"]), ("succeeded", "undo", True), f"the run: {run['reason']}")
    equal(on(side) - {out}, {*theirs, shared}, "who is on")
    after = side.state()
    equal({email: (one.status, one.values) for email, one in after.items()}, {email: (one.status, one.values) for email, one in before.items()},
          "contacts and values stay")
    world.ctl("export", "show", side.name, expect=GONE)
    equal("withdrawn_by" in world.ctl("audit", "--json").out, True, "the removal is in the audit")
    # The other export goes on.
    world.check_run(side.run(export="other"), unchanged=1)


@each_provider(*BOTH)
def disabled_for_other_runs_until_it_is_gone(world, side):
    side.first()
    hold = Hold(side, "removal")
    number = int(world.ctl("export", "remove", side.name, "--withdraw", "--yes").out)
    hold.wait()
    refused(world, REFUSED, [f"is being withdrawn by run {number}"], "run", side.name)
    refused(world, REFUSED, ["is being withdrawn"], "export", "enable", side.name)
    refused(world, REFUSED, ["is being withdrawn"], "export", "remove", side.name, "--withdraw", "--yes")
    refused(world, REFUSED, ["is being withdrawn"], "runs", "undo", "1")
    shown = world.ctl("export", "show", side.name).out
    equal(f"being withdrawn by run {number}" in shown, True, f"export show:\n{shown}")
    equal("being withdrawn" in world.ctl("export", "list").out, True, "export list")
    hold.release()
    side.finish(number)
    equal(on(side), set(), "who is on")
    world.ctl("export", "show", side.name, expect=GONE)


@each_provider(*BOTH)
def killed_during_a_withdrawal(world, side):
    """kill -9 before the call and after it took effect: it goes on under its number, and the export goes."""
    for apply in (False, True):
        side.first()
        hold = Hold(side, "removal", apply=apply)
        number = int(world.ctl("export", "remove", side.name, "--withdraw", "--yes").out)
        hold.wait()
        world.daemon.kill()
        world.sandbox.faults([])
        world.daemon.start()
        run = side.finish(number)
        equal((run["status"], run["counts"]["removed"], adds_up(run)), ("succeeded", len(side.rows), True), f"the run: {run['reason']}")
        equal(on(side), set(), "who is on")
        world.ctl("export", "show", side.name, expect=GONE)
        side.export(side.name, side.name, *([] if isinstance(side, Mailchimp) else ["--existing", "add"]))


@each_provider(*BOTH)
def cancelled_withdrawal_leaves_the_export(world, side):
    side.first()
    hold = Hold(side, "destination")
    number = int(world.ctl("export", "remove", side.name, "--withdraw", "--yes").out)
    hold.wait()
    world.ctl("runs", "cancel", str(number))
    hold.release()
    run = side.finish(number, expect=1)
    equal([words for words in (f"export remove {side.name} --withdraw", f"export enable {side.name}") if words not in run["reason"]], [], run["reason"])
    equal(world.ctl("export", "show", side.name, "--json").json()["enabled"], False, "the export stays, and runs no more")
    for follow in ((), ("--follow",)):
        refused(world, REFUSED, ["takes back what", f"export remove {side.name} --withdraw"], "runs", "retry", str(number), *follow)
    world.ctl("export", "enable", side.name)
    side.settles()
    equal(withdraw(side)["status"], "succeeded", "the same command goes on")
    equal(on(side), set(), "who is on")


@each_provider(Mailchimp)
def archived_contact_keeps_the_export(world, side):
    """What cannot be taken back now is owed: the export stays, and says so."""
    first, *_ = side.first()
    side.act("archive", first)
    run = withdraw(side)
    equal(run["status"], "completed_with_rejects", f"the run: {run['reason']}")
    equal(f"export remove {side.name} --withdraw" in run["reason"], True, run["reason"])
    check = world.ctl("check", expect=1)
    equal(f"runs show {run['id']}" in check.text, True, f"check says it: {check.text}")
    side.act("unarchive", first)
    equal(withdraw(side)["status"], "succeeded", "once the contact is there again")
    equal(on(side), set(), "who is on")


@each_provider(*BOTH)
def plain_remove_leaves_members(world, side):
    side.first()
    before = on(side)
    world.ctl("export", "remove", side.name)
    equal(on(side), before, "who is on")
    world.ctl("export", "remove", side.name, "--withdraw", "--yes", expect=GONE)
    side.export(side.name, side.name)
    world.ctl("export", "remove", side.name, "--yes", expect=USAGE)
    # It takes back what it gave itself: nothing yet.
    equal(withdraw(side)["counts"]["removed"], 0, "what another export gave stays")
    equal(on(side), before, "who is on")


@each_provider(Mailchimp)
def asks_on_a_terminal(world, side):
    side.first()
    program = world.ctl.program
    for answer, code in (("n\n", 1), ("y\n", 0)):
        leader, follower = pty.openpty()
        asked = subprocess.Popen([program, "--socket", world.daemon.socket, "export", "remove", side.name, "--withdraw"], stdin=follower,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        os.close(follower)
        os.write(leader, answer.encode())
        out, err = asked.communicate(timeout=60)
        os.close(leader)
        equal((asked.returncode, "Go on?" in err), (code, True), f"answered {answer!r}: {out}{err}")
    side.finish(int(out))
    equal(on(side), set(), "who is on")


if __name__ == "__main__":
    sys.exit(main({name: value for name, value in globals().items() if getattr(value, "__module__", "") != "undo_test"}))
