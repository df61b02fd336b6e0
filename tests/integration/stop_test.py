#!/usr/bin/env python3
"""How many runs go at a time, and the connection that stops itself when an answer shows that a contact is subscribed that opted out."""
import sys

from harness import AUDIENCE, World, equal, main
from rows import people, write_table

OTHER = "b2c3d4e5f6"
BULK = rf"/3\.0/lists/{AUDIENCE}(\?|$)"


def feed(world, count):
    rows = people(count, world.random)
    world.connect()
    write_table(world.path("crm.db"), "all_of_them", rows)
    world.ctl("source", "add", "crm", "--sqlite", world.path("crm.db"))
    world.ctl("segment", "add", "all", "--source", "crm", "--table", "all_of_them", "--title", "Customers")
    world.export("all", ["all"])
    return rows


def test_no_more_runs_at_a_time_than_allowed(binaries):
    world = World(binaries)
    world.daemon.config = world.path("audienced.toml")
    with open(world.daemon.config, "w", encoding="ascii") as file:
        file.write("[limits]\nruns_at_once = 1\n")
    with world:
        feed(world, 60)
        world.sandbox.audience("shop", OTHER, world.fields)
        world.ctl("export", "add", "other", "--connection", "shop", "--destination", OTHER, "--segment", "all", "--email", "email")
        world.sandbox.faults([{"name": "first", "method": "POST", "path": BULK, "next": 1, "action": {"kind": "hold"}},
                              {"name": "second", "path": OTHER, "action": {"kind": "delay", "seconds": 0}}])
        world.ctl("run", "all")
        equal(world.sandbox.wait(1, held="first"), True, "the first run got to its delivery")
        world.ctl("run", "other")
        equal(world.sandbox.wait(1, struck="second", timeout=1), False, "calls of the second run, while one may go at a time")
        equal([run["status"] for run in world.ctl.runs("other")], ["queued"], "the second run")
        world.sandbox.release("first")
        for name in ("all", "other"):
            world.ctl("runs", "follow", str(world.ctl.runs(name)[0]["id"]))
            world.check_run(world.ctl.show(world.ctl.runs(name)[0]["id"]), added=60)
        equal(world.sandbox.wait(1, struck="second", timeout=0), True, "calls of the second run after the first")
        world.check_nobody_harmed()


def test_stops_itself_when_somebody_came_back_by_our_call(binaries):
    with World(binaries) as world:
        rows = feed(world, 40)
        world.check_run(world.ctl.run("all"), added=40)
        member = rows[3][0]
        rows = [(row[0], row[1], row[2], "Elsewhere") if row[0] == member else row for row in rows]
        write_table(world.path("crm.db"), "all_of_them", rows)
        # The contact is archived after the pull, and this provider does what the real one is not known to do.
        world.sandbox.knobs(mc_archived_on_status_if_new="revived")
        world.sandbox.faults([{"name": "late", "method": "POST", "path": BULK, "next": 1, "action": {"kind": "hold"}}])
        number = world.ctl("run", "all", "--json").json()
        number = number.get("id") or number["runs"][0]["id"]
        equal(world.sandbox.wait(1, held="late"), True, "the call is under way")
        world.sandbox.act(AUDIENCE, "archive", [member])
        world.sandbox.release("late")
        world.ctl("runs", "follow", str(number), expect=1)
        equal(world.ctl.show(number)["status"], "failed", "the run")
        connection = world.ctl("connection", "show", "shop", "--json").json()
        equal((connection["state"], "subscribed again" in connection["state_reason"]), ("stopped", True), "the connection")
        refused = world.ctl("run", "all", "--follow", expect=None)
        equal((refused.code, "consent shop --give" in refused.text), (6, True), f"the next run: {refused.text}")
        log = open(world.daemon.log_path, encoding="utf-8").read()
        equal(log.count("stopped itself"), 1, "lines of the log that say so")
        world.daemon.kill()
        world.daemon.start()
        equal(world.ctl("connection", "show", "shop", "--json").json()["state"], "stopped", "after a restart")
        world.ctl("connection", "consent", "shop", "--give")
        # The member that was named stays out of the next runs: nothing tells that the contact wants to be there.
        again = world.ctl.run("all")
        world.check_run(again, unchanged=39, rejected=1)
        named = world.ctl("runs", "rejects", str(again["id"]), "--json").json()
        equal([(one["code"], one["class"]) for one in named], [("subscribed_again", "never")], "who is left out")


if __name__ == "__main__":
    sys.exit(main(globals()))
