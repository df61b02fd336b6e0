#!/usr/bin/env python3
"""Dirty rows, contacts that left before and during the run, and calls that fail in every way: the audience is still exact."""
import sys

import expect
from harness import AUDIENCE, FULL, World, equal, main
from rows import fed, people, soil, write_table

PROFILES = 100_000 if FULL else 20_000
FAULTS = ("429_json", "429_bare", "500_about_blank", "503_html", "reset_before", "reset_mid_body", "lost_reply")
LEFT = ("unsubscribed", "cleaned", "pending", "archived", "forgotten")
EACH = 200


def rules(path, share):
    """Each kind affects one call in `1/share`; a stall is shorter than the client's patience, its length being tested elsewhere."""
    kinds = [(name, name) for name in FAULTS] + [("stall", {"kind": "stall", "seconds": 2, "apply": True})]
    return [{"name": name, "path": path, "every": round(1 / share), "skip": 3 + 2 * number, "action": action}
            for number, (name, action) in enumerate(kinds)]


def seeded(rows, rng):
    """Members of the segment that the audience has already, a few hundred of each state; and contacts outside of the segment."""
    addresses = sorted({expect.member(row[0]) for row in rows} - {None})
    chosen = rng.sample(addresses, EACH * (len(LEFT) + 1))
    before, known = {}, []
    for number, address in enumerate(chosen):
        status = (LEFT + ("subscribed",))[number // EACH]
        before[address] = status
        known.append({"email": address, "status": "subscribed" if status == "forgotten" else status, "merge_fields": {"FNAME": "Before"},
                      "tags": ["Theirs"] if status == "subscribed" else []})
    foreign = [{"email": f"stranger{number}@elsewhere.example", "status": "subscribed", "merge_fields": {"FNAME": "Stranger"},
                "tags": ["Theirs"], "foreign": True} for number in range(500)]
    return known + foreign, before, addresses


def leave(world, plan, before, rng):
    """While the run writes, contacts unsubscribe: some that it has delivered, some that it has not -> {address: its state}."""
    present = world.sandbox.dump(AUDIENCE)
    reached = [address for address in sorted(plan.members) if address in present and address not in before]
    waiting = [address for address in sorted(before) if before[address] == "subscribed"]
    leavers = rng.sample(reached, 240) + rng.sample(waiting, 120)
    rng.shuffle(leavers)
    gone = {}
    for number, (act, state) in enumerate((("unsubscribe", "unsubscribed"), ("bounce", "cleaned"), ("archive", "archived"))):
        some = leavers[number::3]
        world.sandbox.act(AUDIENCE, act, some)
        gone |= dict.fromkeys(some, state)
    return gone


def test_exact_in_spite_of_everything(binaries):
    with World(binaries, seed=20) as world:
        rng = world.random
        rows = soil(people(PROFILES, rng), rng)
        rows.insert(17, (f"{world.canary}@example.com", "Canary", "Bird", "Dublin"))
        half = len(rows) // 2
        path = world.path("crm.db")
        write_table(path, "east", rows[:half + 500])
        write_table(path, "west", rows[half:])
        plan = expect.Plan().segment("East", fed(rows[:half + 500])).segment("West", fed(rows[half:]))
        members, before, addresses = seeded(rows, rng)
        world.sandbox.seed(AUDIENCE, members)
        world.sandbox.act(AUDIENCE, "forget", [address for address in before if before[address] == "forgotten"])
        start = world.sandbox.dump(AUDIENCE)

        world.connect()
        world.ctl("source", "add", "crm", "--sqlite", path)
        for name in ("east", "west"):
            world.ctl("segment", "add", name, "--source", "crm", "--table", name, "--title", name.capitalize())
        world.export("all", ["east", "west"])
        world.sandbox.faults(rules("^/3[.]0/lists", 0.02))
        world.sandbox.knobs(mc_latency_min_ms=20, mc_latency_max_ms=60)

        run = world.ctl("run", "all", "--json").json()
        number = run.get("id") or run["runs"][0]["id"]
        equal(world.sandbox.wait(PROFILES // 4, counter="members_written"), True, "a quarter was written")
        gone = leave(world, plan, before, rng)
        world.ctl("runs", "follow", str(number), timeout=1800)
        record = world.ctl.show(number)
        world.check_run(record, read=plan.read, duplicate=plan.duplicate, invalid=plan.invalid)

        seen = world.sandbox.counters()
        equal(max(client["peak_concurrency"] for client in seen["clients"].values()) <= 8, True, "at most 8 calls at once")
        struck = seen["faults"]
        equal(sorted(name for name in FAULTS + ("stall",) if not struck.get(name)), [], "kinds of fault that never struck")
        world.sandbox.faults([])
        compare(world, plan, start, before, gone)
        world.check_nobody_harmed()

        # The second run finds nothing to send, and sees those who left meanwhile.
        again = world.ctl.run("all")
        world.check_run(again, added=0, updated=0)
        compare(world, plan, start, before, gone)
        world.check_nobody_harmed()
        world.check_no_traces(addresses[::PROFILES // 10])


def compare(world, plan, start, before, gone):
    found = world.sandbox.dump(AUDIENCE)
    wanted = {}
    for address, (values, tags) in plan.members.items():
        status = before.get(address, "subscribed")
        if status in LEFT:
            if address in start:
                wanted[address] = start[address]  # not touched in any way
        elif address in gone:
            # The contact left during the run: its state must stay. Which values arrived before depends on timing.
            equal(found[address][0], gone[address], "the state of a contact that left during the run")
            wanted[address] = found[address]
        else:
            kept = {"Theirs"} if address in before else set()
            earlier = start[address][2] if address in start else ("", "", "")
            sent = tuple(value if value else old for value, old in zip(values, earlier))
            wanted[address] = ("subscribed", frozenset(tags | kept), sent)
    wanted |= {address: line for address, line in start.items() if address.startswith("stranger")}
    equal(expect.differences(wanted, found), [], "the audience")


if __name__ == "__main__":
    sys.exit(main(globals()))
