#!/usr/bin/env python3
"""What is refused: with a sentence, the right exit code, and nothing changed."""
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import sys

from daemon import Daemon, Failed
from harness import AUDIENCE, World, equal, main
from rows import people, write_table
from sandbox import Sandbox

RUN, USAGE, NOT_FOUND, STATE, SKIPPED = 1, 2, 5, 6, 7


def definitions(world):
    """Everything that people defined, as the daemon tells it."""
    return json.dumps([world.ctl(noun, "list", "--json").json() for noun in ("source", "segment", "connection", "export")], sort_keys=True)


def refused(world, expect, *words, says=(), stdin=""):
    before = definitions(world)
    answer = world.ctl(*words, expect=expect, stdin=stdin)
    if len(answer.err.strip()) < 15:
        raise Failed(f"{' '.join(words)}: refused without a sentence: {answer.text!r}")
    for word in says:
        if word.lower() not in answer.text.lower():
            raise Failed(f"{' '.join(words)}: the refusal does not say {word!r}: {answer.text}")
    noun, verb, name = (*words, "", "", "")[:3]
    if verb == "add" and f'"{name}"' not in before:
        for advice in ("edit", "show", "authenticate", "test"):
            equal(f"{noun} {advice} {name}" in answer.text, False, f"advice about what does not exist: {answer.text}")
    equal(definitions(world), before, f"definitions after {' '.join(words)}")


def furnished(binaries, **options):
    world = World(binaries, **options)
    world.__enter__()
    try:
        write_table(world.path("crm.db"), "good", people(200, world.random))
        write_table(world.path("crm.db"), "none", [])
        world.connect()
        world.ctl("source", "add", "crm", "--sqlite", world.path("crm.db"))
        for name in ("good", "none"):
            world.ctl("segment", "add", name, "--source", "crm", "--table", name)
        world.export("fine", ["good"])
    except BaseException:
        world.__exit__(*sys.exc_info())
        raise
    return world


class Furnished:
    def __init__(self, binaries):
        self.world = furnished(binaries)

    def __enter__(self):
        return self.world

    def __exit__(self, *what):
        self.world.__exit__(*what)


def test_names(binaries):
    with Furnished(binaries) as world:
        for noun in ("source", "segment", "connection", "export"):
            refused(world, NOT_FOUND, noun, "show", "nothing", says=["nothing"])
        refused(world, NOT_FOUND, "run", "nothing")
        refused(world, NOT_FOUND, "segment", "add", "s", "--source", "nothing", "--table", "good")
        refused(world, STATE, "source", "add", "crm", "--sqlite", world.path("crm.db"), says=["crm"])
        refused(world, STATE, "segment", "add", "good", "--source", "crm", "--table", "good")
        refused(world, USAGE, "source", "add", "No Name", "--sqlite", world.path("crm.db"))
        # In use, and the names of the users.
        refused(world, STATE, "source", "remove", "crm", says=["good"])
        refused(world, STATE, "segment", "remove", "good", says=["fine"])
        refused(world, STATE, "connection", "remove", "shop", says=["fine"])


def test_connections(binaries):
    with Furnished(binaries) as world:
        base = ["--provider", "mailchimp", "--api-key-file", "-", "--ca-file", world.sandbox.ca_file]
        here = ["--api-base", world.sandbox.base]
        bad = "f" * 32 + "-us6"
        refused(world, RUN, "connection", "add", "other", "--consent", *base, *here, stdin=bad, says=["key"])
        refused(world, STATE, "connection", "add", "other", *base, *here, stdin=world.key, says=["consent"])
        refused(world, USAGE, "connection", "add", "other", "--consent", *base, "--api-base", world.sandbox.base.replace("https:", "http:"),
                stdin=world.key, says=["https"])
        refused(world, STATE, "connection", "add", "shop", "--consent", *base, *here, stdin=world.key, says=["connection edit shop"])
        for user in (["--allow-user", "no-such-user"], ["--allow-group", "no-such-group"]):
            refused(world, NOT_FOUND, "connection", "add", "other", "--consent", *base, *here, *user, stdin=world.key, says=[user[1]])
            refused(world, NOT_FOUND, "connection", "edit", "shop", *user, says=[user[1]])
        refused(world, RUN, "connection", "add", "other", "--consent", "--provider", "mailchimp", "--api-key-file", "-", *here, stdin=world.key)
        world.check_no_traces()


def test_a_certificate_for_another_host(binaries):
    with World(binaries) as world:
        other = Sandbox(binaries, world.path("other"))
        other.start("--cert-host", "elsewhere.example")
        try:
            refused(world, RUN, "connection", "add", "other", "--provider", "mailchimp", "--consent", "--api-key-file", "-",
                    "--api-base", other.base, "--ca-file", other.ca_file, stdin=world.key, says=["certificate"])
        finally:
            other.stop()


