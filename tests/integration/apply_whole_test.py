#!/usr/bin/env python3
"""A file of definitions is applied as a whole or not at all, whatever is wrong with it and whatever happens meanwhile."""
import json
import os
import signal
import sys
import threading
import time

from daemon import Failed
from file_world import DIFFERS, FAILED, FileWorld, NOT_FOUND, REFUSED, USAGE, changed
from harness import AUDIENCE, equal, main
from refuse_test import definitions

def test_one_bad_object_and_nothing_changes(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        good = changed(text, ("hold = true", "hold = false")) + f'\n[source.fine]\nsqlite = "{world.path("crm.db")}"\n'
        bad = {"segment": ('[segment.bad]\nsource = "fine"\ntable = "nothing"\n', NOT_FOUND, "no such table"),
               "source": ('[segment.bad]\nsource = "nothing"\ntable = "good"\n', NOT_FOUND, "there is no source"),
               "kind": ('[segment.bad]\nsource = "fine"\nfile = "x.csv"\n', USAGE, "no segments by --file"),
               "query": ('[segment.bad]\nsource = "fine"\nquery = "DELETE FROM good"\n', USAGE, ""),
               "consent": (world.new_connection("bad", more=""), REFUSED, "consent = true"),
               "account": (world.new_connection("bad", more='consent = true\nallow_users = ["no-such-user"]\n'), NOT_FOUND, "no-such-user"),
               "column": ('[export.bad]\nconnection = "shop"\ndestination = "%s"\nsegments = ["good"]\nemail = "nothing"\n' % AUDIENCE, NOT_FOUND, "nothing"),
               "destination": ('[export.bad]\nconnection = "shop"\ndestination = "0000000000"\nsegments = ["good"]\nemail = "email"\n', NOT_FOUND, "0000000000"),
               "detached": ('[export.bad]\ndestination = "%s"\nsegments = ["good"]\nemail = "email"\n' % AUDIENCE, USAGE, "connection is missing"),
               "zone": ('[export.bad]\nconnection = "shop"\ndestination = "%s"\nsegments = ["good"]\nemail = "email"\nschedule = "daily 02:00"\n'
                        'timezone = "Mars/Olympus"\n' % AUDIENCE, USAGE, "Mars")}
        for name, (piece, code, says) in bad.items():
            file = world.write(good + "\n" + piece)
            line = (good + "\n" + piece).split("\n").index(next(one for one in piece.split("\n") if ".bad]" in one)) + 1
            world.untouched(code, "apply", file, says=[f"definitions.toml:{line}: ", ".bad: ", says])
        # All of them are told at once, each with its line.
        said = world.untouched(NOT_FOUND, "apply", world.write(good + "\n" + bad["source"][0] + bad["destination"][0].replace("bad", "worse")
                                                              .replace('"shop"', '"none"')), says=["segment.bad", "export.worse"])
        equal(len(said.err.strip().split("\n")), 2, f"two problems: {said.err}")
        document = json.loads(world.ctl("apply", world.path("definitions.toml"), "--json", expect=NOT_FOUND).out)
        equal([one["object"] for one in document["problems"]], ["segment.bad", "export.worse"], "the problems as JSON")
        world.ctl("apply", "-", stdin=good)


def test_what_a_file_may_not_do(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        # What the export has delivered stays where it is; what it needs stays in its segments.
        world.check_run(world.ctl.run("second"), added=40)
        world.sandbox.audience("shop", "b1b2c3d4e5", world.fields)
        second = text[text.index("[export.second]"):]
        world.untouched(REFUSED, "apply", "-", stdin=text.replace(second, changed(second, (AUDIENCE, "b1b2c3d4e5"))), says=["has delivered 40 members"])
        world.untouched(NOT_FOUND, "apply", "-", stdin=changed(text, ('table = "more"', 'query = "SELECT email FROM more"')),
                        says=["segment.more", "second: first_name"])
        world.untouched(REFUSED, "apply", "-", stdin=changed(text, ('provider = "mailchimp"', 'provider = "constant-contact"')), says=["connection.shop"])
        # A withdrawn consent is given by a person, not by a file that is applied each night.
        world.ctl("connection", "consent", "shop", "--withdraw")
        world.untouched(REFUSED, "apply", "-", stdin=text, says=["connection consent shop --give"])
        equal("consent = false" in world.dump(), True, "the dump")
        world.ctl("apply", "-", stdin=world.dump())
        world.ctl("connection", "consent", "shop", "--give")
        world.ctl("apply", "-", stdin=changed(text, ("consent = true", "consent = false")))
        equal(world.ctl("connection", "show", "shop", "--json").json()["consent"], None, "a consent that a file withdraws")


def test_plans_of_what_was_edited_expire(binaries):
    with FileWorld(binaries) as world:
        held = world.ctl.run("first", expect=DIFFERS)
        world.ctl("apply", "-", stdin=changed(world.dump(), ("FROM good", "FROM more")))
        world.ctl("runs", "approve", str(held["id"]), expect=REFUSED)
        world.ctl("runs", "follow", str(held["id"]), expect=None)
        equal(world.ctl.show(held["id"])["status"], "cancelled", "a plan from before the file")
        equal(world.sandbox.counters()["writes"], 0, "writes")


SLOW = """SELECT * FROM more WHERE (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000) SELECT count(*) FROM c) > 0"""


def test_a_removal_that_is_refused_takes_all_back(binaries):
    """An export with a run under way is not removed; what was written before it in the same file is not written either."""
    with FileWorld(binaries) as world:
        world.ctl("apply", "-", stdin=changed(world.dump(), ('table = "more"', f'query = "{SLOW}"')))
        text = world.dump()
        second, schedule = text.index("\n[export.second]"), text.index("\n[schedule]")
        less = changed(text[:second] + text[schedule:], ("hold = true", "hold = false"), ("[source.crm]", "[source.crm]\nbusy_timeout = 9"))
        run = str(world.ctl("run", "second", "--json").json()["runs"][0]["id"])
        try:
            world.untouched(REFUSED, "apply", "-", "--prune", "--yes", stdin=less, says=["export.second", "unfinished runs"])
        finally:
            world.ctl("runs", "cancel", run)
            world.ctl("runs", "follow", run, expect=None)
        world.ctl("apply", "-", "--prune", "--yes", stdin=less)
        world.ctl("diff", "-", "--prune", stdin=less)


def kill_when(world, moment):
    """kill -9 once the database's log grows, `moment` seconds later."""
    log = os.path.join(world.daemon.state, "audienced.db-wal")
    size = os.path.getsize(log) if os.path.exists(log) else 0
    deadline = time.monotonic() + 60
    while not os.path.exists(log) or os.path.getsize(log) == size:
        if time.monotonic() > deadline:
            raise Failed("nothing was written")
    time.sleep(moment)
    world.daemon.end(signal.SIGKILL)


def test_killed_while_it_is_stored(binaries):
    """kill -9 as soon as the first byte of a large file is written, before and a little later: all of it, or nothing."""
    with FileWorld(binaries) as world:
        text = world.dump()
        names = [f"s{n}" for n in range(200)]
        whole = text + "".join(f'\n[source.{name}]\nsqlite = "/srv/{name}.db"\n' for name in names)
        before = definitions(world)
        outcomes = []
        for moment in (None, None, 0, 0, 0.001, 0.01):
            applied = threading.Thread(target=lambda: world.ctl("apply", "-", stdin=whole, expect=None))
            applied.start()
            if moment is None:  # while it is checked, or before
                applied.join(0.03 * world.random.random())
                world.daemon.end(signal.SIGKILL)
            else:
                kill_when(world, moment)
            applied.join()
            world.daemon.start()
            done = sorted({one["name"] for one in world.ctl("source", "list", "--json").json()} - {"crm"})
            equal(done in ([], sorted(names)), True, f"half of a file: {len(done)} of {len(names)}")
            audit = [one for one in world.ctl("audit", "--limit", "10000", "--json").json() if one["action"] == "apply: source add"]
            equal(len(audit) % len(names), 0, "audit rows of half a file")
            outcomes.append(len(done))
            world.ctl("apply", "-", "--prune", "--yes", stdin=text)
            equal(definitions(world), before, "back to the first file")
        print(f"# applied when it was killed: {outcomes}")


def test_two_at_once(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        files = [changed(text, ("hold = true", "hold = false")) + f'\n[source.s{n}]\nsqlite = "/srv/{n}.db"\n' for n in range(4)]
        codes = [None] * len(files)

        def apply(n):
            codes[n] = world.ctl("apply", "-", stdin=files[n], expect=None).code
        threads = [threading.Thread(target=apply, args=(n,)) for n in range(len(files))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(set(codes) <= {0, REFUSED} and 0 in codes, True, f"each is done as a whole, or refused: {codes}")
        there = {one["name"] for one in world.ctl("source", "list", "--json").json()}
        equal(there - {"crm"}, {f"s{n}" for n, code in enumerate(codes) if code == 0}, "the sources of those that were done")


def test_hostile_files(binaries):
    with FileWorld(binaries) as world:
        dots = ".".join(["a"] * 400_000)
        for text in ("[source.crm", dots + " = 1", f"[{dots}]", "a = " + "[" * 100_000, "[source.x]\nsqlite = \"a\0b\"", "[source.x]\n[source.x]\n",
                     "[source.\"Ä b\"]\n", "source = 1", "[source.x]\n", "[export.x]\nsegments = 1\n", "\x00\x01"):
            world.untouched(USAGE, "apply", "-", stdin=text)
            world.untouched(USAGE, "diff", "-", stdin=text)
        with open(world.path("latin1.toml"), "wb") as file:
            file.write(b"[source.x]\nsqlite = \"/M\xfcller\"\n")
        world.untouched(USAGE, "apply", world.path("latin1.toml"))
        world.untouched(USAGE, "apply", world.write("# " + "x" * (1 << 20)), says=["1 MiB"])
        # Less than 1 MiB as a file, more as what is sent.
        world.untouched(FAILED, "apply", world.write(f"[segment.s]\nsource = \"crm\"\nquery = '''{chr(10) * 700_000}'''"), says=["1 MiB", "in parts"])
        world.untouched(USAGE, "apply", world.path("nothing.toml"), says=["nothing.toml"])
        world.ctl("status")


if __name__ == "__main__":
    sys.exit(main(globals()))
