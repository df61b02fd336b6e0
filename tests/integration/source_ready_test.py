#!/usr/bin/env python3
"""A refresh that comes before its data: it waits, and goes on when the data is there; or it is skipped in the end and says what it
waited for. Real minutes pass, so this runs in the long form alone (AUDIENCED_FULL=1)."""
import os
import sqlite3
import sys
import time

from daemon import Failed
from harness import AUDIENCE, FULL, World, equal, main, not_tested
from outage import Shop
from rows import people, write_table
from source_size_test import write_csv


def say(path, ready):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE IF NOT EXISTS load (done)")
        db.execute("DELETE FROM load")
        db.execute("INSERT INTO load VALUES (?)", (int(ready),))
    db.close()


def scheduled(world, export, deadline):
    """The run that a schedule began, as soon as there is one."""
    while time.monotonic() < deadline:
        found = [run for run in world.ctl.runs(export) if run["trigger"] == "schedule"]
        if found:
            return found[0]["id"]
        time.sleep(1)
    raise Failed(f"no schedule began a run of {export}")


def wait_until_it_waits(world, export, word, deadline):
    """`status` says what the run waits for."""
    while time.monotonic() < deadline:
        text = world.ctl("status", "--json").out
        if word in text and export in text:
            return
        time.sleep(1)
    raise Failed(f"status never said that {export} waits for {word}: {world.ctl('status', '--json').out}")


def test_a_refresh_waits_for_its_data(binaries):
    if not FULL:
        not_tested("waits real minutes; AUDIENCED_FULL=1 runs it")
        return
    with World(binaries, seed=61) as world:
        rows = people(3000, world.random)
        path, folder = world.path("crm.db"), world.path("files")
        write_table(path, "customers", rows)
        say(path, False)
        os.mkdir(folder)
        write_csv(os.path.join(folder, "fresh.csv"), rows)
        # One becomes ready while it is waited for, one by growing old enough, one never.
        query = Shop(world, ("--sqlite", path, "--ready-query", "SELECT done FROM load", "--ready-wait", "10"), ("--table", "customers"))
        shops = {"all": query}
        for name, source in (("aged", ("--csv", folder, "--min-age", "100", "--ready-wait", "10")),
                             ("never", ("--csv", folder, "--max-age", "1", "--ready-wait", "1"))):
            shops[name] = Shop(world, source, ("--file", "fresh.csv"), name=name, title=name)
        # By hand nothing is waited for.
        query.nothing_done(world.ctl.run("all", expect=7), "skipped", "ready-query")
        os.utime(os.path.join(folder, "fresh.csv"))
        world.ctl("schedule", "set", "* * * * *", "--timezone", "UTC")
        deadline = time.monotonic() + 400  # they feed one audience, so one waits behind the other
        runs = {name: scheduled(world, name, deadline) for name in ("all", "aged", "never")}
        world.ctl("schedule", "off")
        wait_until_it_waits(world, "all", "ready-query", deadline)
        there = [tags for _, tags, _ in world.sandbox.dump(AUDIENCE).values()]
        equal(sum("Customers" in tags for tags in there), 0, "members of the segment that is not ready")
        say(path, True)
        ended = {name: shops[name].end(run, code=7 if name == "never" else 0) for name, run in runs.items()}
        equal(ended["never"]["status"], "skipped", "the run whose data never came")
        for word in ("--max-age", "waited 1 min"):
            equal(word in ended["never"]["reason"], True, f"its reason says {word}: {ended['never']['reason']}")
        for name in ("all", "aged"):
            world.check_run(ended[name], read=len(rows))
        wanted = {row[0]: ("subscribed", frozenset(("Customers", "aged")), row[1:]) for row in rows}
        equal(world.sandbox.dump(AUDIENCE) == wanted, True, "the audience is exact")
        world.check_nobody_harmed()


if __name__ == "__main__":
    sys.exit(main(globals()))
