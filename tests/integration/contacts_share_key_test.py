#!/usr/bin/env python3
"""Three accounts behind one Constant Contact application deliver at the same time. What the application is allowed, four calls in any second,
holds for all of them together, and each of them makes progress."""
import collections
import sys

import expect
from contacts import NAMES, Contacts, customers, write_customers
from harness import FULL, World, equal, main

PROFILES = 50_000 if FULL else 4_000
SHARE = 8 if FULL else 6  # of every so many customers one leaves
ACCOUNTS = ("north", "south", "west")
APP = "constant_contact:cc-app"


def furnished(world):
    """-> [(account, its rows)]"""
    out = []
    path = world.path("crm.db")
    for number, name in enumerate(ACCOUNTS):
        out.append((Contacts(world, name), customers(PROFILES, world.random, start=1 + number * 10_000_000)))
        write_customers(path, name, out[-1][1])
    world.ctl("source", "add", "crm", "--sqlite", path)
    for account, _ in out:
        name = account.account
        world.ctl("segment", "add", name, "--source", "crm", "--table", name)
        account.export(f"to-{name}", [name], "--max-removal-percent", "100")
    return out


def all_at_once(world):
    """-> their records"""
    started = world.ctl("run", *(f"to-{name}" for name in ACCOUNTS), "--json").json()["runs"]
    for run in started:
        world.ctl("runs", "follow", str(run["id"]), timeout=1800)
    return [world.ctl.show(run["id"]) for run in started]


def check_pace(world, runs):
    """The sandbox's own figures: a sliding second, and every call that it refused."""
    seen = world.sandbox.counters()
    client = seen["clients"][APP]
    equal(client["peak_per_second"] <= 4, True, f"at most 4 calls in any second, at its peak {client['peak_per_second']}")
    equal(seen["statuses"].get("429", 0), 0, "calls that the gateway refused")
    equal(sum(run["retries"] for run in runs), 0, "retries")
    # The limit was felt, or this showed nothing: there were more calls than seconds of four, and a second that was full.
    equal(client["peak_per_second"], 4, "calls in the fullest second")
    return client["calls"]


def check_turns(world):
    """While all three delivered, no two calls of one account had more than a few of the others' between them."""
    log = [line for line in world.sandbox.call("GET", "log") if line["client"] == APP]
    by_account = collections.defaultdict(list)
    for place, line in enumerate(log):
        by_account[line["account"]].append(place)
    equal(sorted(by_account), sorted(ACCOUNTS), "accounts that called")
    began, ended = max(places[0] for places in by_account.values()), min(places[-1] for places in by_account.values())
    longest = max(after - before for places in by_account.values() for before, after in zip(places, places[1:])
                  if began <= before and after <= ended)
    print(f"   {len(log)} calls, all three at work during {ended - began + 1} of them, at most {longest - 1} calls of others between two of one account")
    return ended - began + 1, longest


def check_lists(world, furniture):
    for account, rows in furniture:
        plan = expect.Plan().segment("all", ((row[0], row[1:3]) for row in rows))
        account.check_members({address: ("implicit", *values) for address, (values, _) in plan.members.items()}, NAMES)
    world.check_nobody_harmed()


def test_four_calls_a_second_for_all_three(binaries):
    with World(binaries, seed=4) as world:
        furniture = furnished(world)
        world.count_anew()
        runs = all_at_once(world)
        for run in runs:
            world.check_run(run, added=PROFILES, rejected=0)
        check_lists(world, furniture)
        check_pace(world, runs)

        # Now many calls each: members left, and each 500 of them are a call; the ids are read before, 500 a call.
        for number, (account, rows) in enumerate(furniture):
            rest = [row for place, row in enumerate(rows) if place % SHARE]
            furniture[number] = (account, rest)
            write_customers(world.path("crm.db"), account.account, rest)
        world.count_anew()
        runs = all_at_once(world)
        left = PROFILES - len(furniture[0][1])
        for run in runs:
            world.check_run(run, removed=left, added=0, updated=0, rejected=0)
        check_lists(world, furniture)
        calls = check_pace(world, runs)
        together, longest = check_turns(world)
        equal(together * 2 > calls, True, f"they worked side by side: {together} of {calls} calls")
        equal(longest <= 12, True, f"no run waited for more than a few calls of the others: {longest}")


if __name__ == "__main__":
    sys.exit(main(globals()))
