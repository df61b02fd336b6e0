#!/usr/bin/env python3
"""What takes a permission away takes it away at once: consent, detaching, disabling, an edit after approval. What is written back after a network
call undoes none of it. A held run blocks nothing."""
import contextlib
import json
import sqlite3
import subprocess
import sys
import threading

from harness import World, equal, main
from meanwhile import hold_run, meanwhile
from sides import BOTH, FINAL, each_provider
from sign_in_test import SignIn, furnished, state
from timed_world import Hold

REFUSED = 6
WRITES = ("batch", "tag", "removal")


def writes(side):
    return sum(len(side.log(kind)) for kind in WRITES if kind in side.calls)


def sent_after(world, side, withdraw):
    """The first batch is under way; what was to follow it is not sent once `withdraw` has returned."""
    known = side.first()
    side.come(2)
    side.leave(known[0])
    world.sandbox.reset_counters()
    run = meanwhile(side, "batch", withdraw)
    # A batch and the batches beside it may end; nothing follows.
    equal(len(side.log("batch")), 1, "batches")
    equal(len(side.log("removal")), 0, "calls after the batch that was under way")
    equal(run["status"] in ("cancelled", "failed", "skipped"), True, f"how the run ended: {run['status']} {run.get('reason')}")
    return run


def check_counts(run):
    counts = run["counts"]
    equal(counts["read"], sum(value for name, value in counts.items() if name not in ("read", "removed")), f"the counts add up: {counts}")


@each_provider(*BOTH)
def consent_withdrawn_under_way(world, side):
    run = sent_after(world, side, lambda: world.ctl("connection", "consent", side.name, "--withdraw"))
    check_counts(run)
    world.ctl("connection", "consent", side.name, "--give")
    side.settles()


@each_provider(*BOTH)
def consent_to_an_earlier_text(world, side):
    """As after an update of the program that changed the text: nothing is sent before it is accepted again."""
    side.first()
    side.come(1)
    world.daemon.stop()
    with contextlib.closing(sqlite3.connect(f"{world.daemon.state}/audienced.db")) as db, db:
        db.execute("UPDATE connections SET consent_text = consent_text - 1")
    world.daemon.start()
    world.sandbox.reset_counters()
    refused = world.ctl("run", side.name, expect=REFUSED)
    equal(f"audiencectl connection consent {side.name}" in refused.text, True, f"the refusal: {refused.text}")
    refused = world.ctl("export", "test", side.name, expect=REFUSED)
    equal(writes(side), 0, "writes with a consent to an earlier text")
    world.ctl("connection", "consent", side.name, "--give")
    side.settles()


@each_provider(*BOTH)
def export_disabled_under_way(world, side):
    run = sent_after(world, side, lambda: world.ctl("export", "disable", side.name))
    check_counts(run)
    world.ctl("export", "enable", side.name)
    side.settles()


@each_provider(*BOTH)
def connection_detached_under_way(world, side):
    run = sent_after(world, side, lambda: world.ctl("connection", "remove", side.name, "--detach"))
    check_counts(run)
    side.connect(f"{side.name}-2")
    world.ctl("export", "attach", side.name, "--connection", f"{side.name}-2")
    side.settles()


@each_provider(*BOTH)
def export_edited_under_way(world, side):
    """The batch under way is the last one of the plan that was made before; the run plans anew and delivers what is wanted now."""
    known = side.first()
    side.come(2)
    side.leave(known[0])
    run = meanwhile(side, "batch", lambda: world.ctl("export", "edit", side.name, *side.maps("first_name")), expect=0)
    check_counts(run)
    before = dict(side.rows)
    side.rows = {email: (first, last, first) for email, (first, last, _) in before.items()}
    side.check()
    side.rows = before
    world.ctl("export", "edit", side.name, *side.maps())
    side.settles()


@each_provider(*BOTH)
def withdrawn_consent_stops_all_runs_of_the_connection(world, side):
    known = side.first()
    side.export("second", side.name)
    side.move(known[0])
    world.sandbox.reset_counters()
    looks = [Hold(side, "destination"), Hold(side, "destination", skip=1)]
    runs = [side.start(), side.start(export="second")]
    looks[0].wait()
    world.ctl("connection", "consent", side.name, "--withdraw")
    world.sandbox.faults([])
    looks[0].release()
    looks[1].release()
    for run in runs:
        side.finish(run, expect=None)
    equal(writes(side), 0, "writes after the consent was withdrawn")
    world.ctl("connection", "consent", side.name, "--give")
    side.settles()


