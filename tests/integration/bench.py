#!/usr/bin/env python3
"""./dev bench [PROFILES]: a first run, one with a hundredth changed, and one with nothing changed; the daemon's time and memory for each. Beside
the first run, what curl needs for the same requests to another audience of the same sandbox."""
import argparse
import os
import sys
import time

import by_curl
from harness import AUDIENCE, World, equal
from rows import people, write_table


def measure(world, name):
    """-> a line; every run gets a fresh process, so that its peak is its own."""
    world.daemon.stop()
    world.daemon.peak_kb, world.daemon.cpu_seconds = 0, 0.0
    world.daemon.start()
    world.count_anew()
    began = time.monotonic()
    run = world.ctl.run("all")
    wall = time.monotonic() - began
    world.daemon.account()
    seen = world.sandbox.counters()
    world.check_run(run)
    counts = run["counts"]
    print(f"{name:<22} {wall:7.1f} s  {world.daemon.cpu_seconds:7.2f} s CPU  {world.daemon.peak_kb / 1024:6.1f} MB  "
          f"{seen['writes']:6} writes  {seen['reads']:5} reads  +{counts['added']} ~{counts['updated']} -{counts['removed']}", flush=True)


def measure_curl(world, rows):
    audience = "c0c0c0c0c0"
    world.sandbox.audience("shop", audience, world.fields)
    folder = world.path("curl")
    os.mkdir(folder)
    began = time.monotonic()
    seconds = by_curl.first_run_by_curl(world.sandbox, world.key, folder, audience, rows)
    print(f"{'the same, by curl':<22} {time.monotonic() - began:7.1f} s  {seconds:7.2f} s CPU", flush=True)
    there = world.sandbox.dump(audience)
    equal(len(there), len(rows), "members that curl delivered")
    equal(sum(1 for _, tags, _ in there.values() if tags), len(rows), "members that curl tagged")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("profiles", nargs="?", type=int, default=100_000)
    options = parser.parse_args()
    with World(os.path.abspath(options.bin)) as world:
        rows = people(options.profiles, world.random)
        path = world.path("crm.db")
        write_table(path, "customers", rows)
        world.connect()
        world.ctl("source", "add", "crm", "--sqlite", path)
        world.ctl("segment", "add", "all", "--source", "crm", "--table", "customers", "--title", "Customers")
        world.export("all", ["all"])
        print(f"{options.profiles} profiles, 8 calls at once, no latency; the daemon alone:")
        measure(world, "every member is new")
        measure_curl(world, rows)
        write_table(path, "customers", [(*row[:3], "Elsewhere") if number % 100 == 0 else row for number, row in enumerate(rows)])
        measure(world, "one of 100 changed")
        measure(world, "nothing changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
