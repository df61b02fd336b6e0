#!/usr/bin/env python3
"""kill -9 at random moments, some of them while it recovers from the one before: the run resumes under the same id, and the
audience is exact. Moments are drawn from a seed; the instruction that they hit depends on the machine."""
import collections
import sys
import time

import expect
import traces
from harness import AUDIENCE, FULL, World, adds_up, equal, main
from rows import fed, people, soil, write_table

KILLS = 50
PROFILES = 100_000 if FULL else 12_000
FINAL = ("succeeded", "completed_with_rejects", "failed", "skipped", "cancelled")


def next_version(rows, rng):
    """A tenth moves, a fiftieth leaves, a fiftieth comes."""
    count = len(rows)
    kept = [row for row in rows if rng.random() >= 0.02]
    moved = [(row[0], row[1], row[2], "Elsewhere") if rng.random() < 0.1 else row for row in kept]
    return moved + people(count // 50, rng, start=10_000_000 + rng.randrange(1_000_000_000))


def moment(world, rng):
    """Most moments are drawn from the time in which calls that write are under way, the others from all of it."""
    if rng.random() < 0.7:
        world.sandbox.wait(world.sandbox.counters()["writes"] + rng.randrange(1, 5), counter="writes", timeout=5)
        time.sleep(rng.uniform(0, 0.2))
    else:
        time.sleep(rng.uniform(0, 0.7))


def finish(world, number):
    world.ctl("runs", "follow", str(number), timeout=1800)
    run = world.ctl.show(number)
    equal(run["id"], number, "the run's id")
    equal(adds_up(run), True, f"the counts do not add up: {run['counts']}")
    return run


def test_fifty_kills(binaries):
    with World(binaries, seed=50) as world:
        rng = world.random
        path = world.path("crm.db")
        rows = soil(people(PROFILES, rng), rng) + [(f"{world.canary}@example.com", "Canary", "Bird", "Dublin")]
        world.connect()
        world.ctl("source", "add", "crm", "--sqlite", path)
        write_table(path, "all_of_them", rows)
        world.ctl("segment", "add", "all", "--source", "crm", "--table", "all_of_them", "--title", "Customers")
        world.export("all", ["all"], "--max-removal-percent", "100")
        # Slow enough that the moments fall into the delivery, not behind it; fast enough that each life gets somewhere.
        world.sandbox.knobs(mc_latency_min_ms=5, mc_latency_max_ms=60, mc_bulk_latency_min_ms=100, mc_bulk_latency_max_ms=600)

        kills = runs = 0
        struck = collections.Counter()
        expected = {}
        while kills < KILLS or runs == 0:
            write_table(path, "all_of_them", rows)
            plan = expect.Plan().segment("Customers", fed(rows))
            began = world.ctl("run", "all", "--json", *(["--full"] if runs % 2 else [])).json()
            number = began.get("id") or began["runs"][0]["id"]
            runs += 1
            in_this_run = 0
            while kills < KILLS and in_this_run < 12:
                moment(world, rng)
                status = world.ctl.show(number)["status"]
                if status in FINAL:
                    break  # what is over cannot be interrupted any more
                struck[status] += 1
                world.daemon.kill()
                kills += 1
                in_this_run += 1
                if rng.random() < 0.2 and kills < KILLS:  # ... and once more before it is on its feet
                    world.daemon.start(wait=False)
                    time.sleep(rng.uniform(0, 0.15))
                    world.daemon.kill()
                    kills += 1
                world.daemon.start()
                alone = [run["id"] for run in world.ctl.runs("all") if run["status"] not in FINAL]
                equal(alone in ([], [number]), True, f"runs under way after the restart, {alone}, are that one alone")
            run = finish(world, number)
            world.check_run(run, read=plan.read, invalid=plan.invalid, duplicate=plan.duplicate, rejected=0)
            compare(world, plan, expected)
            rows = next_version(rows, rng)
        print(f"   {kills} kills in {runs} runs: {dict(struck)}")
        equal(struck["delivering"] >= KILLS // 5, True, f"enough of the moments fell into a delivery: {dict(struck)}")
        world.check_nobody_harmed()
        world.check_no_traces(list(plan.members)[::PROFILES // 10])
        equal([name for name in traces.files_of(world.daemon.state) if "spool" in name], [], "spool files left behind")


def compare(world, plan, expected):
    """A member of the segment has the tag and its values; a leaver keeps the contact as it was, without the tag."""
    for address in set(expected) - set(plan.members):
        expected[address] = (expected[address][0], frozenset())
    for address, (values, tags) in plan.members.items():
        earlier = expected.get(address, (("", "", ""),))[0]
        expected[address] = (tuple(value if value else old for value, old in zip(values, earlier)), frozenset(tags))
    wanted = {address: ("subscribed", tags, values) for address, (values, tags) in expected.items()}
    equal(expect.differences(wanted, world.sandbox.dump(AUDIENCE)), [], "the audience")


if __name__ == "__main__":
    sys.exit(main(globals()))
