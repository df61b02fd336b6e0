#!/usr/bin/env python3
"""Runs that cannot be started, followed, retried or undone: the exit code and the sentence, a problem document with --json whether the run is
followed or not, and what else a command has to tell while it follows."""
import json
import sys

from daemon import Failed
from harness import equal, main
from sides import BOTH, Mailchimp, each_provider

NOT_FOUND, REFUSED = 5, 6


def problem(world, code, kind, *words):
    """With --json standard output holds exactly one problem document, and standard error a sentence."""
    said = world.ctl(*words, "--json", expect=code)
    try:
        document = json.loads(said.out)
    except ValueError:
        raise Failed(f"{' '.join(words)}: no problem document: {said.out!r} {said.err!r}") from None
    equal(document["type"], f"urn:audienced:error:{kind}", f"{' '.join(words)}: {document}")
    equal(document["detail"] in said.err, True, f"{' '.join(words)}: the sentence: {said.err!r}")
    plain = world.ctl(*words, expect=code)
    equal((plain.out, document["detail"] in plain.err), ("", True), f"{' '.join(words)}: {plain.text}")


@each_provider(Mailchimp, count=3)
def a_refusal_is_a_document_while_following_too(world, side):
    """With --follow --json standard output was empty when the command was refused."""
    side.first()
    dry = side.run("--dry-run")["id"]
    for words in (("run", "nope"), ("run", side.name, "nope"), ("runs", "retry", "99"), ("runs", "undo", "99"),
                  ("export", "remove", "nope", "--withdraw", "--yes")):
        for follow in ((), ("--follow",)):
            problem(world, NOT_FOUND, "not_found", *words, *follow)
    for words in (("runs", "retry", str(dry)), ("runs", "undo", str(dry))):
        for follow in ((), ("--follow",)):
            problem(world, REFUSED, "wrong_state", *words, *follow)
    problem(world, NOT_FOUND, "not_found", "runs", "follow", "99")
    world.ctl("export", "disable", side.name)
    problem(world, REFUSED, "wrong_state", "run", side.name, "--follow")
    # A refresh starts what it can, and says what it left out, followed or not.
    for follow in ((), ("--follow",)):
        world.ctl("schedule", "set", "daily 02:00", "--timezone", "Europe/Berlin")
        world.ctl("export", "edit", side.name, "--schedule", "refresh")
        world.ctl("export", "enable", side.name)
        world.ctl("connection", "consent", side.name, "--withdraw")
        said = world.ctl("refresh", *follow, expect=None)
        equal(f"left out: {side.name}: " in said.err, True, f"refresh {follow}: {said.text}")
        world.ctl("connection", "consent", side.name, "--give")


@each_provider(*BOTH, count=4)
def only_a_run_that_delivered_segments_is_retried(world, side):
    """A retry of a dry run delivered."""
    members = side.first()
    side.come(1)
    dry = side.run("--dry-run")["id"]
    tried = world.ctl("export", "try", side.name, "--email", members[0], "--json").json()["run"]["id"]
    undone = side.start()
    side.finish(undone)
    undo = world.ctl("runs", "undo", str(undone), "--json").json()["runs"][0]["id"]
    side.finish(undo)
    of_undo = world.ctl("runs", "undo", str(undo), "--dry-run", "--json").json()["runs"][0]["id"]
    side.finish(of_undo)
    before = len(world.ctl.runs(side.name))
    for run, says in ((dry, "was a dry run: it sent nothing"), (tried, "tried one member"), (undo, f"undoes run {undone}"),
                      (of_undo, f"undoes run {undo}")):
        for follow in ((), ("--follow",)):
            said = world.ctl("runs", "retry", str(run), *follow, expect=REFUSED)
            equal(says in said.err, True, f"retry of run {run}: {said.err}")
    equal(len(world.ctl.runs(side.name)), before, "runs")
    # A held run, which is not over, and those that ended without delivering.
    held = side.start("--hold", "--full")
    side.finish(held, expect=7)
    world.ctl("runs", "retry", str(held), expect=REFUSED)
    world.ctl("runs", "cancel", str(held))
    side.finish(held, expect=1)
    again = world.ctl("runs", "retry", str(held), "--json").json()["runs"][0]["id"]
    world.check_run(side.finish(again))
    retried = world.ctl("runs", "retry", str(again), "--json").json()["runs"][0]["id"]
    world.check_run(side.finish(retried))


@each_provider(*BOTH, count=3)
def an_undo_that_is_followed_tells_what_comes_next(world, side):
    """With --follow it did not say that the next run plans from the segments again."""
    side.first()
    side.come(1)
    added = side.run()["id"]
    said = world.ctl("runs", "undo", str(added), "--follow")
    equal(f"note: the next run of {side.name} plans from its segments again" in said.err, True, said.text)


if __name__ == "__main__":
    sys.exit(main(globals()))