def test_exports(binaries):
    with Furnished(binaries) as world:
        common = ["--connection", "shop", "--segment", "good"]
        refused(world, NOT_FOUND, "export", "add", "x", *common, "--destination", "0000000000", "--email", "email", says=["0000000000"])
        refused(world, NOT_FOUND, "export", "add", "x", *common, "--destination", AUDIENCE, "--email", "no_such_column", says=["no_such_column"])
        refused(world, NOT_FOUND, "export", "add", "x", "--connection", "shop", "--segment", "nothing", "--destination", AUDIENCE, "--email", "email")
        refused(world, NOT_FOUND, "export", "add", "x", *common, "--destination", AUDIENCE, "--email", "email", "--map", "city=NOFIELD", says=["NOFIELD"])
        refused(world, STATE, "export", "add", "fine", *common, "--destination", AUDIENCE, "--email", "email")
        world.ctl("connection", "consent", "shop", "--withdraw")
        refused(world, STATE, "run", "fine", says=["consent"])


def test_an_edit_that_needs_no_source(binaries):
    """A new schedule was refused while the file of the segment was missing."""
    with Furnished(binaries) as world:
        os.mkdir(world.path("csv"))
        people = world.path("csv/people.csv")
        with open(people, "w", encoding="utf-8") as file:
            file.write("email,first_name,last_name,city\none@example.com,One,1,A\n")
        world.ctl("source", "add", "files", "--csv", world.path("csv"))
        world.ctl("segment", "add", "people", "--source", "files", "--file", "people.csv")
        world.export("people", ["people"])
        os.remove(people)
        world.ctl("export", "edit", "people", "--schedule", "daily 03:00", "--timezone", "Europe/Berlin")
        world.ctl("export", "edit", "people", "--title", "People", "--max-profiles", "10")
        refused(world, RUN, "export", "edit", "people", "--email", "first_name", says=["people.csv"])
        world.ctl("connection", "consent", "shop", "--withdraw")
        world.ctl("export", "edit", "people", "--schedule", "manual")


def test_columns_of_one_name(binaries):
    with Furnished(binaries) as world:
        os.mkdir(world.path("files"))
        with open(world.path("files/twice.csv"), "w", encoding="utf-8") as file:
            file.write("id;email;first;email;;\n1;ann@example.org;Ann;private@example.org;;\n")
        world.ctl("source", "add", "files", "--csv", world.path("files"))
        world.ctl("segment", "add", "file", "--source", "files", "--file", "twice.csv")
        world.ctl("segment", "add", "query", "--source", "crm", "--query", "SELECT id, email, first_name AS first, last_name AS email FROM good")
        for segment in ("file", "query"):
            refused(world, RUN, "export", "add", "x", "--connection", "shop", "--segment", segment, "--destination", AUDIENCE,
                    "--email", "email", says=["columns 2 and 4", "named email"])
            answer = world.ctl("segment", "preview", segment)
            equal("Ann" in answer.text or segment == "query", True, "the other columns are shown")
            world.ctl("export", "add", f"by-{segment}", "--connection", "shop", "--segment", segment, "--destination", AUDIENCE,
                      "--email", "first")
        # The file comes anew, first with another column twice, then with the address.
        world.ctl("export", "add", "x", "--connection", "shop", "--segment", "file", "--destination", AUDIENCE, "--email", "first", "--key", "id")
        for header, refuses in (("id;note;first;note", False), ("first;id;first;note", True)):
            with open(world.path("files/twice.csv"), "w", encoding="utf-8") as file:
                file.write(f"{header}\n1;x;ann@example.org;y\n")
            if refuses:
                refused(world, RUN, "export", "test", "x", says=["columns 1 and 3", "named first"])
            else:
                world.ctl("export", "test", "x")


def test_queries_that_are_no_select(binaries):
    with Furnished(binaries) as world:
        with open(world.path("crm.db"), "rb") as file:
            before = hashlib.sha256(file.read()).hexdigest()
        for query in ("DELETE FROM good", "PRAGMA journal_mode=DELETE", "ATTACH 'x.db' AS x", "INSERT INTO good(email) VALUES ('x')", "SELEKT 1"):
            refused(world, USAGE, "segment", "add", "q", "--source", "crm", "--query", query)
        # These begin like one that only selects; the database itself is asked when they are looked into, at the latest.
        for query in ("SELECT 1; DROP TABLE good", "WITH gone AS (SELECT 1) DELETE FROM good"):
            if world.ctl("segment", "add", "q", "--source", "crm", "--query", query, expect=None).code == 0:
                refused(world, USAGE, "segment", "preview", "q")
                world.ctl("segment", "remove", "q")
        with open(world.path("crm.db"), "rb") as file:
            equal(hashlib.sha256(file.read()).hexdigest(), before, "the customer's database")


