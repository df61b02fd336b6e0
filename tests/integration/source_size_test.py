#!/usr/bin/env python3
"""One set of customers in every kind of source, read by the real daemon. Delivered once from SQLite; then the export is pointed at
PostgreSQL, CSV, CSV in gzip and Common Data Model folders, one after the other: the same counts, and not one call that writes."""
import gzip
import json
import os
import sys
import time

import expect
import postgres
from harness import AUDIENCE, FULL, World, equal, main
from rows import COLUMNS, fed, people, soil, write_table

PROFILES = 1_000_000 if FULL else 50_000
SOILED = 4_000
NAMES = COLUMNS.split(", ")


def write_csv(path, rows, header=True, opener=open):
    with opener(path, "wt", encoding="utf-8", newline="") as file:
        if header:
            file.write(",".join(NAMES) + "\n")
        file.write(postgres.as_csv(rows))


def write_model(folder, rows, parts=4):
    """As Customer Insights lays down an entity: a model.json, and partitions without headers under a folder for each run."""
    where = "Customers/2026/02/28/0200"
    os.makedirs(os.path.join(folder, where))
    partitions = []
    for number in range(parts):
        name = f"{where}/Customers_{number + 1}.csv"
        write_csv(os.path.join(folder, name), rows[len(rows) * number // parts:len(rows) * (number + 1) // parts], header=False)
        partitions.append({"name": f"Customers_{number + 1}", "refreshTime": "2026-02-28T02:00:00+00:00",
                           "location": f"https://acct.blob.core.windows.net/box/{name}",
                           "fileFormatSettings": {"$type": "CsvFormatSettings", "columnHeaders": False, "delimiter": ","}})
    model = {"name": "Mirror", "version": "1.0", "culture": "en-US", "modifiedTime": "2026-02-28T02:05:00Z",
             "entities": [{"$type": "LocalEntity", "name": "Customers", "partitions": partitions,
                           "attributes": [{"name": name, "dataType": "string"} for name in NAMES]}]}
    with open(os.path.join(folder, "model.json"), "w", encoding="utf-8") as file:
        json.dump(model, file)


def write_history(folder, rows):
    """As Synapse Link lays down a table in append-only mode: older rows of a tenth of the people, under other addresses, and people who were
    deleted, before and behind the rows that count."""
    os.makedirs(os.path.join(folder, "contact"))
    names = ["Id", "SinkCreatedOn", "SinkModifiedOn", *NAMES, "versionnumber", "IsDelete"]
    born, changed = "1/5/2026 9:00:00 AM", "1/5/2026 12:30:00 PM"
    old = [(f"{n:08x}-0000-4000-8000-00000000000a", born, born, f"old{n}@example.org", "Old", "", "", str(n + 1), "")
           for n in range(0, len(rows), 10)]
    now = [(f"{n:08X}-0000-4000-8000-00000000000A", born, changed, *row, str(n + 1_000_000_000), "False") for n, row in enumerate(rows)]
    gone = [(f"{n:08x}-0000-4000-8000-00000000000b", born, born, f"gone{n}@example.org", "Gone", "", "", str(n + 1), "") for n in range(100)]
    deleted = [(*row[:2], changed, *[""] * len(NAMES), "", "True") for row in gone]
    partitions = []
    for name, part in (("2026", [*old, *gone, *now[:len(now) // 2]]), ("2025", [*deleted, *now[len(now) // 2:]])):
        with open(os.path.join(folder, f"contact/{name}.csv"), "w", encoding="utf-8", newline="") as file:
            file.write(postgres.as_csv(part))
        partitions.append({"name": name, "location": f"contact/{name}.csv"})
    with open(os.path.join(folder, "model.json"), "w", encoding="utf-8") as file:
        json.dump({"name": "cdm", "version": "1.0", "entities": [{"$type": "LocalEntity", "name": "contact", "partitions": partitions,
                   "attributes": [{"name": name, "dataType": "string"} for name in names]}]}, file)


def lay_down(world, rows, server):
    """-> the words of `source add` and `segment add` for each kind; SQLite comes first."""
    write_table(world.path("crm.db"), "customers", rows)
    folder, mirror = world.path("files"), world.path("mirror")
    os.mkdir(folder)
    write_csv(os.path.join(folder, "customers.csv"), rows)
    write_csv(os.path.join(folder, "customers.csv.gz"), rows, opener=lambda *words, **more: gzip.open(*words, compresslevel=6, **more))
    write_model(mirror, rows)
    write_history(world.path("lake"), rows)
    kinds = {"sqlite": (("--sqlite", world.path("crm.db")), ("--table", "customers")),
             "csv": (("--csv", folder), ("--file", "customers.csv")),
             "csv.gz": (("--csv", folder), ("--file", "customers.csv.gz")),
             "cdm": (("--cdm", os.path.join(mirror, "model.json")), ("--entity", "Customers")),
             "cdm with history": (("--cdm", world.path("lake/model.json")), ("--entity", "contact"))}
    if server:
        server.table("customers", rows)
        kinds["postgres"] = (("--postgres", server.conninfo()), ("--query", f"SELECT {COLUMNS} FROM customers ORDER BY id"))
    return kinds


def run_alone(world, kind, more=()):
    """A run in a fresh process, so that its peak and its CPU time are its own -> its record."""
    world.daemon.stop()
    world.daemon.peak_kb, world.daemon.cpu_seconds = 0, 0.0
    world.daemon.start()
    world.count_anew()
    began = time.monotonic()
    run = world.ctl.run("all", *more)
    wall = time.monotonic() - began
    world.daemon.account()
    seen = world.sandbox.counters()
    if FULL:
        equal(world.daemon.peak_kb < 96 * 1024, True, f"a peak below 96 MB with {kind}; it was {world.daemon.peak_kb / 1024:.1f} MB")
    print(f"   {kind:<16} {run['counts']['read']:8} read {wall:7.1f} s {world.daemon.cpu_seconds:6.2f} s CPU "
          f"{world.daemon.peak_kb / 1024:6.1f} MB peak {seen['writes']:5} writes {seen['reads']:4} reads", flush=True)
    return run, seen["writes"]


def every_kind(world, rows, server):
    plan = expect.Plan().segment("Customers", fed(rows))
    world.connect()
    kinds = lay_down(world, rows, server)
    for number, (kind, (where, what)) in enumerate(kinds.items()):
        world.ctl("source", "add", f"source{number}", *where)
        world.ctl("segment", "add", f"segment{number}", "--source", f"source{number}", *what, "--title", "Customers")
    world.export("all", ["segment0"])
    first, _ = run_alone(world, "first delivery")
    world.check_run(first, read=plan.read, added=len(plan.members), duplicate=plan.duplicate, invalid=plan.invalid, rejected=0)
    # The pull reads opt-outs since the last one: this once, it includes every contact that the delivery changed.
    world.sandbox.call("POST", "clock", {"advance_seconds": 3600})
    world.check_run(run_alone(world, "the run after")[0], unchanged=len(plan.members))
    for number, kind in enumerate(kinds):
        # What a user does whose customers moved: the tag stays, the export reads another segment.
        world.ctl("export", "edit", "all", "--segment", f"segment{number}")
        run, writes = run_alone(world, kind)
        world.check_run(run, read=plan.read, unchanged=len(plan.members), duplicate=plan.duplicate, invalid=plan.invalid,
                        added=0, updated=0, removed=0, rejected=0)
        equal(writes, 0, f"calls that write, with {kind} unchanged")
    wanted = {address: ("subscribed", frozenset(tags), tuple(value or "" for value in values))
              for address, (values, tags) in plan.members.items()}
    equal(expect.differences(wanted, world.sandbox.dump(AUDIENCE)), [], "the audience")
    world.check_nobody_harmed()


def with_server(binaries, scenario):
    programs = postgres.installed()
    with World(binaries, seed=8) as world:
        if not programs:
            return scenario(world, None)
        with postgres.Postgres(programs) as server:
            return scenario(world, server)


def test_every_kind_says_the_same_of_dirty_rows(binaries):
    with_server(binaries, lambda world, server: every_kind(world, soil(people(SOILED, world.random), world.random), server))


def test_size(binaries):
    with_server(binaries, lambda world, server: every_kind(world, people(PROFILES, world.random), server))


if __name__ == "__main__":
    sys.exit(main(globals()))
