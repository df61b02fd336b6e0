#!/usr/bin/env python3
"""What keeps an export from being fresh reaches people by every way, once, with its end: skipped, failed, held, overdue, a connection that needs
a person, a full disk. A receiver that was away hears it later; a restart repeats what lasts."""
import os
import re
import sqlite3
import sys

from harness import AUDIENCE, equal, main
from strace import Strace
from told_world import DAY, MARKER, ToldWorld, ended

BULK = rf"/3\.0/lists/{AUDIENCE}(\?|$)"


def test_every_kind_of_skipped_run(binaries):
    def gone(world):
        os.unlink(world.path("csv/all.csv"))

    def empty(world):
        open(world.path("csv/all.csv"), "w", encoding="ascii").close()

    def header_only(world):
        world.write_csv([])

    def too_old(world):
        # Two days before the clock of the daemon.
        then = os.stat(world.path("csv/all.csv")).st_mtime - 30 * DAY
        os.utime(world.path("csv/all.csv"), (then, then))

    with ToldWorld(binaries) as world:
        world.furnish(source=("--max-age", str(20 * DAY)))
        ended(world, world.night(), "succeeded")
        world.nothing_more()
        for spoil in (gone, empty, header_only, too_old):
            spoil(world)
            run = world.night()
            shown = ended(world, run, "skipped")
            message = world.told("export:all", "skipped")
            equal((message["event"], message["previous_state"], message["again"], message["fields"]["RUN_ID"]),
                  ("run_skipped", "ok", False, str(run)), f"{spoil.__name__}: the message")
            equal(shown["reason"] in message["message"], True, f"{spoil.__name__}: {message['message']} gives the reason {shown['reason']}")
            # The next night it is the same, and not told again.
            ended(world, world.night(), "skipped")
            world.nothing_more()
            world.write_csv()
            ended(world, world.night(), "succeeded")
            equal(world.told("export:all", "ok")["previous_state"], "skipped", "its end")
            world.nothing_more()
        world.check_no_traces([row[0] for row in world.rows] + ["canary-of-the-chat", "canary-of-the-refresh", "a secret of sixteen"])


def test_a_source_that_is_not_ready(binaries):
    with ToldWorld(binaries) as world:
        world.furnish()
        path = world.path("crm.db")
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE ready (yes)")
            db.execute("CREATE TABLE people AS SELECT ? AS email, 'Ann' AS first_name, 'A' AS last_name, 'Rome' AS city", (world.rows[0][0],))
        world.ctl("source", "add", "db", "--sqlite", path, "--ready-query", "SELECT yes FROM ready")
        world.ctl("segment", "add", "late", "--source", "db", "--table", "people", "--title", "Late")
        world.export("late", ["late"], "--schedule", "daily 02:00", "--timezone", "UTC")
        ended(world, world.night("late"), "skipped")
        equal(world.told("export:late", "skipped")["event"], "run_skipped", "the message")


def test_failed_and_its_end(binaries):
    with ToldWorld(binaries) as world:
        world.furnish()
        ended(world, world.night(), "succeeded")
        user = {"name": "shop", "dc": "us6", "api_key": world.key}
        world.sandbox.call("POST", "mailchimp/accounts", {**user, "role": "viewer"})
        world.write_csv(world.rows[:4])
        ended(world, world.night(), "failed")
        message = world.told("export:all", "failed")
        equal((message["event"], message["level"]), ("run_failed", "error"), "the message")
        equal("User does not have access" in message["message"], True, f"the provider's words: {message['message']}")
        ended(world, world.night(), "failed")
        world.nothing_more()
        world.sandbox.call("POST", "mailchimp/accounts", {**user, "role": "manager"})
        ended(world, world.night(), "succeeded")
        world.told("export:all", "ok")
        world.nothing_more()


def test_held_and_again_each_day(binaries):
    with ToldWorld(binaries) as world:
        world.furnish(300)
        ended(world, world.night(), "succeeded")
        world.write_csv(world.rows[:100])
        ended(world, world.night(), "held")
        message = world.told("export:all", "held")
        equal(("200 to remove" in message["message"], message["again"]), (True, False), f"the message: {message['message']}")
        # The next night's run replaces it, and is held too.
        run = world.night()
        ended(world, run, "held")
        world.told("export:all", "held", again=True, since=message["since"])
        world.nothing_more()
        world.ctl("runs", "approve", str(run))
        ended(world, run, "succeeded")
        world.told("export:all", "ok")
        world.nothing_more()


def hold(world, name):
    """The next batch is held up."""
    world.rows = [(world.rows[0][0], name, *world.rows[0][2:])] + world.rows[1:]
    world.write_csv()
    world.sandbox.call("POST", "faults", {"append": True, "rules": [{"name": name, "method": "POST", "path": BULK, "next": 1, "action": {"kind": "hold"}}]})


def shown_too(world, subject, state, words, **fields):
    """What people were told stands in `status` and in `check`, which end with 0 and 1."""
    for answer, findings in ((world.ctl("status", "--json"), "attention"), (world.ctl("check", "--json", expect=1), "findings")):
        found = [one for one in answer.json()[findings] if (one["subject"], one["state"]) == (subject, state)]
        equal(len(found), 1, f"{subject} {state} in {answer.out}")
        for name, value in fields.items():
            equal(found[0][name], value, f"{name} of {found[0]}")
    screen = world.ctl("status").out
    equal(bool(re.search(words, screen)), True, f"{words!r} in:\n{screen}")


