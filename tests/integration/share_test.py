#!/usr/bin/env python3
"""Two exports feed one audience and share a member. One of them loses the member, which keeps what the other gave."""
import sys

from harness import AUDIENCE, World, equal, main
from rows import people, write_table


def tags(world, address):
    return world.sandbox.dump(AUDIENCE)[address][1]


def begin(world, title_a, title_b):
    rows = people(300, world.random)
    shared = rows[150][0]
    path = world.path("crm.db")
    write_table(path, "a", rows[:200])
    write_table(path, "b", rows[100:])
    world.connect()
    world.ctl("source", "add", "crm", "--sqlite", path)
    for name, title in (("a", title_a), ("b", title_b)):
        world.ctl("segment", "add", name, "--source", "crm", "--table", name, "--title", title)
        world.export(f"export-{name}", [name])
    for name in ("export-a", "export-b"):
        world.check_run(world.ctl.run(name), rejected=0)
    return path, rows, shared


def test_she_keeps_the_other_tag(binaries):
    with World(binaries) as world:
        path, rows, shared = begin(world, "Tag A", "Tag B")
        equal(tags(world, shared), {"Tag A", "Tag B"}, "the member's tags")
        write_table(path, "a", [row for row in rows[:200] if row[0] != shared])
        world.check_run(world.ctl.run("export-a"), removed=1, added=0, updated=0)
        equal(tags(world, shared), {"Tag B"}, "the member's tags")
        write_table(path, "b", [row for row in rows[100:] if row[0] != shared])
        world.check_run(world.ctl.run("export-b"), removed=1)
        equal(world.sandbox.dump(AUDIENCE)[shared][:2], ("subscribed", frozenset()), "the contact in no segment")
        world.check_nobody_harmed()


def test_one_tag_of_two_exports_stays_until_both_let_go(binaries):
    with World(binaries) as world:
        path, rows, shared = begin(world, "Shared tag", "Shared tag")
        equal(tags(world, shared), {"Shared tag"}, "the member's tags")
        write_table(path, "a", [row for row in rows[:200] if row[0] != shared])
        world.check_run(world.ctl.run("export-a"), removed=1)
        equal(tags(world, shared), {"Shared tag"}, "the tag while the other export holds the member")
        write_table(path, "b", [row for row in rows[100:] if row[0] != shared])
        world.check_run(world.ctl.run("export-b"), removed=1)
        equal(tags(world, shared), frozenset(), "the tag after both exports removed the member")
        world.check_nobody_harmed()


def test_a_tag_that_somebody_else_gave_stays(binaries):
    with World(binaries) as world:
        rows = people(50, world.random)
        theirs = rows[7][0]
        path = world.path("crm.db")
        write_table(path, "a", rows)
        world.sandbox.seed(AUDIENCE, [{"email": theirs, "status": "subscribed", "tags": ["Tag A"]}])
        world.connect()
        world.ctl("source", "add", "crm", "--sqlite", path)
        world.ctl("segment", "add", "a", "--source", "crm", "--table", "a", "--title", "Tag A")
        world.export("export-a", ["a"])
        world.check_run(world.ctl.run("export-a"), added=50)
        write_table(path, "a", [row for row in rows if row[0] not in (theirs, rows[9][0])])
        world.check_run(world.ctl.run("export-a"), added=0, updated=0)
        equal(tags(world, theirs), {"Tag A"}, "the tag of the preexisting member")
        equal(tags(world, rows[9][0]), frozenset(), "the tag that we gave")
        world.check_nobody_harmed()


if __name__ == "__main__":
    sys.exit(main(globals()))
