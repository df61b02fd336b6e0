#!/usr/bin/env python3
"""Files that are replaced, removed, written to or cut off while they are read: the run reads again and is exact, or is skipped and says
why. The whole daemon is held (SIGSTOP) where its descriptor shows that it stands in the middle of the file."""
import gzip
import json
import os
import shutil
import sqlite3
import sys
import threading
import time

from harness import FULL, World, equal, main
from outage import Shop, go_on, stopped_while_reading
from rows import people, write_table
from source_size_test import write_csv, write_model

PROFILES = 200_000 if FULL else 20_000
MIDDLE = 300_000  # bytes: further than any look at a header goes


def replace(path, rows):
    """As an export should be written: under another name, then renamed."""
    write_csv(path + ".new", rows)
    os.rename(path + ".new", path)


def changed(rows, rng):
    """A tenth moved, a twentieth left, some came."""
    kept = [(*row[:3], "Elsewhere") if rng.random() < 0.1 else row for row in rows if rng.random() >= 0.05]
    return kept + people(100, rng, start=20_000_000 + rng.randrange(1_000_000_000))


def csv_shop(world, *settings):
    folder = world.path("files")
    os.mkdir(folder)
    path, rows = os.path.join(folder, "customers.csv"), people(PROFILES, world.random)
    write_csv(path, rows)
    return Shop(world, ("--csv", folder, *settings), ("--file", "customers.csv")), path, rows


def test_a_file_that_changes_while_it_is_read(binaries):
    with World(binaries, seed=31) as world:
        shop, path, rows = csv_shop(world)
        shop.exact(world.ctl.run("all"), rows, added=len(rows))

        run = stopped_while_reading(shop, path, MIDDLE)
        rows = changed(rows, world.random)
        replace(path, rows)
        go_on(shop)
        shop.exact(shop.end(run), rows)

        run = stopped_while_reading(shop, path, MIDDLE)
        more = people(50, world.random, start=50_000_000)
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(",".join(row) + "\n" for row in more)
        go_on(shop)
        rows = rows + more
        shop.exact(shop.end(run), rows, added=50, removed=0)

        run = stopped_while_reading(shop, path, MIDDLE)
        os.rename(path, path + ".away")
        go_on(shop)
        shop.nothing_done(shop.end(run, code=7), "skipped", "has no customers.csv")
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "customers.csv")
        os.rename(path + ".away", path)
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))


def test_a_file_that_never_stops_growing(binaries):
    with World(binaries, seed=36) as world:
        shop, path, rows = csv_shop(world)
        shop.exact(world.ctl.run("all"), rows, added=len(rows))
        over = threading.Event()

        def grow():
            with open(path, "a", encoding="utf-8", buffering=1) as file:
                while not over.is_set():
                    file.write(",".join(rows[0]) + "\n")
        writer = threading.Thread(target=grow)
        writer.start()
        try:
            run = world.ctl.run("all", expect=7)
        finally:
            over.set()
            writer.join()
        shop.nothing_done(run, "skipped", "customers.csv", "while it was read")
        replace(path, rows)
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))


def test_a_file_that_begins_anew_while_it_is_read(binaries):
    """A writer that does not rename: the file is cut to nothing, and its first lines come. That is a file like any other, so the guard
    holds the run; and with --min-age it is not even read."""
    with World(binaries, seed=32) as world:
        shop, path, rows = csv_shop(world)
        shop.exact(world.ctl.run("all"), rows, added=len(rows))
        run = stopped_while_reading(shop, path, MIDDLE)
        write_csv(path, rows[:50])
        go_on(shop)
        shop.nothing_done(shop.end(run, code=7), "held")
        world.ctl("runs", "cancel", str(run))

        an_hour_ago = time.time() - 3600
        write_csv(path, rows)
        os.utime(path, (an_hour_ago, an_hour_ago))
        world.ctl("source", "edit", "source-all", "--min-age", "600")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
        run = stopped_while_reading(shop, path, MIDDLE)
        write_csv(path, rows[:50])
        go_on(shop)
        shop.nothing_done(shop.end(run, code=7), "skipped", "--min-age")
        world.ctl("source", "edit", "source-all", "--min-age", "", "--max-age", "60")
        os.utime(path, (an_hour_ago, an_hour_ago))
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "--max-age")


def test_a_packed_file_that_is_cut_off(binaries):
    with World(binaries, seed=33) as world:
        folder, rows = world.path("files"), people(2000, world.random)
        os.mkdir(folder)
        path = os.path.join(folder, "customers.csv.gz")
        write_csv(path, rows, opener=gzip.open)
        whole = open(path, "rb").read()
        shop = Shop(world, ("--csv", folder), ("--file", "customers.csv.gz"))
        shop.exact(world.ctl.run("all"), rows, added=len(rows))
        for content, word in ((whole[:len(whole) // 2], "middle of its gzip data"), (b"", "gzip"),
                              (whole[:1000] + bytes(64) + whole[1064:], "gzip")):
            with open(path, "wb") as file:
                file.write(content)
            shop.nothing_done(world.ctl.run("all", expect=7), "skipped", word)
        with open(path, "wb") as file:
            file.write(whole)
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))


