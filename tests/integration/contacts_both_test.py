#!/usr/bin/env python3
"""One segment to both providers with one refresh: both are exact, what changed reaches both, and an unchanged segment writes at neither."""
import sys

import expect
from contacts import Contacts
from harness import AUDIENCE, FULL, World, equal, main
from rows import fed, people, soil, write_table

PROFILES = 100_000 if FULL else 8_000
EXPORTS = ("to-audience", "to-list")


def refresh(world):
    """-> the runs of one refresh, by their export"""
    world.ctl("refresh", "--follow", timeout=1800)
    found = {name: world.ctl.show(max(run["id"] for run in world.ctl.runs(name))) for name in EXPORTS}
    for name, run in found.items():
        world.check_run(run)
        equal(run["export"], name, "the run's export")
    return found


def check_both(world, letters, plan, left):
    tagged = {address: ("subscribed", frozenset(tags), values) for address, (values, tags) in plan.members.items()}
    tagged |= {address: ("subscribed", frozenset(), values) for address, values in left.items()}
    listed = {address: ("implicit", *(value or "" for value in values)) for address, (values, _) in plan.members.items()}
    equal(expect.differences({address: (state, tags, tuple(value or "" for value in values)) for address, (state, tags, values) in tagged.items()},
                             world.sandbox.dump(AUDIENCE)), [], "the audience")
    letters.check_members(listed, ("first_name", "last_name", "city"))
    world.check_nobody_harmed()


def test_one_refresh_feeds_both(binaries):
    with World(binaries, seed=8) as world:
        rng = world.random
        rows = soil(people(PROFILES, rng), rng)
        path = world.path("crm.db")
        write_table(path, "customers", rows)
        world.connect()
        letters = Contacts(world)
        world.ctl("source", "add", "crm", "--sqlite", path)
        world.ctl("segment", "add", "all", "--source", "crm", "--table", "customers", "--title", "Customers")
        world.export(EXPORTS[0], ["all"])
        letters.export(EXPORTS[1], ["all"], maps=["city=city"])
        world.count_anew()
        plan = expect.Plan().segment("Customers", fed(rows))
        for run in refresh(world).values():
            world.check_run(run, read=plan.read, invalid=plan.invalid, duplicate=plan.duplicate, added=len(plan.members), rejected=0)
        check_both(world, letters, plan, {})

        world.count_anew()
        for run in refresh(world).values():
            world.check_run(run, unchanged=len(plan.members), added=0, updated=0, removed=0)
        equal(world.sandbox.counters()["writes"], 0, "write calls when nothing changed")

        # Some move, some leave, some come. An address must leave in every spelling that the table has of it.
        addresses = sorted(plan.members)
        gone = set(rng.sample(addresses, PROFILES // 50))
        moved = set(rng.sample(sorted(set(addresses) - gone), PROFILES // 20))
        rows = [(*row[:3], "Elsewhere") if expect.member(row[0]) in moved else row for row in rows if expect.member(row[0]) not in gone]
        rows += people(PROFILES // 40, rng, start=7_000_000)
        write_table(path, "customers", rows)
        left = {address: plan.members[address][0] for address in gone}
        plan = expect.Plan().segment("Customers", fed(rows))
        world.count_anew()
        for run in refresh(world).values():
            world.check_run(run, added=PROFILES // 40, removed=len(gone), updated=len(moved), rejected=0)
        check_both(world, letters, plan, left)
        world.count_anew()
        refresh(world)
        equal(world.sandbox.counters()["writes"], 0, "write calls when nothing changed again")
        check_both(world, letters, plan, left)
        world.check_no_traces(addresses[::PROFILES // 8])


if __name__ == "__main__":
    sys.exit(main(globals()))