def test_a_broken_row_is_rejected_with_its_number(binaries):
    with Furnished(binaries) as world:
        os.mkdir(world.path("csv"))
        with open(world.path("csv/people.csv"), "wb") as file:
            file.write("email,first_name,last_name,city\r\none@example.com,One,1,A\r\n".encode())
            file.write(b"two@example.com,Two,2,B,2\r\n")              # line 3: too long
            file.write(b"three@example.com,Thr\xff\xfee,3,C\r\n")     # line 4: no UTF-8
            file.write('four@example.com,"Fo\r\nur",4,D\r\n'.encode())
            file.write(b"no address,Five,5,E\r\n")                    # line 7, after a line break in quotes
        world.ctl("source", "add", "files", "--csv", world.path("csv"))
        world.ctl("segment", "add", "people", "--source", "files", "--file", "people.csv")
        world.export("people", ["people"])
        run = world.ctl.run("people")
        equal(run["status"], "completed_with_rejects", "the run")
        equal((run["counts"]["added"], run["counts"]["read"]), (2, 5), "added and read")
        lines = {one["line"]: one["code"] for one in world.ctl("runs", "rejects", str(run["id"]), "--json").json()}
        equal(sorted(lines), [3, 4, 7], "the lines as an editor counts them")
        rejects = world.ctl("runs", "rejects", str(run["id"]), "--csv").out
        for number in (3, 4):
            if f"line {number}:" not in rejects or f"people,,{number}," not in rejects:
                raise Failed(f"no reject names line {number}: {rejects}")
        equal(set(world.sandbox.dump(AUDIENCE)), {"one@example.com", "four@example.com"}, "the audience")


def test_guards(binaries):
    with Furnished(binaries) as world:
        world.export("empty", ["none"])
        world.count_anew()
        run = world.ctl.run("empty", expect=SKIPPED)
        equal(run["status"], "skipped", "an empty segment")
        world.export("narrow", ["good"], "--max-profiles", "199")
        equal(world.ctl.run("narrow", expect=SKIPPED)["status"], "skipped", "too many profiles")
        equal(world.sandbox.counters()["writes"], 0, "write calls of skipped runs")

        world.check_run(world.ctl.run("fine"), added=200)
        # More than a fifth, and more than a hundred, leave: it waits for an approval.
        write_table(world.path("crm.db"), "good", people(60, world.random, start=1_000_000))
        world.count_anew()
        held = world.ctl.run("fine", expect=SKIPPED)
        equal(held["status"], "held", "a run that removes nearly every member")
        equal(world.sandbox.counters()["writes"], 0, "write calls of a held run")
        world.ctl("runs", "approve", str(held["id"]))
        world.ctl("runs", "follow", str(held["id"]))
        world.check_run(world.ctl.show(held["id"]), removed=200, added=60)


def test_a_second_daemon(binaries):
    with Furnished(binaries) as world:
        second = Daemon(binaries, world.path("second"))
        os.mkdir(second.folder)
        second.state = world.daemon.state
        try:
            second.start(timeout=20)
        except Failed as error:
            equal(str(world.daemon.process.pid) in str(error), True, f"the refusal names the process that holds the folder: {error}")
        else:
            raise Failed("a second daemon started on the same state folder")
        world.ctl("status")


def test_a_newer_database_and_a_damaged_one(binaries):
    with Furnished(binaries) as world:
        world.daemon.stop()
        path = os.path.join(world.daemon.state, "audienced.db")
        keep = world.path("keep.db")
        shutil.copy(path, keep)
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 9999")
        db.close()
        stays_shut(world, path, "newer")
        shutil.copy(keep, path)
        with open(path, "r+b") as file:
            file.write(b"this is no database any more" * 40)
        stays_shut(world, path, "audienced.db")
        shutil.copy(keep, path)
        world.daemon.start()
        world.ctl("export", "show", "fine")


def stays_shut(world, path, word):
    with open(path, "rb") as file:
        before = hashlib.sha256(file.read()).hexdigest()
    try:
        world.daemon.start(timeout=20)
    except Failed as error:
        equal(word in str(error), True, f"the refusal says {word!r}: {error}")
    else:
        raise Failed("audienced started on a database that it must refuse")
    finally:
        world.daemon.end(signal.SIGKILL)
    with open(path, "rb") as file:
        equal(hashlib.sha256(file.read()).hexdigest(), before, "the refused file")


def test_nobody_home(binaries):
    with Furnished(binaries) as world:
        world.daemon.stop()
        world.ctl("status", expect=3)


if __name__ == "__main__":
    sys.exit(main(globals()))
