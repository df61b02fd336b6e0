#!/usr/bin/env python3
"""The README's demo: 10,000 customers in two tags; then 100 change, 20 leave and 30 come, for the fewest calls that there can be."""
import os
import sqlite3
import sys

import expect
from harness import AUDIENCE, World, equal, main
from rows import fed

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sample"))
import people  # noqa: E402

SEGMENTS = (("readers", "newsletter_readers", "Newsletter readers"), ("loyal", "loyal_customers", "Loyal customers"))


def expected(path):
    plan = expect.Plan()
    with sqlite3.connect(path) as db:
        for _, view, tag in SEGMENTS:
            plan.segment(tag, fed(db.execute(f"SELECT email, first_name, last_name, city FROM {view}").fetchall()))
    db.close()
    return plan


def compare(world, plan):
    wanted = {address: ("subscribed", frozenset(tags), values) for address, (values, tags) in plan.members.items()}
    equal(expect.differences(wanted, world.sandbox.dump(AUDIENCE)), [], "the audience")


def still_tagless(world, plan):
    """Leavers keep their contact, and have no tag any more."""
    return {address: found for address, found in world.sandbox.dump(AUDIENCE).items() if address not in plan.members}


def test_ten_thousand_customers_then_few_changes(binaries):
    with World(binaries) as world:
        path = world.path("customers.db")
        people.make(path, 10_000, 1)
        world.connect()
        world.ctl("source", "add", "crm", "--sqlite", path)
        for name, view, title in SEGMENTS:
            world.ctl("segment", "add", name, "--source", "crm", "--table", view, "--title", title)
        world.export("all", ["readers", "loyal"])

        first, plan = world.ctl.run("all"), expected(path)
        world.check_run(first, read=plan.read, duplicate=plan.duplicate, added=10_000, removed=0, rejected=0)
        compare(world, plan)
        # 20 bulk calls, 16 and 10 of the two tags, and the two that make the tags.
        equal(world.sandbox.counters()["writes"], 20 + 16 + 10 + 2, "write calls of the first run")

        people.pass_time(path, 100, 20, 30, 1)
        world.count_anew()
        second, plan = world.ctl.run("all"), expected(path)
        world.check_run(second, added=30, updated=100, removed=20, unchanged=9_880, rejected=0)
        # One bulk call for the 130, and one call a tag that adds newcomers and takes leavers out.
        equal(world.sandbox.counters()["writes"], 3, "write calls of the second run")
        left = still_tagless(world, plan)
        equal(len(left), 20, "contacts of those who left")
        equal({(status, tags) for status, tags, _ in left.values()}, {("subscribed", frozenset())}, "those who left")
        plan.members |= {address: (values, set()) for address, (_, _, values) in left.items()}
        compare(world, plan)

        world.count_anew()
        third = world.ctl.run("all")
        world.check_run(third, added=0, updated=0, removed=0, unchanged=10_010)
        equal(world.sandbox.counters()["writes"], 0, "write calls when nothing changed")
        world.check_nobody_harmed()
        world.check_no_traces(list(plan.members)[::2500])


if __name__ == "__main__":
    sys.exit(main(globals()))
