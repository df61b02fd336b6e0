#!/usr/bin/env python3
"""Rows that cannot be read are told where a segment is defined and looked at, not first by the run that is held for them; and a file that is
none of the source's kind is no segment."""
import os
import sqlite3
import sys

from harness import World, equal, main

ROWS = 400
FOUND = ("200 of 400 rows cannot be read: line 2: the column Vorname is not valid UTF-8; the file looks like Windows-1252: "
         "audiencectl source edit kunden --encoding windows-1252")
FAILED = 1


class Folder(World):
    def prepare(self):
        self.connect()
        self.files = self.path("files")
        os.mkdir(self.files)
        self.ctl("source", "add", "kunden", "--csv", self.files)

    def write(self, name, data):
        with open(os.path.join(self.files, name), "wb") as file:
            file.write(data)

    def export_of(self, segment):
        return self.ctl("export", "add", "e1", "--connection", "shop", "--destination", "a1b2c3d4e5", "--segment", segment, "--email", "E-Mail",
                        "--map", "Vorname=first_name", "--schedule", "manual")


def western(count=ROWS, name="Jörg", every=2):
    lines = [f"k{n}@example.org;{name if n % every == 0 else 'Jana'};M{n}" for n in range(count)]
    return ("\n".join(["E-Mail;Vorname;Nummer", *lines]) + "\n").encode("cp1252")


def tells(answer, *words):
    for word in words:
        equal(word in answer.text, True, f"{' '.join(answer.words)} says {word!r}: {answer.text}")


def test_rows_that_cannot_be_read_are_told_before_any_run(binaries):
    """`segment add` counted them, a preview left them out and `export test` said that the export can run."""
    with Folder(binaries) as world:
        world.write("kunden.csv", western())
        tells(world.ctl("segment", "add", "k1", "--source", "kunden", "--file", "kunden.csv"), "400", FOUND)
        tells(world.ctl("segment", "show", "k1"), FOUND)
        tells(world.ctl("segment", "preview", "k1", "--limit", "3"), FOUND, "Jana")
        for words in (("segment", "show", "k1"), ("segment", "preview", "k1", "--limit", "3")):
            told = world.ctl(*words, "--json").json()["unreadable"]
            equal((told["rows"], told["of"], told["complete"], told["words"]), (200, 400, True, FOUND), f"{words}")
        tells(world.export_of("k1"), "segment k1: " + FOUND)
        tested = world.ctl("export", "test", "e1")
        tells(tested, "a run would be held: " + FOUND)
        equal("can run" in tested.out, False, f"it can run: {tested.out}")
        tested = world.ctl("export", "test", "e1", "--json").json()
        equal((tested["ok"], tested["guard"], tested["reason"]), (True, "held", FOUND), "export test --json")
        tells(world.ctl("export", "preview", "e1"), "a run would be held: " + FOUND)
        equal(FOUND in world.ctl.run("e1", expect=7)["reason"], True, "the reason of the run that is held")
        # The command that it names mends it, everywhere.
        world.ctl("source", "edit", "kunden", "--encoding", "windows-1252")
        tells(world.ctl("export", "test", "e1"), "e1 can run")
        for words in (("segment", "show", "k1"), ("segment", "preview", "k1")):
            equal("cannot be read" in world.ctl(*words).text, False, f"{words}")
            equal(world.ctl(*words, "--json").json()["unreadable"], None, f"{words}")
        world.check_run(world.ctl.run("e1"), added=ROWS)


def test_a_few_rows_are_told_and_hold_nothing(binaries):
    """What stands in a column that is not mapped costs nothing, so only the segment's own commands tell of it."""
    with Folder(binaries) as world:
        world.write("kunden.csv", western(every=100))
        words = "4 of 400 rows cannot be read: line 2: the column Vorname"
        tells(world.ctl("segment", "add", "k1", "--source", "kunden", "--file", "kunden.csv"), words)
        tells(world.export_of("k1"), words)
        tells(world.ctl("export", "test", "e1"), words, "e1 can run")
        world.ctl("export", "edit", "e1", "--no-map")
        tested = world.ctl("export", "test", "e1")
        equal("cannot be read" in tested.text, False, tested.text)
        # A segment whose rows are all unreadable is not an empty one.
        world.write("all.csv", western(every=1))
        world.ctl("segment", "add", "all", "--source", "kunden", "--file", "all.csv")
        shown = world.ctl("segment", "preview", "all")
        tells(shown, "400 of 400 rows cannot be read")
        equal("empty" in shown.text, False, shown.text)
        # An edit looks at the file that it names.
        world.write("good.csv", western(name="Jo"))
        equal("cannot be read" in world.ctl("segment", "edit", "all", "--file", "good.csv").text, False, "a good file")
        tells(world.ctl("segment", "edit", "all", "--file", "all.csv"), "400 of 400 rows cannot be read")


def test_a_file_of_another_kind_is_no_segment(binaries):
    """It was added with a note, and the second try, with the right file, was told that the segment exists already."""
    with Folder(binaries) as world:
        with sqlite3.connect(os.path.join(world.files, "crm.db")) as db:
            db.execute("CREATE TABLE customers (email)")
        db.close()
        world.write("book.xlsx", b"PK\x03\x04" + bytes(200))
        os.mkdir(os.path.join(world.files, "folder.csv"))
        world.write("kunden.csv", western(name="Jo"))
        for name, says in (("crm.db", "is no CSV file: it is a"), ("book.xlsx", "is no CSV file"), ("folder.csv", "is not a regular file")):
            refused = world.ctl("segment", "add", "k2", "--source", "kunden", "--file", name, expect=FAILED)
            tells(refused, says)
            equal(world.ctl("segment", "list", "--json").json(), [], f"segments after {name}")
        world.ctl("segment", "add", "k2", "--source", "kunden", "--file", "kunden.csv")
        tells(world.ctl("segment", "edit", "k2", "--file", "crm.db", expect=FAILED), "is no CSV file")
        # What may pass by itself is added with a note: a file that is yet to come, or that is being written.
        tells(world.ctl("segment", "add", "later", "--source", "kunden", "--file", "later.csv"), "note: ", "later.csv", "added the segment")
        world.write("begun.csv", b"")
        tells(world.ctl("segment", "add", "begun", "--source", "kunden", "--file", "begun.csv"), "note: ", "is empty", "added the segment")
        # A database that is none is no table of one.
        world.write("no.db", western())
        world.ctl("source", "add", "none", "--sqlite", os.path.join(world.files, "no.db"))
        tells(world.ctl("segment", "add", "t", "--source", "none", "--table", "customers", expect=FAILED), "is no SQLite database")
        world.ctl("source", "add", "gone", "--sqlite", os.path.join(world.files, "gone.db"))
        tells(world.ctl("segment", "add", "g", "--source", "gone", "--table", "customers"), "note: ", "added the segment")


if __name__ == "__main__":
    sys.exit(main(globals()))
