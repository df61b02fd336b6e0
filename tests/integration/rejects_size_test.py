#!/usr/bin/env python3
"""A third of the rows is broken, in ten ways: what the run says of them, what it costs in memory, and by how much the state grows, night
after night."""
import collections
import os
import sys

from harness import FULL, World, equal, main

ROWS = 1_000_000 if FULL else 40_000
LIST = "b0b0b0b0b0"
KEPT = 10_000
# Hundredths of the rows. Those of the first group are delivered before; what is broken of them comes later.
LATER = {"unreadable": 2, "no_number": 3}
BROKEN = {"missing": 4, "no_at": 4, "bad_domain": 3, "bad_local": 3, "too_long": 3, "nameless": 2, "duplicate": 3, "refused": 3}
SOUND = 100 - sum(BROKEN.values())
REFUSED = {"refused": 25}  # all of them are remembered


def address(number):
    return f"person.{number}@example.org"


def line(number, way="sound"):
    """A row of the file: email, first name, what was spent."""
    email, name, spent = address(number), f"Name {number % 1000}", str(number % 500)
    if way == "missing":
        email = ""
    elif way == "no_at":
        email = email.replace("@", " at ")
    elif way == "bad_domain":
        email = f"person.{number}@example"
    elif way == "bad_local":
        email = f"person {number}@example.org"
    elif way == "too_long":
        email = f"person.{number}@{'example.' * 40}org"
    elif way == "duplicate":
        email = address(number % (ROWS // 2)).upper()
    elif way == "refused":
        email = "." + email  # Mailchimp takes no dot in front
    elif way == "no_number":
        spent = "a lot"
    elif way == "unreadable":
        return f"{email},Name \udcff,{spent}\n"  # not UTF-8
    elif way == "nameless":
        return f"{email.replace('@', ' at ')},Name,1,surplus\n"
    return f"{email},{name},{spent}\n"


def write(path, broken, later=()):
    """Sound rows, some of them broken later, then those that are broken from the beginning -> how many rows of each way"""
    later = dict(later)
    ways = collections.Counter()
    per_cent = ROWS // 100
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write("email,first_name,spent\n")
        for number in range(SOUND * per_cent):
            way = "sound"
            if later and number % SOUND < later["unreadable"]:
                way = "unreadable"
            elif later and number % SOUND < sum(later.values()):
                way = "no_number"
            ways[way] += 1
            file.write(line(number, way))
        number = SOUND * per_cent
        for _ in range(per_cent):
            for way in (way for way, count in broken.items() for _ in range(count)):
                ways[way] += 1
                file.write(line(number, way))
                number += 1
    return ways


def size_of(world):
    return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(world.daemon.state) for name in names)


def measured(world, title, *words):
    """A run in a process of its own -> its record, and how much the state grew"""
    world.daemon.stop()
    before = size_of(world)
    world.daemon.peak_kb, world.daemon.cpu_seconds = 0, 0.0
    world.daemon.start(timeout=120)
    world.ctl(*(words or ("run", "all")), "--follow", timeout=1200)
    run = world.ctl.show(world.ctl.runs("all")[0]["id"])
    world.daemon.stop()
    grown = size_of(world) - before
    peak = world.daemon.peak_kb / 1024
    print(f"   {title}: {world.daemon.cpu_seconds:.2f} s CPU, {peak:.1f} MB at its peak, state grew by {grown / 1e6:.1f} MB", flush=True)
    equal(peak < 96, True, f"a peak below 96 MB; it was {peak:.1f} MB")
    world.daemon.start(timeout=120)
    return run, grown


def check_rejects(world, run, ways):
    """What the run says of each way, most first; and every reject is in the list, or in the number of the rest."""
    wanted = {("invalid", "address_missing", None): ways["missing"], ("invalid", "address_not_one_at", None): ways["no_at"],
              ("invalid", "address_bad_domain", None): ways["bad_domain"], ("invalid", "address_bad_local_part", None): ways["bad_local"],
              ("invalid", "address_too_long", None): ways["too_long"], ("invalid", "unreadable_row", None): ways["nameless"] + ways["unreadable"]}
    kinds = {(kind["counted_in"], kind["code"], kind["field"]): kind["count"] for kind in run["rejects"]}
    equal({kind: kinds.get(kind) for kind in wanted}, wanted, f"kinds of invalid rows in {kinds}")
    numbers = [kind["count"] for kind in run["rejects"]]
    equal(numbers, sorted(numbers, reverse=True), "the most frequent kind comes first")
    for name, of in (("invalid", run["counts"]["invalid"]), ("rejected", run["counts"]["rejected"]), ("values_dropped", run["values_dropped"])):
        equal(sum(kind["count"] for kind in run["rejects"] if kind["counted_in"] == name), of, f"{name} of the kinds")
    equal(run["counts"]["rejected"], ways["refused"], "members that the provider does not take")
    equal(run["values_dropped"], ways["no_number"], "values that their field cannot hold")
    equal(sum(kind["count"] for kind in run["rejects"] if "SPENT" in (kind["field"] or kind["words"])), ways["no_number"],
          "values that do not fit, by their field")
    equal(run["counts"]["duplicate"], ways["duplicate"], "duplicates")
    equal(run["reason"].startswith(run["rejects"][0]["words"]), True, f"the reason begins with the first kind: {run['reason']}")
    rejects = world.ctl("runs", "rejects", str(run["id"]), "--json").json()
    equal(sum(one["count"] for one in rejects), sum(numbers), "rejects that are listed")
    equal(len([one for one in rejects if one["id"]]), sum(min(number, KEPT) for number in numbers), "rows of the list")


def furnished(world):
    world.connect()
    world.sandbox.call("POST", "mailchimp/lists", {"account": "shop", "id": LIST, "name": "Customers", "no_default_fields": True,
                                                   "merge_fields": ["FNAME", {"tag": "SPENT", "type": "number"}]})
    os.mkdir(world.path("files"))
    path = world.path("files/customers.csv")
    write(path, {})
    world.ctl("source", "add", "crm", "--csv", world.path("files"))
    world.ctl("segment", "add", "all", "--source", "crm", "--file", "customers.csv", "--title", "Customers")
    world.ctl("export", "add", "all", "--connection", "shop", "--destination", LIST, "--segment", "all", "--email", "email",
              "--map", "first_name=FNAME", "--map", "spent=SPENT")
    return path


def test_a_third_of_the_rows_is_broken(binaries):
    with World(binaries, seed=30) as world:
        path = furnished(world)
        sound, _ = measured(world, "sound rows")
        world.check_run(sound, added=SOUND * ROWS // 100, rejected=0, invalid=0)
        ways = write(path, BROKEN, LATER)
        for night in range(4):
            run, grown = measured(world, f"broken rows, night {night + 1}")
            world.check_run(run, read=ROWS)
            check_rejects(world, run, ways)
            broken = sum(run["counts"][name] for name in ("invalid", "rejected")) + run["values_dropped"]
            if night == 0:
                equal(grown < min(20_000_000, 120 * broken), True, f"little for {broken} rejects; the state grew by {grown} bytes")
        equal(grown < 2_000_000 if FULL else grown < 120 * broken, True, f"the fourth night grows by {grown} bytes")
        world.check_nobody_harmed()


def test_a_quarter_of_the_members_is_refused(binaries):
    if not FULL:
        return
    with World(binaries, seed=31) as world:
        path = furnished(world)
        measured(world, "sound rows")
        ways = write(path, REFUSED)
        for title, words in (("refused", ()), ("remembered", ()), ("tried again", ("runs", "retry", "2"))):
            run, grown = measured(world, title, *words)
            world.check_run(run, rejected=ways["refused"], added=0)
            equal(grown < 80 * ways["refused"], True, f"little for {ways['refused']} members; the state grew by {grown} bytes")
            rejects = world.ctl("runs", "rejects", str(run["id"]), "--json").json()
            equal({one["attempts"] for one in rejects if one["id"]}, {2 if words else 1}, "attempts")
            equal(sum(one["count"] for one in rejects), ways["refused"], "rejects that are listed")


if __name__ == "__main__":
    sys.exit(main(globals()))