def test_overdue(binaries):
    with ToldWorld(binaries) as world:
        world.furnish()
        ended(world, world.night(), "succeeded")
        # It does not end.
        hold(world, "late")
        run = world.night()
        equal(world.sandbox.wait(1, held="late", timeout=60), True, "the run is under way")
        world.nothing_more()
        world.later(3 * 3600)
        message = world.told("export:all", "overdue")
        equal((message["event"], f"run {run} is not over yet" in message["message"]), ("run_overdue", True), f"the message: {message}")
        shown_too(world, "export:all", "overdue", r"all: overdue since .*\n  its run is still delivering\n", run=run)
        world.sandbox.release("late")
        world.follow(run)
        world.told("export:all", "ok" if world.ctl.show(run)["status"] == "succeeded" else "failed")
        # It waits behind another one, which began an hour before it was due.
        world.later(20 * 3600)
        hold(world, "before")
        before = world.ctl("run", "all", "--json").json()["runs"][0]["id"]
        equal(world.sandbox.wait(1, held="before", timeout=60), True, "the other run is under way")
        run = world.night(seconds=3600)
        world.later(2 * 3600)
        message = world.told("export:all", "overdue")
        equal(f"run {run} did not start yet; it waits behind run {before}" in message["message"], True, f"the message: {message['message']}")
        shown_too(world, "export:all", "overdue", "all: overdue since ", run=run)
        world.sandbox.release("before")
        world.follow(before)
        ended(world, run, "succeeded")
        world.told("export:all", "ok")
        equal(world.ctl("check").out.startswith("all exports are up to date"), True, "check at the end")


def test_a_connection_that_needs_a_person(binaries):
    with ToldWorld(binaries) as world:
        world.furnish()
        for name in ("two", "three", "four"):
            world.export(name, ["all"])
        for name in ("all", "two", "three", "four"):
            world.ctl.run(name)
        world.sandbox.call("POST", "revoke", {"api_key": world.key})
        world.night()
        message = world.told("connection:shop", "needs_sign_in")
        equal(("API Key Invalid" in message["message"], "--api-key-file" in message["message"]), (True, True), f"the message: {message}")
        for name in ("all", "two", "three", "four"):
            for run in world.ctl.runs(name):
                world.follow(run["id"])
        world.ring()
        world.nothing_more()
        shown = world.ctl("status", "--json").json()["connections"]
        equal({one["name"]: one["state"] for one in shown}, {"shop": "needs_sign_in", MARKER: "ready"}, "the states in status")
        world.key = f"{1:032x}-us6"
        world.sandbox.call("POST", "mailchimp/accounts", {"name": "shop", "dc": "us6", "api_key": world.key, "user": "second"})
        world.ctl("connection", "edit", "shop", "--api-key-file", "-", stdin=world.key + "\n")
        world.told("connection:shop", "ok")
        world.ctl("connection", "consent", "shop", "--withdraw")
        world.told("connection:shop", "no_consent")
        world.later(DAY)
        world.nothing_more()
        world.ctl("connection", "consent", "shop", "--give")
        world.told("connection:shop", "ok")
        world.nothing_more()


def test_a_full_disk_at_a_start(binaries):
    with ToldWorld(binaries) as world:
        world.furnish()
        ended(world, world.night(), "succeeded")
        with Strace(world, "pwrite64,fdatasync", ["pwrite64:error=ENOSPC"]) as tracer:
            world.pass_time(DAY)
            world.ctl("export", "enable", "bell", expect=None)
            tracer.wait_injected(60)
            message = world.told("daemon", "disk_full", 90)
            equal((message["event"], message["fields"]["ERROR_CODE"]), ("store_trouble", "store_full"), "the message")
            shown_too(world, "daemon", "disk_full", r"^the daemon: disk full since .*\n  the database could not be used: ")
        world.told("daemon", "ok", 120)
        equal("disk full" in world.ctl("status").out, False, "the end is shown")


def test_a_receiver_that_is_away_and_a_restart(binaries):
    with ToldWorld(binaries) as world:
        world.furnish()
        ended(world, world.night(), "succeeded")
        world.away()
        os.unlink(world.path("csv/all.csv"))
        ended(world, world.night(), "skipped")
        # The program is there, and hears of it at once, and again at each start; the others when they are back, whatever the daemon went through.
        world.command_told("export:all", "skipped", again=False)
        world.daemon.stop()
        world.daemon.start()
        world.command_told("export:all", "skipped", again=True)
        world.daemon.kill()
        world.daemon.start()
        world.command_told("export:all", "skipped", again=True)
        world.write_csv()
        ended(world, world.night(), "succeeded")
        world.command_told("export:all", "ok")
        world.back()
        world.later(2 * 3600)
        message = world.of_others("export:all", "skipped")
        equal(world.of_others("export:all", "ok")["id"] > message["id"], True, "in their order")
        world.nothing_more()


def test_a_state_that_lasts_is_told_again_after_a_restart(binaries):
    with ToldWorld(binaries) as world:
        world.furnish()
        os.unlink(world.path("csv/all.csv"))
        ended(world, world.night(), "skipped")
        first = world.told("export:all", "skipped")
        world.daemon.stop()
        world.daemon.start()
        again = world.told("export:all", "skipped", again=True)
        equal((again["since"], again["id"] != first["id"]), (first["since"], True), "the message")
        world.write_csv()
        world.daemon.stop()
        world.daemon.start()
        world.told("export:all", "skipped", again=True)
        ended(world, world.night(), "succeeded")
        world.told("export:all", "ok")
        world.nothing_more()


if __name__ == "__main__":
    sys.exit(main(globals()))