def held_run(world, side):
    """-> the number of a run that is held and would change one member"""
    known = side.first()
    side.move(known[0])
    world.sandbox.reset_counters()
    return hold_run(side)


@each_provider(*BOTH)
def approved_after_an_edit(world, side):
    """Held, then edited within the same second: the plan that was shown is not the one that would be delivered."""
    run = held_run(world, side)
    world.ctl("export", "edit", side.name, *side.maps("last_name"))
    refused = world.ctl("runs", "approve", str(run), expect=None)
    world.ctl("runs", "follow", str(run), expect=None)
    equal((refused.code, writes(side)), (REFUSED, 0), f"approval of a plan that is no longer the one: {refused.text}")
    equal(world.ctl.show(run)["status"] == "held", False, "the run is still held")
    world.ctl("export", "edit", side.name, *side.maps())
    side.settles()


@each_provider(*BOTH)
def disabled_while_held(world, side):
    run = held_run(world, side)
    world.ctl("export", "disable", side.name)
    world.ctl("runs", "approve", str(run), expect=None)
    world.ctl("runs", "follow", str(run), expect=None)
    equal(writes(side), 0, "writes of a disabled export")
    world.ctl("export", "enable", side.name)
    side.settles()


@each_provider(*BOTH)
def held_run_does_not_block_the_schedule(world, side):
    known = side.first()
    world.ctl("export", "edit", side.name, "--schedule", "refresh")
    side.move(known[0])
    old = hold_run(side)
    side.move(known[1])
    world.ctl("refresh", "--follow", expect=None)
    newest = max(run["id"] for run in world.ctl.runs(side.name))
    equal(newest > old, True, "the refresh planned anew")
    world.check_run(world.ctl.show(newest), updated=2)
    equal(world.ctl.show(old)["status"] in FINAL, True, "the held run has expired")
    refused = world.ctl("runs", "approve", str(old), expect=None)
    equal(refused.code, REFUSED, f"approval of a plan that a newer one replaced: {refused.text}")
    side.settles()


def curl(world, method, path, body=None):
    """The socket itself, as a client of one's own."""
    words = ["curl", "-sS", "--unix-socket", world.daemon.socket, "-X", method, f"http://localhost{path}"]
    words += ["-H", "Content-Type: application/json", "--data", json.dumps(body)] if body is not None else []
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout


def while_it_is_proved(world, side, *change):
    """New credentials are tried at the account before they are stored, and meanwhile something else of the connection is changed."""
    side.first()
    account = Hold(side, "account", apply=True)
    proof = threading.Thread(target=side.new_credentials)
    proof.start()
    account.wait()
    world.ctl("connection", *change)
    account.release()
    proof.join()


@each_provider(*BOTH)
def consent_withdrawn_while_credentials_are_proved(world, side):
    while_it_is_proved(world, side, "consent", side.name, "--withdraw")
    side.move(next(iter(side.rows)))
    world.sandbox.reset_counters()
    world.ctl("run", side.name, "--follow", expect=None)
    equal(writes(side), 0, "writes without consent")


@each_provider(*BOTH)
def allowed_users_changed_while_credentials_are_proved(world, side):
    while_it_is_proved(world, side, "edit", side.name, "--allow-user", "root")
    shown = json.loads(curl(world, "GET", f"/v1/connections/{side.name}"))
    equal("root" in json.dumps(shown), True, f"the users that were allowed meanwhile: {shown}")


def test_a_callback_with_a_wrong_state_ends_no_sign_in(binaries):
    with World(binaries) as world:
        furnished(world)
        for name in ("mc", "cc"):
            sign_in = SignIn(world, name)
            redirect = next(part for part in sign_in.begun["url"].split("&") if part.startswith("redirect_uri="))
            callback = redirect.split("=", 1)[1].replace("%3A", ":").replace("%2F", "/").replace("%3a", ":").replace("%2f", "/")
            done = subprocess.run(["curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", f"{callback}?code=x&state=y"],
                                  capture_output=True, text=True, timeout=60, check=False)
            equal(done.stdout.startswith("4"), True, f"the answer to a callback of others: {done.stdout}")
            status, _ = sign_in.browse()
            equal((status, sign_in.end(0)["done"], state(world, name)), (200, True, "ready"), f"signing in to {name} all the same")


if __name__ == "__main__":
    sys.exit(main(globals()))
