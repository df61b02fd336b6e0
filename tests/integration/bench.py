#!/usr/bin/env python3
"""./dev bench [PROFILES]: a first run, one with a hundredth changed, and one with nothing changed; the daemon's time and memory for each."""
import argparse
import os
import sys
import time

from harness import AUDIENCE, World
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
        write_table(path, "customers", [(*row[:3], "Elsewhere") if number % 100 == 0 else row for number, row in enumerate(rows)])
        measure(world, "one of 100 changed")
        measure(world, "nothing changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