def test_a_common_data_model_folder_that_is_written_anew(binaries):
    with World(binaries, seed=34) as world:
        mirror, rows = world.path("mirror"), people(PROFILES, world.random)
        model, parts = os.path.join(mirror, "model.json"), os.path.join(mirror, "Customers/2026/02/28/0200")
        write_model(mirror, rows)
        written = open(model, encoding="utf-8").read()
        shop = Shop(world, ("--cdm", model), ("--entity", "Customers"))
        shop.exact(world.ctl.run("all"), rows, added=len(rows))

        second = os.path.join(parts, "Customers_2.csv")
        os.rename(second, second + ".away")
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "Customers_2")
        os.rename(second + ".away", second)
        for half in (written[:len(written) // 2], ""):
            with open(model, "w", encoding="utf-8") as file:
                file.write(half)
            shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "model.json")
        for text, end, word in ((written.replace('"Customers"', '"Renamed"'), ("failed", 1), "Renamed"),
                                (json.dumps(without_partitions(json.loads(written))), ("skipped", 7), "no partition")):
            with open(model, "w", encoding="utf-8") as file:
                file.write(text)
            shop.nothing_done(world.ctl.run("all", expect=end[1]), end[0], word)
        with open(model, "w", encoding="utf-8") as file:
            file.write(written)
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))

        # The next export arrives while the partitions of the last one are read: it has the same names, under another folder.
        run = stopped_while_reading(shop, second, MIDDLE // 3)
        rows = changed(rows, world.random)
        write_model(mirror + ".next", rows)
        os.rename(os.path.join(mirror + ".next", "Customers/2026/02/28/0200"), os.path.join(mirror, "Customers/2026/02/28/0300"))
        with open(model, "w", encoding="utf-8") as file:
            file.write(written.replace("/0200/", "/0300/").replace("02:05:00", "03:05:00"))
        go_on(shop)
        shop.exact(shop.end(run), rows)

        second = os.path.join(mirror, "Customers/2026/02/28/0300/Customers_2.csv")
        run = stopped_while_reading(shop, second, MIDDLE // 3)
        os.unlink(second)
        go_on(shop)
        shop.nothing_done(shop.end(run, code=7), "skipped", "Customers_2")


def without_partitions(model):
    model["entities"][0]["partitions"] = []
    return model


def test_a_sqlite_file_that_is_replaced_locked_or_gone(binaries):
    with World(binaries, seed=35) as world:
        path, rows = world.path("crm.db"), people(PROFILES, world.random)
        write_table(path, "customers", rows)
        shop = Shop(world, ("--sqlite", path, "--busy-timeout", "1"), ("--table", "customers"))
        shop.exact(world.ctl.run("all"), rows, added=len(rows))

        run = stopped_while_reading(shop, path, -1)  # SQLite moves no position: anywhere between open and close
        rows = changed(rows, world.random)
        write_table(path + ".new", "customers", rows)
        os.rename(path + ".new", path)
        go_on(shop)
        shop.exact(shop.end(run), rows)

        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "lock")
        other.execute("ROLLBACK")
        other.close()
        os.rename(path, path + ".away")
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "crm.db")
        with open(path, "wb") as file:
            file.write(b"no database at all" * 100)
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "crm.db")
        os.rename(path + ".away", path)
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))


def test_a_sqlite_file_in_wal_mode(binaries):
    """Read with its log, open or closed; beside it there is never a file of ours, which would keep its application from writing."""
    def beside():
        return sorted(name.name + ":" + str(name.stat().st_ino) for name in os.scandir(folder))

    with World(binaries, seed=37) as world:
        folder, rows = world.path("app"), people(5000, world.random)
        os.mkdir(folder)
        path = os.path.join(folder, "crm.db")
        write_table(path, "customers", rows)
        app = sqlite3.connect(path, isolation_level=None)
        app.execute("PRAGMA journal_mode = WAL")
        app.close()
        before = beside()
        shop = Shop(world, ("--sqlite", path, "--busy-timeout", "1"), ("--table", "customers"))
        shop.exact(world.ctl.run("all"), rows, added=len(rows))
        equal(beside(), before, "files beside a closed database")

        app = sqlite3.connect(path, isolation_level=None)
        app.execute("DELETE FROM customers WHERE rowid <= 100")
        before = beside()
        equal(len(before), 3, "files beside an open database")
        shop.exact(world.ctl.run("all"), rows[100:], removed=100)
        equal(beside(), before, "files beside an open database")
        for name in (path, path + "-wal"):  # as a copy of a running application has them
            shutil.copy(name, name.replace("crm.db", "copy.db"))
        app.execute("DELETE FROM customers WHERE rowid <= 200")
        app.close()
        equal([name for name in os.listdir(folder) if name.startswith("crm")], ["crm.db"], "files of a closed database")
        shop.exact(world.ctl.run("all"), rows[200:], removed=100)

        run = stopped_while_reading(shop, path, -1)  # closed again, so that no lock keeps its application away
        app = sqlite3.connect(path, isolation_level=None)
        app.execute("DELETE FROM customers WHERE rowid <= 300")
        app.close()
        go_on(shop)
        shop.exact(shop.end(run), rows[300:], removed=100)

        world.ctl("source", "edit", "source-all", "--sqlite", path.replace("crm.db", "copy.db"))
        before = beside()
        shop.exact(world.ctl.run("all"), rows[100:], added=200)
        equal(beside(), before, "files beside a copy")


if __name__ == "__main__":
    sys.exit(main(globals()))
